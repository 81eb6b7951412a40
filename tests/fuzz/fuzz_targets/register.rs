//! What may be registered or updated is what its rules say, to every reader.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| modelgate_fuzz::within_limits(
    modelgate_fuzz::register::check,
    input
));
