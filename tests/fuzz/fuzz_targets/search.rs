//! A rewritten search holds the caller's parts, the filter in force, and nothing that is refused.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| modelgate_fuzz::within_limits(
    modelgate_fuzz::search::check,
    input
));
