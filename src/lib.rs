//! modelgate: the model-group API of ML Commons, enforced before an OpenSearch cluster.
#![cfg_attr(not(test), warn(clippy::expect_used, clippy::panic, clippy::unwrap_used))]

pub mod access;
pub mod admin;
pub mod answer;
pub mod command;
pub mod config;
pub mod error;
pub mod files;
pub mod filter_path;
pub mod format;
pub mod group;
pub mod guard;
pub mod headers;
pub mod identity;
pub mod json;
pub mod memory;
pub mod metrics;
pub mod names;
pub mod principal;
pub mod proxy;
pub mod route;
pub mod search;
pub mod server;
pub mod store;
pub mod telemetry;
pub mod upstream;
pub mod wire;
