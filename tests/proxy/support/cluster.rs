//! A pretend OpenSearch, for what modelgate asks by itself.

use std::{
    io::Write,
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
};

use serde_json::{Value, json};

use super::{Gate, Message, Peer};

/// A request that the cluster heard.
pub(crate) type Asked = Message;

type Answering = dyn Fn(&Asked) -> Vec<u8> + Send + Sync;

/// A listener that answers each request by a function; an empty answer closes the connection.
pub(crate) struct Cluster {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<Asked>>>,
    ended: Arc<AtomicBool>,
}

impl Cluster {
    /// A cluster that answers as the function says.
    pub(crate) fn start(answering: impl Fn(&Asked) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let cluster = Self { address, heard: Arc::default(), ended: Arc::default() };
        let (heard, ended) = (cluster.heard.clone(), cluster.ended.clone());
        let answering: Arc<Answering> = Arc::new(answering);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if ended.load(SeqCst) {
                    return;
                }
                let (heard, answering) = (heard.clone(), answering.clone());
                thread::spawn(move || serve(stream, &heard, &*answering));
            }
        });
        cluster
    }

    /// A cluster with one group.
    pub(crate) fn of_groups() -> Self {
        Self::start(groups)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// A modelgate before this cluster.
    pub(crate) fn gate(&self, settings: &[&str]) -> Gate {
        let url = format!("upstream.url=http://{}", self.address);
        Gate::start(&[&[url.as_str()], settings].concat())
    }

    /// What was asked so far, of that start line.
    pub(crate) fn heard(&self, start: &str) -> Vec<Asked> {
        let heard = self.heard.lock().unwrap();
        heard.iter().filter(|asked| asked.head.starts_with(start)).cloned().collect()
    }

    /// The start lines of all that was asked so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        heard.iter().map(|asked| asked.start().to_owned()).collect()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.ended.store(true, SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(mut stream: TcpStream, heard: &Mutex<Vec<Asked>>, answering: &Answering) {
    let mut peer = Peer::new("the cluster", stream.try_clone().unwrap());
    while let Some(asked) = peer.request() {
        heard.lock().unwrap().push(asked.clone());
        let answer = answering(&asked);
        if answer.is_empty() || stream.write_all(&answer).is_err() {
            return;
        }
    }
}

/// An answer of any kind.
pub(crate) fn answer(status: &str, fields: &[&str], body: &[u8]) -> Vec<u8> {
    let fields: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{fields}Content-Length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// An answer of JSON.
pub(crate) fn json_answer(status: &str, body: &Value) -> Vec<u8> {
    answer(status, &["content-type: application/json; charset=UTF-8"], body.to_string().as_bytes())
}

/// What a cluster says in which there is one group, g1, and in which alice may do all.
pub(crate) fn groups(asked: &Asked) -> Vec<u8> {
    let start = asked.start();
    let has = |part: &str| start.contains(part);
    match start.split_once(' ').unwrap_or_default().0 {
        "GET" if has(" /_plugins/_security/authinfo ") => json_answer("200 OK", &alice()),
        "GET" if has("-group/_doc/g1 ") => json_answer("200 OK", &group()),
        "GET" if has("/_doc/") => json_answer("404 Not Found", &json!({ "found": false })),
        "POST" if has("/_search") => json_answer("200 OK", &no_hits()),
        "POST" if has("/_update/") => json_answer("200 OK", &written("updated")),
        "PUT" if has("/_create/") || has("-group/_doc/") => {
            json_answer("201 Created", &written("created"))
        }
        "PUT" if has("-names/_doc/") => json_answer("200 OK", &written("updated")),
        "DELETE" => json_answer("200 OK", &written("deleted")),
        _ => json_answer("200 OK", &json!({ "acknowledged": true })),
    }
}

fn alice() -> Value {
    json!({
        "user_name": "alice", "backend_roles": ["IT"], "roles": ["ml_full_access"],
        "user_requested_tenant": null, "tenants": { "alice": true, "global_tenant": true },
    })
}

fn group() -> Value {
    json!({
        "_index": ".plugins-ml-model-group", "_id": "g1", "found": true,
        "_seq_no": 1, "_primary_term": 1, "_version": 1,
        "_source": { "name": "one", "access": "public", "latest_version": 0 },
    })
}

fn written(result: &str) -> Value {
    json!({ "_id": "x", "result": result, "_seq_no": 3, "_primary_term": 1 })
}

fn no_hits() -> Value {
    json!({
        "took": 0, "timed_out": false,
        "_shards": { "total": 1, "successful": 1, "skipped": 0, "failed": 0 },
        "hits": { "total": { "value": 0, "relation": "eq" }, "max_score": null, "hits": [] },
    })
}
