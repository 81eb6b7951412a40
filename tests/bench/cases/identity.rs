//! A caller who is known already: the key of what it shows, and the look into the cache.

use std::fs;
use std::hint::black_box;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use modelgate::config::{Config, Flags};
use modelgate::guard::Guard;
use modelgate::identity::Identity;
use modelgate::route::{self, Ours, Routed};
use modelgate::upstream::{Nodes, TlsSettings, Upstream};
use modelgate::wire::RequestHead;

use super::Work;

/// `alice:password`
const HEAD: &[u8] = b"GET /_plugins/_ml/model_groups/x HTTP/1.1\r\nHost: 127.0.0.1:9200\r\n\
    user-agent: opensearch-py/3.0.0 (Python 3.11.7)\r\nconnection: keep-alive\r\n\
    authorization: Basic YWxpY2U6cGFzc3dvcmQ=\r\n\r\n";

/// The cheapest hash: it is checked once.
const COST: u32 = 4;

pub(super) fn cached() -> Work {
    let (config, users) = config();
    let identity = Identity::new(&config.identity).expect("the users can be read");
    let nodes = Arc::new(Nodes::new(&config.upstream));
    let upstream = Upstream::new(&config.upstream, &TlsSettings::default(), nodes);
    let ours = ours();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let first = runtime.expect("a runtime").block_on(identity.of(&ours, &upstream));
    assert!(first.expect("alice is believed").is_some());
    fs::remove_file(users).expect("the file of users");
    Box::new(move || {
        let known = pin!(identity.of(black_box(&ours), &upstream));
        let polled = known.poll(&mut Context::from_waker(Waker::noop()));
        assert!(black_box(polled).is_ready());
    })
}

/// Callers are looked up in a file: that needs no cluster.
fn config() -> (Config, PathBuf) {
    let hash = bcrypt::hash("password", COST).expect("a hash");
    let users = std::env::temp_dir().join(format!("modelgate-bench-{}.yml", std::process::id()));
    fs::write(&users, format!("alice:\n  hash: \"{hash}\"\n")).expect("a file of users");
    let set = ["identity.source=users", "identity.cache=1h"].map(str::to_owned);
    let file = format!("identity.users={}", users.display());
    let flags = Flags { set: set.into_iter().chain([file]).collect(), ..Flags::default() };
    (Config::load(&flags, []).expect("a configuration"), users)
}

fn ours() -> Ours {
    let head = RequestHead::parse(HEAD, 128).expect("a head").expect("a whole one");
    let guard = Guard::new(modelgate::config::Guard::Enforce, 100 << 20);
    match route::sort(&head, "127.0.0.1:9201", &guard).expect("a request") {
        Routed::Ours(ours) => *ours,
        Routed::Untouched(_) => panic!("it is ours"),
    }
}
