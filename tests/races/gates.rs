//! Several modelgates before one cluster.

use std::{
    env,
    fs::File,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::http::{Answer, Client, Request};

const GROUPS: &str = "/_plugins/_ml/model_groups";

/// `alice:pw-alice-123!`
const ALICE: &str = "Basic YWxpY2U6cHctYWxpY2UtMTIzIQ==";

/// The modelgates, which end with this value.
pub(crate) struct Gates {
    children: Vec<Child>,
    urls: Vec<String>,
    certs: PathBuf,
    _lock: File,
}

impl Gates {
    /// Starts them on free ports, with the configuration of the running stack and no groups.
    pub(crate) fn start(count: usize) -> Self {
        let dir = PathBuf::from(required("MODELGATE_TEST_DIR"));
        let lock = File::create(dir.join("differential.lock")).expect("the folder can be written");
        lock.lock().expect("a file can be locked");
        let certs = PathBuf::from(required("MODELGATE_TEST_CERTS"));
        let mut gates = Self { children: Vec::new(), urls: Vec::new(), certs, _lock: lock };
        for index in [".plugins-ml-model-group", ".modelgate-names"] {
            gates.opensearch().send(&Request::new("DELETE", &format!("/{index}")));
        }
        for _ in 0..count {
            gates.add(&dir.join("modelgate.toml"));
        }
        gates
    }

    fn add(&mut self, config: &Path) {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let address = free.expect("a free port");
        let child = Command::new(env!("CARGO_BIN_EXE_modelgate"))
            .arg("--config")
            .arg(config)
            .args(["--listen", &address.to_string()])
            .stdout(Stdio::null())
            .spawn();
        self.children.push(child.expect("modelgate starts"));
        let since = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(since.elapsed() < Duration::from_secs(10), "modelgate does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        self.urls.push(format!("http://{address}"));
    }

    /// A client of one of them.
    pub(crate) fn client(&self, gate: usize) -> Talk {
        Talk(Client::new(&self.urls[gate], &self.certs, None))
    }

    /// Ids and names of all groups, as they are stored.
    pub(crate) fn stored(&self) -> Vec<(String, String)> {
        let search = r#"{"size": 10000, "_source": ["name"]}"#;
        let path = "/.plugins-ml-model-group/_search";
        let found = self.opensearch().send(&Request::new("POST", path).json(search)).value();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let hits = found["hits"]["hits"].as_array().expect("hits");
        hits.iter().map(|hit| (text(&hit["_id"]), text(&hit["_source"]["name"]))).collect()
    }

    fn opensearch(&self) -> Client {
        Client::new(&required("MODELGATE_TEST_OPENSEARCH_URL"), &self.certs, Some("sidecar"))
    }
}

impl Drop for Gates {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Alice, talking to one modelgate.
pub(crate) struct Talk(Client);

impl Talk {
    pub(crate) fn register(&mut self, body: &Value) -> Answer {
        self.ask(Request::new("POST", &format!("{GROUPS}/_register")).json(body.to_string()))
    }

    pub(crate) fn update(&mut self, id: &str, body: &Value) -> Answer {
        self.ask(Request::new("PUT", &at(id)).json(body.to_string()))
    }

    pub(crate) fn delete(&mut self, id: &str) -> Answer {
        self.ask(Request::new("DELETE", &at(id)))
    }

    pub(crate) fn get(&mut self, id: &str) -> Answer {
        self.ask(Request::new("GET", &at(id)))
    }

    fn ask(&mut self, request: Request) -> Answer {
        self.0.send(&request.with("authorization", ALICE))
    }
}

fn at(id: &str) -> String {
    format!("{GROUPS}/{}", utf8_percent_encode(id, NON_ALPHANUMERIC))
}

fn required(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: cargo xtask test sets it"))
}
