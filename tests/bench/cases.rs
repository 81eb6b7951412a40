//! The cases: each prepares what it needs, and gives what is then done again and again.

mod access;
mod guard;
mod http;
mod identity;
mod search;

/// What is measured.
pub(crate) type Work = Box<dyn FnMut()>;

/// A case: its name, and what prepares it.
pub(crate) type Case = (&'static str, fn() -> Work);

/// All of them.
pub(crate) const CASES: &[Case] = &[
    ("head/request", http::request_head),
    ("head/response", http::response_head),
    ("route/pass", http::route_pass),
    ("route/narrowed", http::route_narrowed),
    ("route/ours", http::route_ours),
    ("chunks/64 of 1 KiB", http::chunks_of_a_kib),
    ("chunks/4096 of 16 B", http::chunks_of_16_bytes),
    ("bulk/64 KiB of one action", guard::bulk_of_one_action),
    ("bulk/64 KiB of ids", guard::bulk_of_ids),
    ("msearch/64 KiB", guard::msearch),
    ("search/200 B", search::of_200_bytes),
    ("search/20 KB", search::of_20_kb),
    ("search/1 MiB", search::of_a_mib),
    ("search/mended, 10 hits", search::mended),
    ("access/filter, 8 roles", access::filter_of_8_roles),
    ("access/filter, 1000 roles", access::filter_of_1000_roles),
    ("register/read", access::register_read),
    ("register/permit", access::register_permit),
    ("answer/written", http::answer_written),
    ("identity/cached", identity::cached),
];
