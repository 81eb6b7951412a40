//! Non-interference: a caller's answers do not depend on groups that the caller may not see.
//!
//! `cargo xtask test law` starts a stack with modelgate's defaults and says where it is, as for the
//! differential tests: `MODELGATE_TEST_URL`, `_OPENSEARCH_URL`, `_CERTS` and `_DIR`.

mod absent;
mod api;
mod body;
mod callers;
mod compare;
mod http;
mod law;
mod made;
mod names;
mod population;
mod requests;
mod same;
mod sees;
mod shrink;
mod stack;
mod ties;
mod times;
