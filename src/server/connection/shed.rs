//! Requests that are too many.

use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::{io::AsyncReadExt, time::timeout};

use super::{Connection, Ended, Line, Next, write};
use crate::{
    answer::Shape,
    error::Error,
    headers::Afterwards,
    route::Routed,
    wire::{Framing, ReadHalf, Version, WriteHalf},
};

/// The longest body that is read to keep the connection, in bytes, and for how long.
const WORTH_READING: u64 = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(1);

/// What has to be known of a request that is not served.
struct Shed {
    framing: Framing,
    version: Version,
    route: &'static str,
    /// Whether the next request can be found.
    is_bounded: bool,
}

impl Shed {
    fn of(routed: &Routed) -> Self {
        let (framing, version, waits, persists, route) = match routed {
            Routed::Ours(ours) => {
                let route = ours.route.template();
                (ours.framing(), ours.version(), ours.expects_continue(), ours.persists(), route)
            }
            Routed::Untouched(request) => {
                let waits = request.expects_continue();
                let route = "passthrough";
                (request.framing(), request.version(), waits, request.persists(), route)
            }
        };
        let is_small = matches!(framing, Framing::Length(0..=WORTH_READING));
        Self { framing, version, route, is_bounded: persists && is_small && !waits }
    }
}

impl Connection {
    /// Says at once that there are too many; what is then still to come of the body is skipped,
    /// where that is little.
    pub(super) async fn shed(
        &self,
        routed: &Routed,
        (from, to): (&mut ReadHalf<'_>, &mut WriteHalf<'_>),
        buffer: &mut BytesMut,
        line: &Line,
    ) -> Next {
        let shed = Shed::of(routed);
        let error = Error::Overloaded(self.proxy.admission().most());
        let stays = shed.is_bounded && !self.ends().now();
        let afterwards = match (stays, shed.version) {
            (false, _) => Afterwards::Close,
            (true, Version::Http10) => Afterwards::StayHttp10,
            (true, Version::Http11) => Afterwards::Stay,
        };
        let answer = error.answer();
        let status = answer.status;
        let message = answer.written(&Shape::default(), line.is_head(), afterwards);
        let written = write(to, &message, self.proxy.patience()).await;
        let fault = Some(error.fault());
        self.log(line, Ended { route: shed.route, status, fault, ..Ended::PASSED });
        match (written, stays) {
            (Err(_), _) => Next::Close,
            (Ok(()), false) => Next::Linger,
            (Ok(()), true) => skip(shed.framing, from, buffer).await,
        }
    }
}

/// Reads a small body away.
async fn skip(framing: Framing, from: &mut ReadHalf<'_>, buffer: &mut BytesMut) -> Next {
    let Framing::Length(length) = framing else { return Next::Close };
    let mut left = length as usize;
    let reading = async {
        loop {
            let here = left.min(buffer.len());
            buffer.advance(here);
            left -= here;
            if left == 0 {
                return Next::Stay;
            }
            buffer.reserve(left.min(16 * 1024));
            if !matches!(from.read_buf(buffer).await, Ok(1..)) {
                return Next::Close;
            }
        }
    };
    timeout(PATIENCE, reading).await.unwrap_or(Next::Close)
}
