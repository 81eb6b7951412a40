//! Names are unique and no update is lost, for several modelgates at once (D9, D10).
//!
//! `cargo xtask test` runs the short form of each test, `cargo xtask faults` the full one
//! (`MODELGATE_TEST_FULL`).

#[path = "../proxy/support/address.rs"]
mod address;
mod bridge;
mod crash;
mod figures;
mod gate;
mod history;
#[path = "../law/http.rs"]
mod http;
mod late;
mod message;
mod names;
mod outage;
mod owner;
mod random;
mod settings;
mod soak;
mod stack;
mod trial;
mod updates;

/// The short form's figure, or the full one's.
fn short_or_full<T>(short: T, full: T) -> T {
    if std::env::var_os("MODELGATE_TEST_FULL").is_some() { full } else { short }
}
