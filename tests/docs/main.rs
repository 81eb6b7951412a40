//! The README is true: its examples are run from its own text against a running stack, its table
//! of keys is that of `config/modelgate.toml`, and its links lead somewhere.
//!
//! `cargo xtask test docs` starts the stack and says where it is (`stack.rs`).

mod example;
mod readme;
mod refusals;
mod stack;

use std::path::Path;

use example::Reader;
use stack::Stack;

/// The examples that the README must have, in this order.
const EXAMPLES: [&str; 8] = [
    "register public",
    "register restricted",
    "register add all",
    "search match all",
    "search owner",
    "search ids",
    "get hidden",
    WITHOUT_CONTROL,
];

/// The one that runs with access control off.
const WITHOUT_CONTROL: &str = "register without access control";

#[test]
fn the_readme_has_every_example() {
    let names: Vec<_> = readme::examples().into_iter().map(|example| example.name).collect();

    assert_eq!(names, EXAMPLES);
}

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn every_example_is_answered_as_the_readme_shows() {
    let stack = Stack::fresh();
    let mut reader = Reader::of(stack.url());

    for example in readme::examples() {
        let _off = (example.name == WITHOUT_CONTROL).then(|| stack.without_access_control());
        reader.tries(&example);
    }
}

#[test]
fn the_table_of_keys_has_every_key_with_its_default_and_no_other() {
    assert_eq!(readme::keys(), readme::keys_of_the_file());
}

#[test]
fn the_table_of_differences_has_every_row() {
    let rows: Vec<_> = readme::table("Where modelgate differs").into_iter().map(first).collect();
    let expected: Vec<_> = (1..=15).map(|row| format!("D{row}")).collect();

    assert_eq!(rows, expected);
}

#[test]
fn every_link_into_the_project_leads_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let missing: Vec<_> =
        readme::links().into_iter().filter(|link| !root.join(link).exists()).collect();

    assert!(missing.is_empty(), "{missing:?}");
}

fn first(row: Vec<String>) -> String {
    row.into_iter().next().unwrap_or_default()
}
