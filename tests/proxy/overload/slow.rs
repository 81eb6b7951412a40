//! Clients that are slow on purpose, in slowhttptest's three modes: many of them in one thread.

use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use socket2::{Domain, Socket, Type};

/// How often each of them does a little.
const PERIOD: Duration = Duration::from_millis(200);

/// In what a client is slow.
#[derive(Clone, Copy, Debug)]
pub(super) enum Slow {
    Body,
    Headers,
    Reading,
}

/// Slow clients, until this is dropped.
pub(super) struct Crowd {
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<usize>>,
}

impl Crowd {
    /// So many clients of each mode.
    pub(super) fn start(address: SocketAddr, of_each: usize) -> Self {
        let modes = [Slow::Body, Slow::Headers, Slow::Reading];
        let begun =
            |mode: Slow| std::iter::repeat_with(move || (mode, mode.begin(address))).take(of_each);
        let mut clients: Vec<_> = modes.into_iter().flat_map(begun).collect();
        let over = Arc::new(AtomicBool::new(false));
        let told = over.clone();
        let thread = thread::spawn(move || {
            while !told.load(SeqCst) {
                for (mode, client) in &mut clients {
                    mode.go_on(client);
                }
                thread::sleep(PERIOD);
            }
            clients.len()
        });
        Self { over, thread: Some(thread) }
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.over.store(true, SeqCst);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Slow {
    fn begin(self, address: SocketAddr) -> TcpStream {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None).unwrap();
        if matches!(self, Self::Reading) {
            socket.set_recv_buffer_size(4096).unwrap();
        }
        socket.connect(&address.into()).unwrap();
        let mut client: TcpStream = socket.into();
        client.write_all(self.beginning().as_bytes()).unwrap();
        client.set_nonblocking(true).unwrap();
        client
    }

    fn beginning(self) -> &'static str {
        match self {
            Self::Body => "POST /i/_doc HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n",
            Self::Headers => "GET /i HTTP/1.1\r\nHost: a\r\n",
            Self::Reading => "GET /large HTTP/1.1\r\nHost: a\r\n\r\n",
        }
    }

    /// Does a little; one that was closed meanwhile begins anew by itself no more.
    fn go_on(self, client: &mut TcpStream) {
        let done = match self {
            Self::Body => client.write(b"x"),
            Self::Headers => client.write(b"X-A: b\r\n"),
            Self::Reading => client.read(&mut [0; 16]),
        };
        if let Err(error) = done {
            let gone = [ErrorKind::BrokenPipe, ErrorKind::ConnectionReset, ErrorKind::WouldBlock];
            assert!(gone.contains(&error.kind()), "{self:?}: {error}");
        }
    }
}
