//! What OpenSearch with ML Commons answered is what modelgate answers.
//!
//! `golden/` holds the recorded scenarios, `divergences.toml` where the answers differ on purpose, and why.
//! A difference that is not listed fails, and so does a listed one that no longer differs.
//!
//! `MODELGATE_DIFF_ONLY=update/names` replays one scenario; `MODELGATE_DIFF_OUT=FOLDER` keeps what was
//! answered, in the form of the records.

mod client;
mod compare;
mod divergences;
mod json;
mod norm;
mod record;
mod replay;
mod scenario;
mod stack;
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
