//! No request passes that reaches a protected index.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| modelgate_fuzz::within_limits(
    modelgate_fuzz::guard::check,
    input
));
