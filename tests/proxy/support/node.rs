//! A pretend node of a cluster, that can leave and come back.

use std::{
    io::Write,
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

use super::{Asked, Gate, Peer};

type Answering = dyn Fn(&Asked) -> Vec<u8> + Send + Sync;

/// A node on an address of its own, which is kept for it while it is away.
pub(crate) struct Node {
    address: SocketAddr,
    answering: Arc<Answering>,
    heard: Arc<AtomicUsize>,
    presence: Mutex<Option<Arc<Presence>>>,
}

/// A time in which a node is there.
#[derive(Default)]
struct Presence {
    ended: AtomicBool,
    connections: Mutex<Vec<TcpStream>>,
}

impl Node {
    /// A node that answers as the function says; an empty answer closes the connection.
    pub(crate) fn start(answering: impl Fn(&Asked) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let node = Self {
            address: listener.local_addr().unwrap(),
            answering: Arc::new(answering),
            heard: Arc::default(),
            presence: Mutex::default(),
        };
        node.listen(listener);
        node
    }

    /// A modelgate before these nodes, with one thread.
    pub(crate) fn gate(nodes: &[&Self], settings: &[&str]) -> Gate {
        let urls: Vec<String> = nodes.iter().map(|node| node.url()).collect();
        let url = format!("upstream.url={}", urls.join(","));
        let own = [url.as_str(), "runtime.threads=1", "identity.source=none"];
        Gate::start(&[&own, settings].concat())
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many requests came, checks of its health aside.
    pub(crate) fn heard(&self) -> usize {
        self.heard.load(SeqCst)
    }

    /// Breaks all connections, and refuses new ones.
    pub(crate) fn leave(&self) {
        let Some(presence) = self.presence.lock().unwrap().take() else { return };
        presence.ended.store(true, SeqCst);
        // The listener goes as soon as it sees another connection.
        let _ = TcpStream::connect(self.address).map(|mut waker| {
            let _ = std::io::Read::read(&mut waker, &mut [0]);
        });
        for connection in presence.connections.lock().unwrap().drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }

    /// Listens again.
    pub(crate) fn come_back(&self) {
        self.listen(TcpListener::bind(self.address).unwrap());
    }

    fn listen(&self, listener: TcpListener) {
        let presence = Arc::new(Presence::default());
        *self.presence.lock().unwrap() = Some(presence.clone());
        let (answering, heard) = (self.answering.clone(), self.heard.clone());
        thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                if presence.ended.load(SeqCst) {
                    // First the listener, then the connection that woke it.
                    drop(listener);
                    return drop(stream);
                }
                presence.connections.lock().unwrap().push(stream.try_clone().unwrap());
                let (answering, heard) = (answering.clone(), heard.clone());
                thread::spawn(move || serve(stream, &heard, &*answering));
            }
        });
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.leave();
    }
}

fn serve(mut stream: TcpStream, heard: &AtomicUsize, answering: &Answering) {
    let mut peer = Peer::new("the node", stream.try_clone().unwrap());
    while let Some(asked) = peer.request() {
        if !asked.head.starts_with("GET /_plugins/_security/health ") {
            heard.fetch_add(1, SeqCst);
        }
        let answer = answering(&asked);
        if answer.is_empty() || stream.write_all(&answer).is_err() {
            return;
        }
    }
}
