//! The running stack. `cargo xtask test` says where it is:
//! - `MODELGATE_TEST_URL`: modelgate, `http://127.0.0.1:PORT`.
//! - `MODELGATE_TEST_DIR`: the stack's folder; the tests take turns by a lock in it.
//! - `MODELGATE_TEST_XTASK`: the program of `cargo xtask`, which resets the stack.
//! - `MODELGATE_TEST_ACCESS_CONTROL_CMD`: restarts modelgate with access control `on` or `off`,
//!   its last word.

use std::env;
use std::fs::File;
use std::path::Path;
use std::process::Command;

/// The stack, for one test alone.
#[derive(Debug)]
pub(crate) struct Stack {
    url: String,
    _lock: File,
}

/// Access control is off for as long as this lives.
#[derive(Debug)]
pub(crate) struct WithoutAccessControl;

impl Stack {
    /// The stack that the environment names, without model groups, once no other test uses it.
    pub(crate) fn fresh() -> Self {
        let dir = required("MODELGATE_TEST_DIR");
        let lock = File::create(Path::new(&dir).join("tests.lock")).expect("a file for the lock");
        lock.lock().expect("a lock");

        let mut reset = Command::new(required("MODELGATE_TEST_XTASK"));
        let status = reset.args(["reset", "--dir", &dir]).status();
        assert!(status.is_ok_and(|status| status.success()), "the stack is not reset");
        Self { url: required("MODELGATE_TEST_URL"), _lock: lock }
    }

    /// Where modelgate is.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Switches access control off, for as long as the answer lives.
    pub(crate) fn without_access_control(&self) -> WithoutAccessControl {
        assert!(switch_access_control("off"), "access control is not switched off");
        WithoutAccessControl
    }
}

impl Drop for WithoutAccessControl {
    fn drop(&mut self) {
        if !switch_access_control("on") {
            eprintln!("access control is still off");
        }
    }
}

fn switch_access_control(to: &str) -> bool {
    let command = format!("{} {to}", required("MODELGATE_TEST_ACCESS_CONTROL_CMD"));
    let status = Command::new("sh").args(["-c", &command]).status();
    status.is_ok_and(|status| status.success())
}

fn required(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: `cargo xtask test` sets it"))
}
