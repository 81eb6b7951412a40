//! What the pages say of the cluster's nodes.

use crate::operator::{Operator, PAGES};
use crate::support::{Gate, Node, Peer, answer, eventually};

fn ask(gate: &Gate, line: &str) -> u16 {
    let mut client = Peer::connect(gate.address());
    client.send(format!("{line} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    client.message().status()
}

/// A node that answers, and closes instead at `/closes`.
fn node() -> Node {
    Node::start(|asked| match asked.start().contains("/closes") {
        true => Vec::new(),
        false => answer("200 OK", &[], b""),
    })
}

fn of(metric: &str, node: &Node, rest: &str) -> String {
    format!(r#"{metric}{{node="{}"{rest}}}"#, node.url())
}

#[test]
fn an_open_circuit_is_told_by_node_and_none_that_is_closed_makes_it_unready() {
    let node = node();
    let gate = Node::gate(&[&node], &PAGES[..1]);
    let operator = Operator::of(&gate);
    let circuit = |state| of("modelgate_upstream_circuit", &node, &format!(r#",state="{state}""#));
    operator.expect(&circuit("closed"), 1.0);
    assert_eq!(operator.readiness().0, 200);

    node.leave();
    (0..5).for_each(|_| assert_eq!(ask(&gate, "POST /x"), 502));

    operator.expect(&circuit("open"), 1.0);
    operator.expect(&circuit("closed"), 0.0);
    operator.expect(&of("modelgate_upstream_circuit_opened_total", &node, ""), 1.0);
    let refused = of("modelgate_upstream_failures_total", &node, r#",kind="connect""#);
    operator.expect(&refused, 5.0);
    assert_eq!(ask(&gate, "POST /x"), 503);
    operator.expect(&refused, 5.0);
    eventually("not ready", || operator.readiness() == (503, "circuits".to_owned()));

    node.come_back();
    eventually("ready again", || operator.readiness().0 == 200);
    operator.expect(&circuit("closed"), 1.0);
    operator.expect(&circuit("open"), 0.0);
    operator.expect(&of("modelgate_upstream_node_healthy", &node, ""), 1.0);
}

#[test]
fn a_circuit_whose_node_answers_probes_is_half_open_until_a_request_decides() {
    let node = node();
    let gate = Node::gate(&[&node], &PAGES[..1]);
    let operator = Operator::of(&gate);
    (0..5).for_each(|_| assert_eq!(ask(&gate, "POST /closes"), 502));

    let half = of("modelgate_upstream_circuit", &node, r#",state="half_open""#);
    operator.expect(&half, 1.0);
    let broken = of("modelgate_upstream_failures_total", &node, r#",kind="broken""#);
    operator.expect(&broken, 5.0);

    assert_eq!(ask(&gate, "POST /x"), 200);
    operator.expect(&half, 0.0);
}

#[test]
fn one_node_of_two_is_told_as_unwell_and_modelgate_is_ready() {
    let (gone, there) = (node(), node());
    let settings = [PAGES[0], "upstream.health_interval=50ms"];
    let gate = Node::gate(&[&gone, &there], &settings);
    let operator = Operator::of(&gate);

    gone.leave();

    operator.expect(&of("modelgate_upstream_node_healthy", &gone, ""), 0.0);
    operator.expect(&of("modelgate_upstream_node_healthy", &there, ""), 1.0);
    assert_eq!(operator.readiness().0, 200);
}

#[test]
fn retries_and_those_that_the_budget_denied_are_told_apart() {
    let nodes = [node(), node()];
    let gate = Node::gate(&nodes.each_ref(), &[PAGES[0], "upstream.health_interval=0s"]);
    let operator = Operator::of(&gate);

    // Each wants one retry: another node. Its first answer closes the node's circuit again.
    for _ in 0..20 {
        ask(&gate, "GET /closes");
        assert_eq!([ask(&gate, "POST /x"), ask(&gate, "POST /x")], [200; 2]);
    }

    let figures = operator.figures();
    let retries = figures.of("modelgate_upstream_retries_total");
    let denied = figures.of("modelgate_upstream_retries_denied_total");
    assert!((15.0..=23.0).contains(&retries), "{retries}");
    assert!(denied > 0.0);
}
