use super::*;
use apis::TABLE;
use expression::EXCLUSION;

const P: &str = PROTECTED[0];

/// Spellings that OpenSearch resolves to the group index (`opensearch.md`, tried on a real node).
const NAMES: [&str; 16] = [
    ".plugins-ml-model-group",
    "%2Eplugins-ml-model-group",
    "%2e%70lugins-ml-model-group",
    ".plugins%2Dml%2dmodel-group",
    "other,.plugins-ml-model-group",
    "other%2C.plugins-ml-model-group",
    ".plugins-ml-model-group,",
    ".plugins-ml-model-group%2C",
    "%3C.plugins-ml-model-group%3E",
    "<.plugins-ml-model-group>",
    "%3C.plug%7Bnow%2Fd%7B%27ins-ml-model-group%27%7D%7D%3E",
    "%3C.plugins-ml-model-grou%5Cp%3E",
    "*,-.plugins*,.plugins-ml-model-group",
    "self:.plugins-ml-model-group",
    ".modelgate-names",
    "%2Emodelgate%2Dnames",
];

/// Spellings that reach it among others.
const WILDCARDS: [&str; 12] = [
    "*",
    "%2A",
    "_all",
    "%5Fall",
    ",",
    ".plugins*",
    "*model*",
    ".*",
    "*,-other",
    "**",
    "other,*",
    ".modelgate-*",
];

/// Spellings that do not resolve to it, and look as if they might to somebody.
const COATS: [&str; 6] = [
    "%252Eplugins-ml-model-group",
    ".PLUGINS-ML-MODEL-GROUP",
    "%2Eplugins%252Dml-model-group",
    "+.plugins-ml-model-group",
    "%20.plugins-ml-model-group",
    ".plugins-ml-model-group;x",
];

fn judged(method: &str, target: &str) -> Result<Verdict, Refusal> {
    let guard = Guard::new(config::Guard::Enforce, 1024);
    guard.judge(&Request { method, target, fields: &[], has_body: false })
}

fn passes(method: &str, target: &str) -> bool {
    judged(method, target).is_ok_and(|verdict| verdict.target.is_none())
}

fn narrowed(method: &str, target: &str) -> Option<String> {
    judged(method, target).ok()?.target
}

/// Whether it tells no documents, whatever it names.
fn is_told(api: &Api) -> bool {
    matches!(api.uses, Use::Describes | Use::Lists)
}

fn methods(api: &Api) -> impl Iterator<Item = &'static str> {
    api.methods().iter().map(|method| if method.is_empty() { "PATCH" } else { method })
}

/// The path of a row with an index and other things filled in.
fn filled(api: &Api, index: &str) -> String {
    let mut path = String::new();
    for piece in api.pieces() {
        path.push('/');
        path.push_str(match *piece {
            "{index}" => index,
            "**" => "some",
            piece if piece.starts_with('{') => "some",
            piece => piece,
        });
    }
    path
}

#[test]
fn every_api_with_an_index_in_its_path_refuses_every_name() {
    for api in TABLE.iter().filter(|api| api.index().is_some() && !is_told(api)) {
        for (name, method) in
            NAMES.iter().chain(&COATS).flat_map(|name| methods(api).map(move |m| (name, m)))
        {
            for end in ["", "/", "//", "?a=b"] {
                let target = filled(api, name) + end;
                assert!(judged(method, &target).is_err(), "{method} {target}");
            }
        }
    }
}

#[test]
fn every_api_without_one_refuses_every_name_in_its_query() {
    for api in TABLE.iter().filter(|api| api.index().is_none() && !is_told(api)) {
        for (name, method) in NAMES.iter().flat_map(|name| methods(api).map(move |m| (name, m))) {
            for query in
                ["?index=", "?a=b&index=", "?a;index=", "?%69ndex=", "?index=x&index=", "?x="]
            {
                let target = filled(api, "") + query + name;
                assert!(judged(method, &target).is_err(), "{method} {target}");
            }
            let last_counts = format!("{}?index={name}&index=other", filled(api, ""));
            assert!(judged(method, &last_counts).is_err(), "{method} {last_counts}");
        }
    }
}

#[test]
fn no_segment_but_an_id_may_say_a_name() {
    for api in TABLE.iter().filter(|api| !is_told(api)) {
        for (at, piece) in api.pieces().iter().enumerate() {
            let is_placeholder = piece.starts_with('{') && *piece != "{id}" || *piece == "**";
            for name in NAMES.iter().filter(|_| is_placeholder) {
                let mut path =
                    filled(api, "other").split('/').skip(1).map(str::to_owned).collect::<Vec<_>>();
                path[at] = (*name).to_owned();
                let target = format!("/{}", path.join("/"));
                for method in methods(api) {
                    assert!(judged(method, &target).is_err(), "{method} {target}");
                }
            }
        }
    }
    assert!(passes("GET", "/other/_doc/.plugins-ml-model-group"));
    assert!(passes("GET", "/_scripts/.plugins-ml-model-group"));
    assert!(passes("GET", "/_opensearch_dashboards/other/_doc/.plugins-ml-model-group"));
}

#[test]
fn a_read_through_a_wildcard_is_narrowed_and_a_write_is_refused() {
    for api in TABLE {
        for (list, method) in WILDCARDS.iter().flat_map(|list| methods(api).map(move |m| (list, m)))
        {
            let target = match api.index() {
                Some(_) => filled(api, list),
                None => format!("{}?index={list}", filled(api, "")),
            };
            match api.uses {
                Use::Describes => assert!(narrowed(method, &target).is_some(), "{target}"),
                Use::Lists | Use::Touches => assert!(passes(method, &target), "{method} {target}"),
                Use::Reads => {
                    let onward =
                        narrowed(method, &target).unwrap_or_else(|| panic!("{method} {target}"));
                    assert!(onward.contains(EXCLUSION), "{onward}");
                    assert!(!onward.contains("_all") && !onward.contains("%5Fall"), "{onward}");
                    assert!(passes(method, &onward), "{onward}");
                }
                Use::Single | Use::Unjudged | Use::Writes => {
                    assert!(judged(method, &target).is_err(), "{method} {target}");
                }
            }
        }
    }
}

#[test]
fn no_index_is_every_index() {
    assert_eq!(narrowed("POST", "/_search").unwrap(), format!("/_search?index=*{EXCLUSION}"));
    assert_eq!(narrowed("GET", "/_count?q=a").unwrap(), format!("/_count?q=a&index=*{EXCLUSION}"));
    assert_eq!(
        narrowed("GET", "/_msearch/?index").unwrap(),
        format!("/_msearch/?index=*{EXCLUSION}")
    );
    assert_eq!(
        narrowed("GET", "/_opensearch_dashboards/.p*/_search").unwrap(),
        format!("/_opensearch_dashboards/.p*{EXCLUSION}/_search")
    );
    assert!(passes("POST", "/_refresh"));
    assert!(passes("GET", "/_mapping"));
    assert!(judged("PUT", "/_settings").is_err());
    assert!(judged("DELETE", "/").is_err());
    assert!(passes("POST", "/_bulk"));
    assert!(passes("POST", "/_aliases"));
}

#[test]
fn the_same_in_the_table_of_the_real_node() {
    for refused in [
        "/.plugins-ml-model-group/_count",
        "/.plugins-ml-model-group/_count/",
        "/.plugins-ml-model-group/_count//",
        "/%2Eplugins-ml-model-group/_count",
        "/other,.plugins-ml-model-group/_count",
        "/%3C.plugins-ml-model-group%3E/_count",
        "/_search?index=.plugins-ml-model-group",
        "/_search?index=.plugins-ml-model-group#x",
        "/_cat/count?index=.plugins-ml-model-group",
        "/other/_search?index=.plugins-ml-model-group",
        "/.plugins-ml-model-group/%5Fcount",
        "/./.plugins-ml-model-group/_count",
        "/x/../.plugins-ml-model-group/_count",
        "//.plugins-ml-model-group/_count",
        "//x/.plugins-ml-model-group/_count",
        "/.plugins-ml-model-group%2F_count",
        "/.PLUGINS-ml-model-group/_count",
        "/+.plugins-ml-model-group/_count",
        "/local:.plugins-ml-model-group/_count",
        "/.plugins-ml-model-group;x/_count",
        "/.plugins-ml-model-group/_count#x",
        "/%252Eplugins-ml-model-group/_count",
        "/x%2F.plugins-ml-model-group/_count",
        "/.plugins-ml-model-group%00/_count",
        "/.plugins-ml-model-group\\_count",
    ] {
        assert!(judged("GET", refused).is_err(), "{refused}");
    }
    assert!(narrowed("GET", "/.plugins-ml*/_count").is_some());
    assert!(passes("GET", "/_cat/indices?expand_wildcards=all"));
}

#[test]
fn what_only_lists_passes_with_the_name_too() {
    for target in [
        "/_cat/indices/.plugins-ml-model-group?h=index,pri,rep",
        "/.plugins-ml-model-group/_settings",
        "/.plugins-ml-model-group/_stats/docs",
        "/_cluster/state/metadata/.plugins-ml-model-group",
        "/_resolve/index/.plugins*",
    ] {
        assert!(passes("GET", target), "{target}");
        assert!(passes("HEAD", target), "{target}");
        assert!(judged("PUT", target).is_err(), "{target}");
    }
}

#[test]
fn a_parameter_that_is_a_pattern_matches_none_of_ours() {
    for (pattern, is_fine) in [("logs-*", true), ("*", false), (".plugins*", false)] {
        for target in [
            format!("/_template/t?index_patterns={pattern}"),
            format!("/_template/t?template={pattern}"),
            format!("/_plugins/_x?indices={pattern}"),
            format!("/_plugins/_x?target={pattern}"),
        ] {
            let request = Request {
                method: "PUT",
                target: &target,
                fields: &[Field { name: "content-type", value: b"application/json", line: b"" }],
                has_body: true,
            };
            let judged = Guard::new(config::Guard::Enforce, 1024).judge(&request);
            assert_eq!(judged.is_ok(), is_fine, "{target}");
        }
    }
}

#[test]
fn a_plugins_path_may_say_a_star_and_no_more() {
    for target in [
        "/_plugins/_x/*",
        "/_plugins/_x/_all?q=*",
        "/_plugins/_ml/models/_search",
        "/_ltr/_featureset/a",
    ] {
        assert!(passes("GET", target), "{target}");
    }
    for target in [
        "/_plugins/_x/.plugins-ml-model-group",
        "/_plugins/_x/.plugins*",
        "/_plugins/_x?y=*model*",
        "/_plugins/_x?index=*",
        "/_plugins/_x/y%2F.modelgate-names",
        "/_plugins/_x?y=a%20.modelgate-names",
        "/_plugins/_x?y=%257B.modelgate-names",
    ] {
        assert!(judged("GET", target).is_err(), "{target}");
    }
}

#[test]
fn what_is_everybodys_passes_as_it_came() {
    for (method, target) in [
        ("GET", "/"),
        ("GET", "/other/_search?q=.plugins"),
        ("GET", "/logs-*/_search"),
        ("PUT", "/logs-1"),
        ("DELETE", "/logs-*"),
        ("POST", "/_bulk?pipeline=x"),
        ("GET", "/other/_doc/a%2Fb"),
        ("GET", "/_cluster/health"),
        ("POST", "/%3Clogs-%7Bnow%2Fd%7D%3E/_doc"),
        ("GET", "/_all"),
        ("OPTIONS", "/other"),
        ("GET", "/.plugins-ml-model/_search"),
        ("GET", "/*,-.*/_search"),
        ("GET", "/_tasks?actions=*reindex&detailed"),
        ("GET", "/_tasks?detailed=false"),
        ("GET", "/_search/scroll?scroll_id=x"),
        ("GET", "/.kibana*/_search"),
    ] {
        assert!(passes(method, target), "{method} {target}");
    }
}

#[test]
fn the_texts_of_other_requests_are_kept() {
    for target in [
        "/_tasks?detailed",
        "/_tasks?detailed=true&actions=*search*",
        "/_cat/tasks?detailed=true",
        "/_tasks?detailed=true&actions=*reindex,*",
        "/_insights/top_queries",
        "/_insights/top_queries?index=x",
    ] {
        assert!(judged("GET", target).is_err(), "{target}");
    }
}

#[test]
fn one_task_is_told_without_its_description() {
    assert_eq!(
        narrowed("GET", "/_tasks/abc:1?filter_path=task.*").as_deref(),
        Some("/_tasks/abc:1?filter_path=task.*,-task.description")
    );
    assert!(passes("POST", "/_tasks/abc:1/_cancel"));
}

#[test]
fn a_policy_is_given_to_no_index_by_a_wildcard() {
    for verb in ["add", "change_policy", "remove", "retry"] {
        for index in ["*", "_all", ".plugins-*", P] {
            let target = format!("/_plugins/_ism/{verb}/{index}");
            assert!(judged("POST", &target).is_err(), "{target}");
        }
        assert!(passes("POST", &format!("/_plugins/_ism/{verb}/logs-*")));
    }
}

#[test]
fn no_group_is_made_inside_the_cluster() {
    for target in [
        "/_plugins/_flow_framework/workflow?use_case=x",
        "/_plugins/_flow_framework/workflow/a?use_case",
        "/_plugins/_ml/_execute/METRICS_CORRELATION",
        "/_plugins/_ml/_execute/metrics%5fcorrelation/",
        "/_plugins/_ml/_execute/metr\u{131}c%C5%BF_correlation",
    ] {
        assert!(judged("POST", target).is_err(), "{target}");
    }
    for target in [
        "/_plugins/_flow_framework/workflow?validation=all",
        "/_plugins/_flow_framework/workflow/a/_provision?group=g",
        "/_plugins/_ml/_execute/anomaly_localization",
        "/_plugins/_ml/_train/kmeans?use_case=x",
    ] {
        assert!(passes("POST", target), "{target}");
    }
}

#[test]
fn without_the_plugin_nothing_is_run_that_nobody_can_look_at() {
    let unwatched = |method, target: &str| {
        let guard = Guard::new(config::Guard::Enforce, 1024).without_plugin();
        guard.judge(&Request { method, target, fields: &[], has_body: false })
    };
    for target in [
        "/_plugins/_ml/agents/_register",
        "/_plugins/_ml/agents/a/_execute",
        "/_plugins/_ml/agents/%61/_execute/stream?async=true",
        "/_plugins/_ml/tools/_execute/SearchIndexTool/",
        "/_opensearch_dashboards/_plugins/_ml/agents/a/_execute",
        "/_plugins/_ml/_execute/%61gent",
        "/_plugins/_ml/_execute/TOOL",
        "/_plugins/_ml/mcp",
        "/_plugins/_ml/mcp/sse/message?sessionId=a",
        "/_plugins/_flow_framework/workflow/a/_provision",
    ] {
        let refusal = unwatched("POST", target).expect_err(target).to_string();
        assert!(refusal.contains("without the Security plugin"), "{target}: {refusal}");
        assert!(passes("POST", target), "{target}");
    }
    assert!(unwatched("PUT", "/_plugins/_ml/agents/a").is_err());
    for (method, target) in [
        ("GET", "/_plugins/_ml/agents/a"),
        ("DELETE", "/_plugins/_ml/agents/a"),
        ("POST", "/_plugins/_ml/agents/_search"),
        ("GET", "/_plugins/_ml/agents/_execute"),
        ("GET", "/_plugins/_ml/tools/SearchIndexTool"),
        ("POST", "/_plugins/_ml/mcp/tools/_register"),
        ("POST", "/_plugins/_ml/_execute/anomaly_localization"),
        ("POST", "/_plugins/_ml/models/a/_predict"),
        ("POST", "/_plugins/_flow_framework/workflow?provision=true"),
        ("POST", "/_plugins/_flow_framework/workflow/a/_deprovision"),
        ("GET", "/logs/_search"),
    ] {
        assert!(unwatched(method, target).is_ok(), "{method} {target}");
    }
    let upstream = Guard::new(config::Guard::Upstream, 1024).without_plugin();
    let target = "/_plugins/_ml/agents/a/_execute";
    let request = Request { method: "POST", target, fields: &[], has_body: false };
    assert!(upstream.judge(&request).is_ok());
}

#[test]
fn without_the_plugin_nobody_writes_what_plugins_keep() {
    let kept = |method, target: &str| {
        let guard = Guard::new(config::Guard::Enforce, 1024).without_plugin();
        guard.judge(&Request { method, target, fields: &[], has_body: false })
    };
    for (method, target) in [
        ("PUT", "/.opendistro-ism-config/_doc/t"),
        ("POST", "/%2Eopendistro-alerting-config/_doc"),
        ("PUT", "/.plugins-ml-agent/_create/a"),
        ("POST", "/search-relevance-search-config/_update/c"),
        ("POST", "/_bulk?index=.plugins-flow-framework-templates"),
        ("PUT", "/.opendistro-ism-config"),
        ("PUT", "/.opendistro-ism-config/_settings"),
        ("DELETE", "/.opendistro-ism-config"),
        ("POST", "/.opendistro-*/_update_by_query"),
        ("POST", "/logs,.o*/_update_by_query"),
        ("POST", "/s*/_update_by_query"),
        ("PUT", "/%3C.opendistro-%7Bnow%2Fd%7D%3E/_doc/t"),
        ("POST", "/%3C%7Bnow%2Fd%7B%27search-%27%7D%7Drelevance-search-config%3E/_doc"),
        ("PUT", "/%3C.opendis%5Ctro-ism-config%3E/_doc/t"),
        ("PUT", "/logs/_alias/.opendistro-ism-config"),
        ("PUT", "/.opendistro-ism-config/_alias/mine"),
        ("POST", "/logs/_clone/.opendistro-ism-config"),
        ("POST", "/logs/_rollover/search-relevance-search-config"),
        ("PUT", "/_data_stream/.opendistro-ism-config"),
        ("PUT", "/_plugins/_replication/.opendistro-ism-config/_start"),
        ("POST", "/_plugins/_replication/_autofollow"),
        ("POST", "/_close?index=logs,.opendistro-*"),
        ("POST", "/_opensearch_dashboards/.o*/_update_by_query"),
    ] {
        let refusal = kept(method, target).expect_err(target).to_string();
        assert!(refusal.contains("without the Security plugin"), "{target}: {refusal}");
        assert!(passes(method, target), "{method} {target}");
    }
    for (method, target) in [
        ("GET", "/.opendistro-alerting-alerts/_search"),
        ("POST", "/.opendistro-anomaly-results*/_search"),
        ("POST", "/.opendistro-ism-config/_refresh"),
        ("GET", "/.plugins-ml-agent/_doc/a"),
        ("PUT", "/.kibana_1/_doc/dashboard"),
        ("POST", "/.kibana*/_update_by_query"),
        ("PUT", "/.opensearch_dashboards_2/_mapping"),
        ("POST", "/.ds-logs-000001/_update_by_query"),
        ("PUT", "/logs/_doc/.opendistro-ism-config"),
        ("PUT", "/_opensearch_dashboards/logs/_doc/.opendistro-ism-config"),
        ("POST", "/%3Clogs-%7Bnow%2Fd%7D%3E/_doc"),
        ("PUT", "/search-logs/_doc/1"),
        ("POST", "/logs,-.o*/_update_by_query"),
        ("PUT", "/_ingest/pipeline/.p"),
        ("POST", "/_plugins/_transform/t/_start"),
        ("DELETE", "/_plugins/_replication/_autofollow"),
    ] {
        assert!(kept(method, target).is_ok(), "{method} {target}");
    }
}

#[test]
fn an_insight_is_given_into_no_protected_index() {
    for index in ["*", "_all", ".plugins-*", "logs,*", P] {
        let target = format!("/_plugins/_ml/insights/{index}/STATISTICAL_DATA");
        assert!(judged("GET", &target).is_err(), "{target}");
    }
    assert!(passes("GET", "/_plugins/_ml/insights/logs-*/STATISTICAL_DATA"));
}

#[test]
fn a_parameter_may_speak_of_a_name_unless_it_is_the_index() {
    assert!(passes("GET", "/logs/_search?q=about+.plugins-ml-model-group"));
    assert!(judged("GET", "/_search?index=logs,%252eplugins-ml-model-group").is_err());
    assert!(passes("POST", "/_plugins/_flow_framework/workflow?target=*"));
}

#[test]
fn a_model_is_registered_nowhere_without_a_group() {
    for path in [
        "models/_register",
        "models/_upload",
        "models/a/1/_register",
        "models/a/1/_upload",
        "models/_register_meta",
        "models/meta",
    ] {
        let verdict = judged("POST", &format!("/_plugins/_ml/{path}"));
        assert!(
            verdict.is_err_and(|refusal| refusal.to_string().contains("model_group_id")),
            "{path}"
        );
    }
}

#[test]
fn left_to_the_upstream_everything_passes() {
    let guard = Guard::new(config::Guard::Upstream, 1024);
    let target = format!("/{P}/_search");

    let verdict =
        guard.judge(&Request { method: "GET", target: &target, fields: &[], has_body: false });

    assert!(verdict.is_ok_and(|verdict| verdict.target.is_none()));
}

/// All ways to escape some of a name's letters: each is refused.
#[test]
fn every_escaping_of_a_name_is_refused() {
    for name in PROTECTED {
        for mask in 0_u32..1 << 12 {
            let coat: String = name
                .bytes()
                .enumerate()
                .map(|(at, byte)| match mask >> (at % 12) & 1 {
                    1 if at % 2 == 0 => format!("%{byte:02x}"),
                    1 => format!("%{byte:02X}"),
                    _ => char::from(byte).to_string(),
                })
                .collect();
            assert!(judged("GET", &format!("/{coat}/_doc/x")).is_err(), "{coat}");
        }
    }
}

fn with_body(method: &str, target: &str, fields: &[(&str, &str)]) -> Result<Verdict, Refusal> {
    let fields: Vec<Field<'_>> = fields
        .iter()
        .map(|(name, value)| Field { name, value: value.as_bytes(), line: b"" })
        .collect();
    let guard = Guard::new(config::Guard::Enforce, 1024);
    guard.judge(&Request { method, target, fields: &fields, has_body: true })
}

const JSON: (&str, &str) = ("Content-Type", "application/json; charset=utf-8");

#[test]
fn a_body_that_may_name_an_index_is_watched() {
    for api in TABLE.iter().filter(|api| api.uses != Use::Unjudged && api.uses != Use::Writes) {
        for method in methods(api) {
            let target = filled(api, "other") + "?index=other";
            let verdict = with_body(method, &target, &[JSON]).unwrap();
            assert_eq!(verdict.watch.is_some(), api.body != Body::Free, "{method} {target}");
        }
    }
    assert!(with_body("POST", "/_plugins/_unheard/of", &[JSON]).unwrap().watch.is_some());
    assert!(with_body("PUT", "/other/_doc/1", &[]).unwrap().watch.is_none());
}

#[test]
fn what_is_judged_is_one_json_in_a_known_coding() {
    let passes = |fields: &[(&str, &str)]| with_body("POST", "/_mget", fields).is_ok();

    assert!(passes(&[JSON]));
    assert!(passes(&[("content-type", "application/x-ndjson")]));
    assert!(passes(&[JSON, ("content-encoding", "GZIP")]));
    assert!(passes(&[JSON, ("content-encoding", "identity")]));
    for fields in [
        &[][..],
        &[JSON, JSON],
        &[("content-type", "application/yaml")],
        &[("content-type", "application/cbor")],
        &[("content-type", "application/smile")],
        &[("content-type", "text/plain")],
        &[JSON, ("content-encoding", "deflate")],
        &[JSON, ("content-encoding", "br")],
        &[JSON, ("content-encoding", "gzip, gzip")],
        &[JSON, ("content-encoding", "gzip"), ("content-encoding", "gzip")],
    ] {
        assert!(!passes(fields), "{fields:?}");
    }
}

#[test]
fn a_source_parameter_is_a_body() {
    let harmless =
        "/other/_search?source_content_type=application/json&source=%7B%22size%22%3A0%7D";
    let reaching = format!("/_mget?source=%7B%22docs%22:%5B%7B%22_index%22:%22{P}%22%7D%5D%7D");
    let in_lines = "/_msearch?source=%7B%22index%22:%22*%22%7D%0A%7B%7D%0A";

    assert!(passes("GET", harmless));
    assert!(judged("GET", &reaching).is_err());
    assert!(judged("GET", in_lines).is_err());
    assert!(judged("GET", &harmless.replace("json", "yaml")).is_err());
    assert!(with_body("GET", &reaching, &[JSON]).is_err());
}

#[test]
fn a_missing_body_may_mean_everything() {
    assert!(judged("PUT", "/_snapshot/r/s").is_err());
    assert!(judged("POST", "/_snapshot/r/s/_restore").is_err());
    assert!(passes("POST", "/other/_search"));
}

#[test]
fn a_search_of_a_point_in_time_keeps_its_target() {
    let verdict = with_body("POST", "/_search", &[JSON]).unwrap();
    assert!(verdict.unless_point_in_time && verdict.target.is_some());
    assert!(!with_body("POST", "/*/_search", &[JSON]).unwrap().unless_point_in_time);
    assert!(!with_body("POST", "/_msearch", &[JSON]).unwrap().unless_point_in_time);

    let point = "/_search?source=%7B%22pit%22:%7B%22id%22:%22x%22%7D%7D";
    assert!(passes("GET", point));
    assert!(narrowed("GET", "/_search?source=%7B%7D").is_some());
    assert!(narrowed("GET", &format!("{point}&source=%7B%7D")).is_some());
    assert!(with_body("POST", point, &[JSON]).unwrap().target.is_some());
}
