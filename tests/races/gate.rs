//! One modelgate of a test's own.

use std::{
    env,
    fs::{self, File},
    io,
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::address::own_address;
use crate::http::{Answer, Client, Request};

const GROUPS: &str = "/_plugins/_ml/model_groups";

/// `alice:pw-alice-123!`
const ALICE: &str = "Basic YWxpY2U6cHctYWxpY2UtMTIzIQ==";

/// A modelgate, which ends with this value.
pub(crate) struct Gate {
    command: Command,
    child: Child,
    address: SocketAddr,
    admin: SocketAddr,
    log: PathBuf,
}

impl Gate {
    /// Starts one on an address of its own: the program that `MODELGATE_TEST_PROGRAM` names, or the one that
    /// was built with the tests.
    pub(crate) fn start(config: &Path, settings: &[&str]) -> Self {
        let (address, admin) = (own_address(), own_address());
        let built = env!("CARGO_BIN_EXE_modelgate").into();
        let mut command = Command::new(env::var_os("MODELGATE_TEST_PROGRAM").unwrap_or(built));
        command.arg("--config").arg(config).args(["--listen", &address.to_string()]);
        command.args(["--set", &format!("admin.listen={admin}")]);
        command.args(settings.iter().flat_map(|setting| ["--set", setting]));
        let log = env::temp_dir().join(format!("modelgate-{address}.log"));
        let file = File::create(&log).expect("a file for the log");
        let child = command.stdout(file).spawn().expect("modelgate starts");
        let gate = Self { command, child, address, admin, log };
        gate.wait();
        gate
    }

    /// Ends it as a crash does, and starts it anew with the same configuration.
    pub(crate) fn restart(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.child = self.command.spawn().expect("modelgate starts");
        self.wait();
    }

    fn wait(&self) {
        let since = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            assert!(since.elapsed() < Duration::from_secs(20), "modelgate does not listen");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A client of its pages for operators.
    pub(crate) fn admin(&self) -> Client {
        Client::new(&format!("http://{}", self.admin), Path::new(""), None)
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// How many warnings and errors it has logged.
    pub(crate) fn warnings(&self) -> usize {
        let warns = |line: &&str| line.contains(" WARN ") || line.contains("ERROR");
        self.log().lines().filter(warns).count()
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
        let _ = fs::remove_file(&self.log);
    }
}

/// What alice changes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change<'c> {
    /// A new group of that name.
    Register(&'c str),
    /// A group gets that name.
    Rename(&'c str, &'c str),
    /// A group goes.
    Delete(&'c str),
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

    pub(crate) fn ask(&mut self, request: Request) -> Answer {
        self.0.send(&request.with("authorization", ALICE))
    }

    /// A change, asked for once on a connection of its own; an error where it was not answered.
    pub(crate) fn once(&mut self, change: &Change<'_>) -> io::Result<Answer> {
        let (method, path, body) = match change {
            Change::Register(name) => {
                let body = json!({ "name": name, "access_mode": "public" });
                ("POST", format!("{GROUPS}/_register"), Some(body))
            }
            Change::Rename(id, name) => ("PUT", at(id), Some(json!({ "name": name }))),
            Change::Delete(id) => ("DELETE", at(id), None),
        };
        let request = Request::new(method, &path).with("authorization", ALICE);
        self.0.attempt(&match body {
            Some(body) => request.json(body.to_string()),
            None => request,
        })
    }
}

fn at(id: &str) -> String {
    format!("{GROUPS}/{}", utf8_percent_encode(id, NON_ALPHANUMERIC))
}
