//! A head and its framing are accepted by a strict reader of RFC 9112, too.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| modelgate_fuzz::within_limits(
    modelgate_fuzz::head::check,
    input
));
