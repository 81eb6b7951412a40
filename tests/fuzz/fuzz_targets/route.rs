//! What is protected is never passed, and what is passed reads the same again.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| modelgate_fuzz::within_limits(
    modelgate_fuzz::route::check,
    input
));
