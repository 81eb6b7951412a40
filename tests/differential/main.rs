//! What OpenSearch with ML Commons answered is what modelgate answers.
//!
//! `golden/` holds the recorded scenarios, `divergences.toml` where the answers differ on purpose, and why.
//! A difference that is not listed fails, and so does a listed one that no longer differs.
//!
//! `cargo xtask test differential` starts a stack, with `hidden_groups=revealed` and no cache of identities,
//! and says where it is:
//! - `MODELGATE_TEST_URL`: modelgate, `http://127.0.0.1:PORT`.
//! - `MODELGATE_TEST_OPENSEARCH_URL`: OpenSearch itself, `https://127.0.0.1:PORT`.
//! - `MODELGATE_TEST_CERTS`: a folder with `ca.pem`, `admin.pem`, `admin.key`.
//! - `MODELGATE_TEST_DIR`: the stack's folder; the tests take turns by a lock in it.
//! - `MODELGATE_TEST_ACCESS_CONTROL_CMD`: restarts modelgate with access control `on` or `off`, its last word.
//!
//! To look closer: `MODELGATE_DIFF_ONLY=update/names` (or `update/*`) replays nothing else, and
//! `MODELGATE_DIFF_OUT=FOLDER` keeps what was answered, in the form of `golden/records`.

mod client;
mod compare;
mod divergences;
mod json;
mod norm;
mod record;
mod replay;
mod scenario;
mod stack;
mod steps;
mod verdict;

/// One ignored test for each file of scenarios.
macro_rules! replayed {
    ($($file:ident)*) => {
        /// Every file of `golden/scenarios`, without its ending.
        #[cfg(test)]
        const FILES: &[&str] = &[$(stringify!($file)),*];

        $(
            #[test]
            #[ignore = "needs a running stack: cargo xtask test starts one"]
            fn $file() {
                replay::file(stringify!($file));
            }
        )*
    };
}

replayed! {
    direct_index
    disabled
    http
    lifecycle
    models
    register_access
    register_validation
    search
    update
}
