//! Nobody is told apart.

use super::{basic, get_group};
use crate::support::Cluster;

#[test]
fn nobody_is_asked_who_they_are() {
    let cluster = Cluster::of_groups();
    let gate = cluster.gate(&["identity.source=none"]);

    assert_eq!(get_group(&gate, "").status(), 200);
    assert_eq!(get_group(&gate, &basic("alice", "wrong")).status(), 200);

    assert!(cluster.heard("GET /_plugins/_security").is_empty());
}

#[test]
fn the_callers_credentials_do_not_go_with_modelgates_own_requests() {
    let cluster = Cluster::of_groups();
    let gate = cluster.gate(&["identity.source=none"]);

    get_group(&gate, &format!("{}Cookie: c\r\n", basic("alice", "a")));

    for asked in cluster.heard("GET /.plugins") {
        assert_eq!((asked.field("authorization"), asked.field("cookie")), (None, None));
    }
}
