//! One end of a connection, as bytes.

use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    time::Duration,
};

use socket2::{Domain, SockRef, Socket, Type};

use super::{PATIENCE, shown};

/// A raw connection, and what was read of it and not looked at.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(super) name: &'static str,
    pub(super) stream: TcpStream,
    pub(super) ahead: Vec<u8>,
    /// Whether its end is the connection's.
    ends: bool,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum End {
    Closed,
    Reset,
}

impl Peer {
    pub(crate) fn new(name: &'static str, stream: TcpStream) -> Self {
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Self { name, stream, ahead: Vec::new(), ends: true }
    }

    /// A client of that address.
    pub(crate) fn connect(address: SocketAddr) -> Self {
        Self::new("the client", TcpStream::connect(address).unwrap())
    }

    /// A client whose receive window is small, so that it is soon full.
    pub(crate) fn connect_narrow(address: SocketAddr) -> Self {
        let domain = Domain::for_address(address);
        let socket = Socket::new(domain, Type::STREAM, None).unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        socket.connect(&address.into()).unwrap();
        Self::new("the narrow client", socket.into())
    }

    pub(crate) fn local(&self) -> SocketAddr {
        self.stream.local_addr().unwrap()
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        if let Err(error) = self.stream.write_all(bytes.as_ref()) {
            panic!("{} cannot send: {error}", self.name);
        }
    }

    /// Sends what the other end may refuse to read.
    pub(crate) fn send_in_vain(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(bytes.as_ref());
    }

    /// Sends a byte at a time, each in a segment of its own.
    pub(crate) fn send_bytewise(&mut self, bytes: impl AsRef<[u8]>) {
        for byte in bytes.as_ref() {
            self.send([*byte]);
            std::thread::yield_now();
        }
    }

    /// Reads exactly these bytes.
    #[track_caller]
    pub(crate) fn expect(&mut self, bytes: impl AsRef<[u8]>) {
        let wanted = bytes.as_ref();
        while self.ahead.len() < wanted.len() {
            if let Some(end) = self.more() {
                panic!("{end:?} before all came\n{}", self.compared(wanted));
            }
            if !wanted.starts_with(&self.ahead[..self.ahead.len().min(wanted.len())]) {
                break;
            }
        }
        assert!(self.ahead.starts_with(wanted), "{}", self.compared(wanted));
        self.ahead.drain(..wanted.len());
    }

    fn compared(&self, wanted: &[u8]) -> String {
        format!("{} read   {}\nand not {}", self.name, shown(&self.ahead), shown(wanted))
    }

    /// Reads that many bytes.
    #[track_caller]
    pub(crate) fn take(&mut self, length: usize) -> Vec<u8> {
        while self.ahead.len() < length {
            if let Some(end) = self.more() {
                panic!("{}: {end:?} after {}", self.name, shown(&self.ahead));
            }
        }
        self.ahead.drain(..length).collect()
    }

    /// Reads all that comes until the other end closes.
    #[track_caller]
    pub(crate) fn rest(&mut self) -> Vec<u8> {
        loop {
            match self.more() {
                None => {}
                Some(End::Closed) => return std::mem::take(&mut self.ahead),
                Some(End::Reset) => panic!("{} was reset: {}", self.name, shown(&self.ahead)),
            }
        }
    }

    /// Nothing more comes, and the other end closes.
    #[track_caller]
    pub(crate) fn expect_end(&mut self) {
        let rest = self.rest();
        assert!(rest.is_empty(), "{} read further: {}", self.name, shown(&rest));
    }

    /// The connection ends, cleanly or not; gives what came before that.
    #[track_caller]
    pub(crate) fn expect_gone(&mut self) -> Vec<u8> {
        while self.more().is_none() {}
        std::mem::take(&mut self.ahead)
    }

    /// The connection is reset: whoever reads until it closes cannot take that for an end.
    #[track_caller]
    pub(crate) fn expect_reset(&mut self) -> Vec<u8> {
        loop {
            match self.more() {
                None => {}
                Some(End::Reset) => return std::mem::take(&mut self.ahead),
                Some(End::Closed) => {
                    panic!("{} saw a clean end behind {}", self.name, shown(&self.ahead))
                }
            }
        }
    }

    /// Whether the other end is gone already.
    pub(crate) fn is_gone(&mut self) -> bool {
        self.stream.set_nonblocking(true).unwrap();
        let read = self.stream.read(&mut [0; 1024]);
        self.stream.set_nonblocking(false).unwrap();
        match read {
            Ok(read) => read == 0,
            Err(error) => error.kind() != ErrorKind::WouldBlock,
        }
    }

    /// Nothing comes, and the connection stays, for that long.
    #[track_caller]
    pub(crate) fn expect_silence(&mut self, time: Duration) {
        self.stream.set_read_timeout(Some(time)).unwrap();
        let mut byte = [0];
        let read = self.stream.read(&mut byte);
        self.stream.set_read_timeout(Some(PATIENCE)).unwrap();
        match read {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            other => panic!("{} was to stay in silence: {other:?} {byte:?}", self.name),
        }
    }

    /// Reads on; gives the end where it is there.
    #[track_caller]
    pub(super) fn more(&mut self) -> Option<End> {
        let mut space = [0; 16 * 1024];
        match self.stream.read(&mut space) {
            Ok(0) => Some(End::Closed),
            Ok(read) => {
                self.ahead.extend_from_slice(&space[..read]);
                None
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => Some(End::Reset),
            Err(error) => {
                panic!("{}: {error}; so far it has {}", self.name, shown(&self.ahead))
            }
        }
    }

    /// Reads into a buffer of the caller's, for what is too large to keep.
    pub(crate) fn read(&mut self, space: &mut [u8]) -> usize {
        if !self.ahead.is_empty() {
            let read = self.ahead.len().min(space.len());
            space[..read].copy_from_slice(&self.ahead[..read]);
            self.ahead.drain(..read);
            return read;
        }
        self.stream.read(space).unwrap()
    }

    /// The same connection for another thread.
    pub(crate) fn twin(&self) -> Self {
        let stream = self.stream.try_clone().unwrap();
        Self { name: self.name, stream, ahead: Vec::new(), ends: false }
    }

    /// Closes the sending side only.
    pub(crate) fn close_sending(&self) {
        self.stream.shutdown(Shutdown::Write).unwrap();
    }

    /// Closes at once, with a reset.
    pub(crate) fn reset(mut self) {
        self.ends = false;
        SockRef::from(&self.stream).set_linger(Some(Duration::ZERO)).unwrap();
    }
}

impl Drop for Peer {
    /// A close alone waits for the children that other tests are just starting: until they run,
    /// they hold each socket too.
    fn drop(&mut self) {
        if self.ends {
            let _ = self.stream.shutdown(Shutdown::Both);
        }
    }
}
