//! One modelgate of a test's own.

use std::{
    env,
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
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

/// A modelgate, which ends with this value.
pub(crate) struct Gate {
    child: Child,
    address: SocketAddr,
}

impl Gate {
    /// Starts one on a free port: the program that `MODELGATE_TEST_PROGRAM` names, or the one that
    /// was built with the tests.
    pub(crate) fn start(config: &Path, settings: &[&str]) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let address = free.expect("a free port");
        let built = env!("CARGO_BIN_EXE_modelgate").into();
        let mut command = Command::new(env::var_os("MODELGATE_TEST_PROGRAM").unwrap_or(built));
        command.arg("--config").arg(config).args(["--listen", &address.to_string()]);
        command.args(settings.iter().flat_map(|setting| ["--set", setting]));
        let child = command.stdout(Stdio::null()).spawn().expect("modelgate starts");
        let gate = Self { child, address };
        let since = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(since.elapsed() < Duration::from_secs(10), "modelgate does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        gate
    }

    /// A client of it.
    pub(crate) fn client(&self) -> Talk {
        Talk(Client::new(&format!("http://{}", self.address), Path::new(""), None))
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
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
