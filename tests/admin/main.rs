//! The pages for operators, of the whole program: what they tell while requests come and go, and
//! that they stay up where the rest does not.

mod clash;
mod connections;
mod figures;
mod handshakes;
mod nodes;
mod operator;
mod overload;
mod ready;

/// The two ends of a test are those of the tests of the proxy.
#[allow(dead_code, unused_imports, reason = "the tests of the proxy use the rest")]
#[path = "../proxy"]
mod proxy {
    pub(crate) mod support;
}

use proxy::support;
