//! The running stack: modelgate, and OpenSearch behind it. `cargo xtask test` says where it is:
//! - `MODELGATE_TEST_URL`: modelgate, `http://127.0.0.1:PORT`.
//! - `MODELGATE_TEST_OPENSEARCH_URL`: OpenSearch itself, `https://127.0.0.1:PORT`.
//! - `MODELGATE_TEST_CERTS`: a folder with `ca.pem`.
//! - `MODELGATE_TEST_DIR`: the stack's folder; the tests take turns by a lock in it.
//! - `MODELGATE_TEST_XTASK`: the program of `cargo xtask`, which resets the stack.

use std::env;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The stack, for one test alone.
#[derive(Debug)]
pub(crate) struct Stack {
    _lock: File,
}

/// One of its two servers.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) url: String,
    /// Who signed its certificate, where it has one.
    pub(crate) ca: PathBuf,
}

impl Stack {
    /// The stack that the environment names, without model groups, once no other test uses it.
    pub(crate) fn fresh() -> Self {
        let dir = required("MODELGATE_TEST_DIR");
        let lock = File::create(Path::new(&dir).join("tests.lock")).expect("a file for the lock");
        lock.lock().expect("a lock");

        let mut reset = Command::new(required("MODELGATE_TEST_XTASK"));
        let status = reset.args(["reset", "--dir", &dir]).status();
        assert!(status.is_ok_and(|status| status.success()), "the stack is not reset");
        Self { _lock: lock }
    }

    pub(crate) fn modelgate(&self) -> Server {
        Server { url: required("MODELGATE_TEST_URL"), ca: ca() }
    }

    pub(crate) fn opensearch(&self) -> Server {
        Server { url: required("MODELGATE_TEST_OPENSEARCH_URL"), ca: ca() }
    }
}

fn ca() -> PathBuf {
    Path::new(&required("MODELGATE_TEST_CERTS")).join("ca.pem")
}

fn required(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: `cargo xtask test` sets it"))
}
