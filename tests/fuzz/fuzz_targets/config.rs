//! Any text is a configuration, or an error that says where.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| modelgate_fuzz::within_limits(
    modelgate_fuzz::config::check,
    input
));
