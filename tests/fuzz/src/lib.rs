//! What must hold of any input, and small readings of it that share no code with modelgate's.

pub mod config;
pub mod guard;
pub mod head;
mod opensearch;
pub mod register;
pub mod route;
pub mod search;

use std::fs;
use std::time::Duration;

/// Most time that an input may take, and more for each of its bytes: far more than reading it does, and far less than
/// reading a long one once for each of its bytes.
const AT_LEAST: Duration = Duration::from_millis(200);
const A_BYTE: Duration = Duration::from_micros(10);

/// Checks an input; fails where that takes longer than its length explains.
pub fn within_limits(check: fn(&[u8]), input: &[u8]) {
    let before = on_a_processor();
    check(input);
    let taken = on_a_processor().saturating_sub(before);
    let length = u32::try_from(input.len()).unwrap_or(u32::MAX);
    assert!(taken < AT_LEAST + A_BYTE * length, "{taken:?} for {length} bytes");
}

/// How long this thread has run: to wait for a processor is no fault of an input.
fn on_a_processor() -> Duration {
    let said = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = said.split(' ').next().and_then(|text| text.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}
