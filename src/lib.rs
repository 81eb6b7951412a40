//! modelgate: the model-group API of ML Commons, enforced before an OpenSearch cluster.
#![cfg_attr(not(test), warn(clippy::expect_used, clippy::panic, clippy::unwrap_used))]

pub mod config;
pub mod headers;
pub mod json;
pub mod route;
pub mod telemetry;
pub mod upstream;
pub mod wire;
