//! The page of all figures: one place that names each metric.

use super::{
    Counter, Gauge,
    histogram::{BOUNDS, BUCKETS},
    labels::{CLASSES, FAULTS, ROUTES, is_usual},
    nodes::{self, NodeFigures},
    process,
    rule::RULES,
    shard::Shard,
    text::{Kind, Text},
};

/// The content type of the page.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

const REQUESTS: &str = "modelgate_requests_total";
const DURATION: &str = "modelgate_request_duration_seconds";
const SHED: &str = "modelgate_shed_total";
const HANDSHAKES: &str = "modelgate_tls_handshake_failures_total";
const UPSTREAM: &str = "modelgate_upstream_connections";
const LOOK_UPS: &str = "modelgate_identity_lookups_total";
const DENIALS: &str = "modelgate_denials_total";
const BUILD: &str = "modelgate_build_info";

/// The page of these shards, and of the process.
pub(super) fn page(shards: &[Shard], of_nodes: &[NodeFigures<'_>]) -> String {
    let mut text = Text::default();
    let page = &mut text;
    figures(shards, page);
    nodes::write(of_nodes, page);
    build(page);
    process::write(page);
    text.finish()
}

/// All that the shards count.
fn figures(shards: &[Shard], page: &mut Text) {
    let counter = |counter| shards.iter().map(|shard| shard.counter(counter)).sum::<u64>();
    let gauge = |gauge| shards.iter().map(|shard| shard.gauge(gauge)).sum::<i64>();

    requests(shards, page);
    durations(shards, page);
    let help = "Requests whose answer is not written yet.";
    page.single("modelgate_requests_in_flight", Kind::Gauge, help, gauge(Gauge::InFlight));
    let help = "Connections of clients.";
    page.single("modelgate_connections", Kind::Gauge, help, gauge(Gauge::Connections));

    page.metric(SHED, Kind::Counter, "What was turned away, by why.");
    page.sample(SHED, &[("reason", "requests")], counter(Counter::ShedRequest));
    page.sample(SHED, &[("reason", "address")], counter(Counter::ShedAddress));
    page.sample(SHED, &[("reason", "idle")], counter(Counter::ShedIdle));

    page.metric(HANDSHAKES, Kind::Counter, "Clients whose TLS handshake failed, by why.");
    page.sample(HANDSHAKES, &[("reason", "certificate")], counter(Counter::TlsCertificate));
    page.sample(HANDSHAKES, &[("reason", "closed")], counter(Counter::TlsClosed));
    page.sample(HANDSHAKES, &[("reason", "protocol")], counter(Counter::TlsProtocol));
    page.sample(HANDSHAKES, &[("reason", "timeout")], counter(Counter::TlsTimeout));

    page.metric(UPSTREAM, Kind::Gauge, "Connections to OpenSearch, in use and kept for later.");
    page.sample(UPSTREAM, &[("state", "active")], gauge(Gauge::UpstreamActive));
    page.sample(UPSTREAM, &[("state", "idle")], gauge(Gauge::UpstreamIdle));
    let help = "Requests sent to OpenSearch again.";
    let retries = counter(Counter::UpstreamRetry);
    page.single("modelgate_upstream_retries_total", Kind::Counter, help, retries);
    let help = "Requests not sent again, as the budget of retries was spent.";
    let denied = counter(Counter::UpstreamRetryDenied);
    page.single("modelgate_upstream_retries_denied_total", Kind::Counter, help, denied);

    page.metric(LOOK_UPS, Kind::Counter, "Look-ups of callers that the cache did not know.");
    page.sample(LOOK_UPS, &[("outcome", "found")], counter(Counter::LookUpFound));
    page.sample(LOOK_UPS, &[("outcome", "refused")], counter(Counter::LookUpRefused));
    page.sample(LOOK_UPS, &[("outcome", "failed")], counter(Counter::LookUpFailed));
    let help = "Callers that the cache knew.";
    let hits = counter(Counter::IdentityCacheHit);
    page.single("modelgate_identity_cache_hits_total", Kind::Counter, help, hits);
    denials(shards, page);
}

fn requests(shards: &[Shard], page: &mut Text) {
    page.metric(REQUESTS, Kind::Counter, "Requests that ended, by whose fault a failure was.");
    for (at, route) in ROUTES.iter().enumerate() {
        for (class, status_class) in CLASSES.iter().enumerate() {
            for (whose, fault) in FAULTS.iter().enumerate() {
                let count: u64 = shards.iter().map(|shard| shard.requests(at, class, whose)).sum();
                if count > 0 || is_usual(class, whose) {
                    let labels =
                        [("route", *route), ("status_class", *status_class), ("fault", *fault)];
                    page.sample(REQUESTS, &labels, count);
                }
            }
        }
    }
}

fn durations(shards: &[Shard], page: &mut Text) {
    let help = "From the end of a request's head to the end of its answer.";
    page.metric(DURATION, Kind::Histogram, help);
    for (at, route) in ROUTES.iter().enumerate() {
        let mut count: u64 = 0;
        for bucket in 0..BUCKETS {
            count += shards.iter().map(|shard| shard.bucket(at, bucket)).sum::<u64>();
            let le = BOUNDS.get(bucket).map_or("+Inf", |(_, le)| *le);
            let labels = [("route", *route), ("le", le)];
            page.sample(&format!("{DURATION}_bucket"), &labels, count);
        }
        let nanos: u64 = shards.iter().map(|shard| shard.nanos(at)).sum();
        let labels = [("route", *route)];
        page.sample(&format!("{DURATION}_sum"), &labels, nanos as f64 / 1e9);
        page.sample(&format!("{DURATION}_count"), &labels, count);
    }
}

fn denials(shards: &[Shard], page: &mut Text) {
    page.metric(DENIALS, Kind::Counter, "What callers were denied, by the rule that said so.");
    for (rule, name) in RULES {
        let count: u64 = shards.iter().map(|shard| shard.denials(*rule)).sum();
        page.sample(DENIALS, &[("rule", name)], count);
    }
}

fn build(page: &mut Text) {
    let commit = option_env!("GIT_COMMIT").unwrap_or_default();
    let labels = [("version", env!("CARGO_PKG_VERSION")), ("commit", commit)];
    page.metric(BUILD, Kind::Gauge, "The build that runs, always 1.");
    page.sample(BUILD, &labels, 1);
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::metrics::rule::Rule;

    fn figures_of(shards: &[Shard]) -> String {
        let mut text = Text::default();
        figures(shards, &mut text);
        text.finish()
    }

    #[test]
    fn shards_are_added_up_and_buckets_hold_what_is_below_them() {
        let shards = [Shard::new(), Shard::new()];
        for (shard, millis) in [(0, 5), (0, 20), (1, 600), (1, 11_000)] {
            shards[shard].request("passthrough", 200, None, Duration::from_millis(millis));
        }
        shards[0].add(Gauge::Connections, 3);
        shards[1].add(Gauge::Connections, -1);

        let page = figures_of(&shards);

        let of_passes: Vec<_> =
            page.lines().filter(|line| line.contains(r#"seconds_bucket{route="passt"#)).collect();
        let counts: Vec<_> =
            of_passes.iter().map(|line| line.rsplit(' ').next().unwrap()).collect();
        assert_eq!(counts.join(" "), "1 1 2 2 2 2 2 2 3 3 3 3 3 3 4");
        assert!(of_passes[14].contains(r#"le="+Inf""#));
        for line in [
            r#"modelgate_request_duration_seconds_sum{route="passthrough"} 11.625"#,
            r#"modelgate_request_duration_seconds_count{route="passthrough"} 4"#,
            r#"modelgate_requests_total{route="passthrough",status_class="2xx",fault="none"} 4"#,
            "modelgate_connections 2",
        ] {
            assert!(page.lines().any(|found| found == line), "{line}\n{page}");
        }
    }

    #[test]
    fn what_may_happen_is_shown_before_it_does_and_what_cannot_where_it_does() {
        let shards = [Shard::new()];
        let odd = r#"{route="passthrough",status_class="2xx",fault="upstream"}"#;
        let before = figures_of(&shards);

        shards[0].request("passthrough", 200, Some("upstream"), Duration::ZERO);
        shards[0].denied(Rule::NotOwner);
        let after = figures_of(&shards);

        let failure = r#"{route="passthrough",status_class="5xx",fault="upstream"} 0"#;
        assert!(before.contains(failure) && !before.contains(odd));
        assert!(before.contains(r#"modelgate_denials_total{rule="NotOwner"} 0"#));
        assert!(after.contains(&format!("{odd} 1")));
        assert!(after.contains(r#"modelgate_denials_total{rule="NotOwner"} 1"#));
    }

    #[test]
    fn each_sample_stands_below_its_help_and_type() {
        let node = NodeFigures {
            name: "http://a:1",
            circuit: "open",
            is_well: true,
            openings: 1,
            failures: vec![("broken", 5)],
        };
        let page = page(&[Shard::new()], &[node.clone(), node]);

        let mut metric = "";
        for line in page.lines() {
            if let Some(help) = line.strip_prefix("# HELP ") {
                metric = help.split(' ').next().unwrap();
            } else if let Some(kind) = line.strip_prefix("# TYPE ") {
                assert!(kind.starts_with(&format!("{metric} ")), "{line}");
            } else {
                let name = line.split(['{', ' ']).next().unwrap();
                let suffix = name.strip_prefix(metric).unwrap();
                assert!(["", "_bucket", "_sum", "_count"].contains(&suffix), "{line}");
                assert!(line.rsplit(' ').next().unwrap().parse::<f64>().is_ok(), "{line}");
            }
        }
    }
}
