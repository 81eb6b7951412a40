//! Ids and paths that can be written in more ways than one.

use serde_json::json;

use super::{ADMIN, PREFIX, READINGS, Read, text};
use crate::{
    wire::Reply,
    world::{GROUPS, World},
};

/// Ids of groups and documents, as a path writes them.
const IDS: [&str; 10] =
    ["a", "a%2Fb", "a%252Fb", "a%20b", "a%2Bb", "%C3%A9", "a%3Bb", "a%3Fb", "a%23b", "%2E%2E"];

/// What stands for the prefix and an id in a target.
type Spelling = fn(&str) -> String;

/// Each is read as OpenSearch reads it, or refused.
fn spellings() -> Vec<(&'static str, Spelling)> {
    vec![
        ("an id", |prefix| format!("{prefix}/a")),
        ("an id that is escaped", |prefix| format!("{prefix}/%61")),
        ("an id that is escaped twice", |prefix| format!("{prefix}/%2561")),
        ("a slash in an id", |prefix| format!("{prefix}/a%2fb")),
        ("a slash in an id, in capitals", |prefix| format!("{prefix}/a%2Fb")),
        ("a slash that is escaped twice", |prefix| format!("{prefix}/a%252Fb")),
        ("a plus sign", |prefix| format!("{prefix}/a+b")),
        ("a blank", |prefix| format!("{prefix}/a%20b")),
        ("a blank that is not escaped", |prefix| format!("{prefix}/a b")),
        ("a sign beyond ASCII", |prefix| format!("{prefix}/%c3%a9")),
        ("a sign beyond ASCII, not escaped", |prefix| format!("{prefix}/\u{e9}")),
        ("an escape of no UTF-8", |prefix| format!("{prefix}/a%ff")),
        ("an escape that is none", |prefix| format!("{prefix}/a%zz")),
        ("an escape that is cut off", |prefix| format!("{prefix}/a%2")),
        ("a zero byte", |prefix| format!("{prefix}/a%00")),
        ("a semicolon", |prefix| format!("{prefix}/a;b")),
        ("a question mark that is escaped", |prefix| format!("{prefix}/a%3fb")),
        ("a number sign that is escaped", |prefix| format!("{prefix}/a%23b")),
        ("a fragment", |prefix| format!("{prefix}/a#b")),
        ("two dots", |prefix| format!("{prefix}/..")),
        ("two dots that are escaped", |prefix| format!("{prefix}/%2e%2e")),
        ("a slash behind", |prefix| format!("{prefix}/a/")),
        ("slashes behind", |prefix| format!("{prefix}/a//")),
        ("two slashes first", |prefix| format!("/{prefix}/a")),
        ("two slashes within", |prefix| format!("{prefix}//a")),
        ("a dot within", |prefix| format!("{prefix}/./a")),
        ("two dots within", |prefix| format!("{prefix}/x/../a")),
        ("two dots within, escaped", |prefix| format!("{prefix}/x/%2e%2e/a")),
        ("a path that is escaped", |prefix| prefix.replacen("/_", "/%5f", 1) + "/a"),
        ("a slash of the path that is escaped", |prefix| format!("{prefix}%2fa")),
        ("a path in capitals", |prefix| prefix.to_uppercase() + "/a"),
        ("no slash first", |prefix| format!("{}/a", &prefix[1..])),
        ("a whole URL", |prefix| format!("http://elsewhere{prefix}/a")),
    ]
}

pub(super) fn run(world: &World) -> (Vec<String>, Vec<String>) {
    for id in IDS {
        let document = json!({ "name": id, "access": "public" }).to_string();
        world.must("PUT", &format!("/{GROUPS}/_doc/{id}?refresh"), &document);
        world.must("PUT", &format!("/{READINGS}/_doc/{id}?refresh"), &document);
    }
    let (mut faults, mut lines) = (Vec::new(), Vec::new());
    for (name, spelling) in spellings() {
        let request = |prefix: &str| {
            let target = spelling(prefix);
            format!("GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{ADMIN}\r\n")
        };
        let here = got(&world.sent_bytes(request(PREFIX).as_bytes()), "name");
        let there = world.sent_bytes_directly(request(&format!("/{READINGS}/_doc")).as_bytes());
        let there = got(&there, "_source");
        let line = format!("{name:45} | get      | {here:?} | {there:?}");
        if !matches!(here, Read::Not(400..=499)) && here != there {
            faults.push(line.clone());
        }
        lines.push(line);
    }
    (faults, lines)
}

/// The name of the group, or of the document under that key.
fn got(reply: &Reply, key: &str) -> Read {
    if reply.status != 200 {
        return Read::Not(reply.status);
    }
    let found = reply.json()[key].clone();
    Read::As(text(if found.is_object() { &found["name"] } else { &found }))
}
