//! A proxy between modelgate and OpenSearch that fails at a chosen request: before it is passed on,
//! or behind its answer, of which modelgate then learns nothing.
//!
//! modelgate speaks plain HTTP to it, and shows itself by a password; here that becomes its
//! certificate, as OpenSearch asks for.

use std::{
    fs,
    io::{self, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use crate::{
    gate::Gate,
    http::Client,
    message::Message,
    stack::{Stack, opensearch_url},
};

/// `modelgate:own`: who asks as modelgate itself.
const OWN: &str = "Authorization: Basic bW9kZWxnYXRlOm93bg==";

/// When it fails.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Moment {
    /// The request never gets to the cluster.
    Before,
    /// The cluster has done what was asked.
    After,
    /// Nothing fails: the request is passed on once the deed is done.
    Meanwhile,
}

/// What else happens at that moment.
pub(crate) type Deed = Box<dyn FnOnce() + Send>;

/// The failure that is to come.
struct Armed {
    /// Requests that begin otherwise are not counted.
    start: &'static str,
    after: usize,
    moment: Moment,
    deed: Deed,
}

struct Shared {
    certs: PathBuf,
    armed: Mutex<Option<Armed>>,
    struck: Mutex<Option<String>>,
    answered: Mutex<Option<String>>,
}

/// The proxy, which ends with the test.
pub(crate) struct Bridge {
    address: SocketAddr,
    password: PathBuf,
    shared: Arc<Shared>,
}

impl Bridge {
    /// A proxy before the cluster of the stack.
    pub(crate) fn start(stack: &Stack) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let password = std::env::temp_dir().join(format!("modelgate-own-{}", address.port()));
        fs::write(&password, "own\n").expect("a file for the password");
        let certs = stack.certs().to_owned();
        let shared = Arc::new(Shared {
            certs,
            armed: Mutex::default(),
            struck: Mutex::default(),
            answered: Mutex::default(),
        });
        thread::spawn({
            let shared = shared.clone();
            move || {
                for client in listener.incoming().map_while(Result::ok) {
                    let shared = shared.clone();
                    // A connection that breaks is what this is for.
                    thread::spawn(move || drop(shared.serve(client)));
                }
            }
        });
        Self { address, password, shared }
    }

    /// A modelgate behind it.
    pub(crate) fn gate(&self, stack: &Stack) -> Gate {
        self.gate_with(stack, &[])
    }

    /// The same with further settings.
    pub(crate) fn gate_with(&self, stack: &Stack, more: &[&str]) -> Gate {
        let settings = [
            format!("upstream.url=http://{}", self.address),
            format!("upstream.password_file={}", self.password.display()),
            "upstream.user=modelgate".to_owned(),
            "upstream.ca=".to_owned(),
            "upstream.certificate=".to_owned(),
            "upstream.key=".to_owned(),
        ];
        let settings = settings.iter().map(String::as_str).chain(more.iter().copied());
        stack.gate(&settings.collect::<Vec<_>>())
    }

    /// Fails at the request that comes after so many others.
    pub(crate) fn arm(&self, after: usize, moment: Moment, deed: impl FnOnce() + Send + 'static) {
        *locked(&self.shared.struck) = None;
        *locked(&self.shared.armed) =
            Some(Armed { start: "", after, moment, deed: Box::new(deed) });
    }

    /// Holds up the first request that begins so, until the deed is done.
    pub(crate) fn hold(&self, start: &'static str, deed: impl FnOnce() + Send + 'static) {
        self.arm(0, Moment::Meanwhile, deed);
        locked(&self.shared.armed).iter_mut().for_each(|armed| armed.start = start);
    }

    /// What the cluster has said to the request that was held up: the start of its answer.
    pub(crate) fn answered(&self) -> Option<String> {
        locked(&self.shared.answered).clone()
    }

    /// Does not fail any more. Gives the request at which it has failed, if it came to that.
    pub(crate) fn disarm(&self) -> Option<String> {
        *locked(&self.shared.armed) = None;
        locked(&self.shared.struck).take()
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.password);
    }
}

impl Shared {
    fn serve(&self, client: TcpStream) -> io::Result<()> {
        client.set_nodelay(true)?;
        let mut to = client.try_clone()?;
        let mut from = BufReader::new(client);
        let mut cluster = None;
        while let Some(mut request) = Message::read(&mut from)? {
            let mut held = false;
            let failure = match self.failure(&request) {
                Some((Moment::Meanwhile, deed)) => {
                    deed();
                    held = true;
                    None
                }
                Some((Moment::Before, deed)) => {
                    deed();
                    return Ok(());
                }
                failure => failure,
            };
            let identity = request.without_line(OWN).then_some("sidecar");
            let cluster = match &mut cluster {
                Some(cluster) => cluster,
                // modelgate never asks for a caller on a connection of its own.
                None => cluster.insert(BufReader::new(self.cluster(identity).connect()?)),
            };
            cluster.get_mut().write_all(&request.bytes())?;
            cluster.get_mut().flush()?;
            let answer = Message::read(cluster)?.ok_or(io::ErrorKind::UnexpectedEof)?;
            if let Some((_, deed)) = failure {
                deed();
                return Ok(());
            }
            if held {
                *locked(&self.answered) = Some(format!("{:.60}", answer.head));
            }
            to.write_all(&answer.bytes())?;
        }
        Ok(())
    }

    fn cluster(&self, identity: Option<&str>) -> Client {
        Client::new(&opensearch_url(), &self.certs, identity)
    }

    /// The failure whose turn it is.
    fn failure(&self, request: &Message) -> Option<(Moment, Deed)> {
        let mut armed = locked(&self.armed);
        let now = armed.as_mut().filter(|now| request.head.starts_with(now.start))?;
        if now.after > 0 {
            now.after -= 1;
            return None;
        }
        let Armed { moment, deed, .. } = armed.take()?;
        *locked(&self.struck) = Some(format!("{moment:?} {:.60}", request.head));
        Some((moment, deed))
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
