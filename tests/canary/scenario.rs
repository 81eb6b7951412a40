//! Detours of more than one step, and bodies in odd frames and codings.

mod wire;

use serde_json::json;

use crate::{
    operation::Request,
    wire::Reply,
    world::{CANARY, PATIENCE, World},
};

/// Steps that would end at a canary.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    steps: fn(&Steps<'_>),
}

pub(crate) struct Steps<'w>(&'w World);

impl Scenario {
    pub(crate) fn run(&self, world: &World) {
        (self.steps)(&Steps(world));
    }
}

/// All of them.
pub(crate) fn all() -> Vec<Scenario> {
    vec![
        Scenario { name: "an alias", steps: alias },
        Scenario { name: "a pipeline that sets the index", steps: pipeline },
        Scenario { name: "a template that puts the name together", steps: template },
        Scenario { name: "a cursor over everything", steps: cursors },
        Scenario { name: "a look-up that counts", steps: look_ups },
        Scenario { name: "a wrapped query", steps: wrapped },
        Scenario { name: "bodies in frames and codings", steps: wire::frames },
        Scenario { name: "a view", steps: view },
        Scenario { name: "bodies in other formats", steps: wire::formats },
        Scenario { name: "a template for the index to come", steps: to_come },
        Scenario { name: "the text of a task", steps: tasks },
        Scenario { name: "what runs inside the cluster", steps: inside },
        Scenario { name: "what plugins keep", steps: kept },
    ]
}

impl Steps<'_> {
    fn send(&self, method: &'static str, target: &str, body: impl ToString) -> Reply {
        let request = Request { method, target: target.to_owned(), body: body.to_string() };
        let reply = self.0.sent(&request, "", PATIENCE);
        assert!(!reply.tells(), "{request:?}\n{}", reply.shown());
        reply
    }

    fn refused(&self, method: &'static str, target: &str, body: impl ToString) {
        let reply = self.send(method, target, body);
        assert!(
            matches!(reply.status, 400 | 403 | 406 | 413 | 415),
            "{method} {target}: {}",
            reply.shown()
        );
    }

    fn works(&self, method: &'static str, target: &str, body: impl ToString) -> serde_json::Value {
        let reply = self.send(method, target, body);
        assert!(matches!(reply.status, 200 | 201), "{method} {target}: {}", reply.shown());
        reply.json()
    }
}

const P: &str = ".plugins-ml-model-group";

/// A node without ML Commons has no such route, and would answer otherwise.
fn inside(steps: &Steps<'_>) {
    for target in [
        "/_plugins/_ml/agents/_register",
        "/_plugins/_ml/agents/a/_execute",
        "/_plugins/_ml/tools/_execute/SearchIndexTool",
        "/_plugins/_ml/mcp",
        "/_plugins/_flow_framework/workflow/a/_provision",
    ] {
        let reply = steps.send("POST", target, json!({ "parameters": { "index": "*" } }));
        assert_eq!(reply.status, 403, "{target}: {}", reply.shown());
    }
}

/// A plugin that reads a definition searches with rights of its own: none can be written, nor can another index be put
/// in the place where it is read.
fn kept(steps: &Steps<'_>) {
    let directly = |method, target: &str, body: &str| steps.0.directly(method, target, body);
    let own = ".opendistro-ism-config";
    let definition = json!({ "transform": { "source_index": "x" } });
    steps.refused("PUT", &format!("/{own}/_doc/t"), &definition);
    steps.refused("POST", "/search-relevance-search-config/_doc", &definition);
    steps.refused("PUT", "/%3C.opendis%5Ctro-ism-config%3E/_doc/t", &definition);
    steps.refused("POST", "/_bulk", format!("{{\"index\":{{\"_index\":\"{own}\"}}}}\n{{}}\n"));
    steps.refused("PUT", &format!("/{own}"), "");
    steps.refused("PUT", "/copied", json!({ "aliases": { own: {} } }));
    steps.refused("PUT", &format!("/other/_alias/{own}"), "");
    steps.refused("POST", &format!("/other/_clone/{own}"), "");
    let add = json!({ "add": { "index": "other", "alias": own } });
    steps.refused("POST", "/_aliases", json!({ "actions": [add] }));
    let copy = json!({ "source": { "index": "other" }, "dest": { "index": own } });
    steps.refused("POST", "/_reindex", copy);
    let template =
        json!({ "index_patterns": ["*-config"], "settings": { "index.default_pipeline": "x" } });
    steps.refused("PUT", "/_template/leak", template);
    for made in [own, "search-relevance-search-config", "copied"] {
        assert_eq!(directly("HEAD", &format!("/{made}"), "").status, 404, "{made} was made");
    }

    directly("PUT", &format!("/{own}/_doc/t?refresh"), &definition.to_string());
    let get = format!("/{own}/_doc/t");
    assert_eq!(steps.works("GET", &get, "")["_source"], definition);
    steps.refused("POST", &format!("/{own}/_update_by_query"), "");
    let add = json!({ "add": { "index": own, "alias": "mine" } });
    steps.refused("POST", "/_aliases", json!({ "actions": [add] }));
    assert_eq!(directly("GET", &get, "").json()["_version"], 1);
    directly("DELETE", &format!("/{own}"), "");
}

fn alias(steps: &Steps<'_>) {
    steps.refused(
        "POST",
        "/_aliases",
        json!({ "actions": [{ "add": { "index": P, "alias": "leak" } }] }),
    );
    steps.refused("PUT", "/*/_alias/leak", "");
    steps.refused(
        "POST",
        "/_aliases",
        json!({ "actions": [{ "add": { "index": ".*", "alias": "leak" } }] }),
    );
    assert_eq!(steps.send("GET", "/leak/_search", "").status, 404);
    steps.works("PUT", "/other/_alias/mine", "");
    steps.works("GET", "/mine/_search", "");
    steps.works("DELETE", "/other/_alias/mine", "");
}

fn pipeline(steps: &Steps<'_>) {
    for processor in [
        json!({ "set": { "field": "_index", "value": P } }),
        json!({ "script": { "source": "ctx['_in' + 'dex'] = params.a + params.b", "params": { "a": ".plugins-ml-", "b": "model-group" } } }),
        json!({ "rename": { "field": "target", "target_field": "_index" } }),
        json!({ "json": { "field": "t", "add_to_root": true } }),
        json!({ "dissect": { "field": "t", "pattern": "%{*k}=%{&k}" } }),
        json!({ "kv": { "field": "t", "field_split": " ", "value_split": "=" } }),
    ] {
        steps.refused("PUT", "/_ingest/pipeline/leak", json!({ "processors": [processor] }));
    }
    steps.works("PUT", "/_ingest/pipeline/fine", json!({ "processors": [] }));
    steps.works(
        "PUT",
        "/other/_doc/p?pipeline=fine",
        json!({ "t": "{\"_index\":\".plugins-ml-model-group\"}" }),
    );
    steps.works("DELETE", "/_ingest/pipeline/fine", "");
}

fn template(steps: &Steps<'_>) {
    let look_up = |index: &str| {
        format!(
            "{{\"query\":{{\"terms\":{{\"probe\":{{\"index\":{index},\"id\":\"g1\",\"path\":\"name\"}}}}}}}}"
        )
    };
    for source in [
        look_up("\"{{a}}{{b}}\""),
        look_up("\"{{#x}}.plugins{{/x}}-ml-model-group\""),
        look_up("{{#toJson}}i{{/toJson}}"),
        look_up("\"\\{{a}}\""),
        "{\"query\":{{{raw}}}}".to_owned(),
        "{\"query\":{\"wrapper\":{\"query\":\"{{w}}\"}}}".to_owned(),
        look_up("\"x\"").replace("\"index\"", "\"{{k}}\""),
    ] {
        let params = json!({ "a": ".plugins-ml-", "b": "model-group", "x": true, "i": P });
        steps.refused(
            "POST",
            "/other/_search/template",
            json!({ "source": source, "params": params }),
        );
        steps.refused(
            "PUT",
            "/_scripts/leak",
            json!({ "script": { "lang": "mustache", "source": source } }),
        );
    }
    let fine = "{\"query\":{\"match\":{\"name\":\"{{q}}\"}},\"size\":{{n}}}";
    let found = steps.works(
        "POST",
        "/other/_search/template",
        json!({ "source": fine, "params": { "q": "plain", "n": 5 } }),
    );
    assert_eq!(found["hits"]["total"]["value"], 1);
}

fn cursors(steps: &Steps<'_>) {
    let found = steps.works("POST", "/_search?scroll=1m&size=1", "");
    let scroll = json!({ "scroll": "1m", "scroll_id": found["_scroll_id"] });
    for _ in 0..3 {
        steps.works("POST", "/_search/scroll", &scroll);
    }
    let pit =
        steps.works("POST", "/*/_search/point_in_time?keep_alive=1m&expand_wildcards=all", "");
    steps.works("POST", "/_search", json!({ "pit": { "id": pit["pit_id"] }, "size": 100 }));
    steps.works("DELETE", "/_search/point_in_time/_all", "");
    let found = steps.works("GET", "/_search?expand_wildcards=all&size=100", "");
    assert_eq!(found["hits"]["hits"][0]["_index"], "other");
}

/// A look-up would find the document whose field has a group's own words.
fn look_ups(steps: &Steps<'_>) {
    let by = |index: &str| json!({ "query": { "terms": { "_id": { "index": index, "id": "g1", "path": "name" } } } });
    for index in [P, "<.plugins-ml-model-grou\\p>", "*", ".plugins*", "c:.plugins-ml-model-group"] {
        for path in [
            "/other/_search",
            "/other/_count",
            "/other/_delete_by_query",
            "/other/_validate/query",
            "/_search",
        ] {
            steps.refused("POST", path, by(index));
        }
    }
    steps.works("POST", "/other/_search", by("other"));
}

fn wrapped(steps: &Steps<'_>) {
    use base64::Engine;
    let wrap = |query: String| {
        json!({ "wrapper": { "query": base64::engine::general_purpose::STANDARD.encode(query) } })
            .to_string()
    };
    let look_up =
        json!({ "terms": { "probe": { "index": P, "id": "g1", "path": "name" } } }).to_string();
    let query = |query: &str| format!("{{\"query\":{query}}}");

    steps.refused("POST", "/other/_search", query(&wrap(look_up.clone())));
    steps.refused("POST", "/other/_search", query(&wrap(wrap(look_up))));
    steps.works("POST", "/other/_search", query(&wrap("{\"match_all\":{}}".to_owned())));
}

fn view(steps: &Steps<'_>) {
    steps.refused(
        "POST",
        "/views",
        json!({ "name": "leak", "targets": [{ "indexPattern": ".plugins*" }] }),
    );
    steps.send("POST", "/views/leak/_search", "");
}

/// Where the index is made anew, a template that matches would give it an alias.
fn to_come(steps: &Steps<'_>) {
    for pattern in [P, "*", ".*", ".plugins-ml-model-grou?", "*group", "a,*"] {
        let leak = json!({ "aliases": { "leak": {} } });
        let old = json!({ "index_patterns": [pattern], "aliases": leak["aliases"] });
        steps.refused("PUT", "/_template/leak", old);
        let new = json!({ "index_patterns": [pattern], "template": leak });
        steps.refused("PUT", "/_index_template/leak", &new);
        steps.refused("POST", "/_index_template/_simulate", &new);
    }
    let fine = json!({ "index_patterns": ["logs-*"], "template": { "aliases": { "logs": {} } } });
    steps.works("PUT", "/_index_template/fine", fine);
    steps.works("DELETE", "/_index_template/fine", "");
}

/// OpenSearch tells a task with the text of its script; here the script holds the canary.
fn tasks(steps: &Steps<'_>) {
    let reindex = json!({
        "source": { "index": "other", "size": 1 }, "dest": { "index": "copied" },
        "script": { "source": format!("def a = '{CANARY}'") },
    });
    let target = "/_reindex?wait_for_completion=false&requests_per_second=0.02";
    let directly = |method, target: &str, body: &str| steps.0.directly(method, target, body);
    directly("PUT", "/other/_doc/2?refresh", "{}");
    let task = directly("POST", target, &reindex.to_string()).json()["task"].clone();
    let task = format!("/_tasks/{}", task.as_str().expect("a task"));

    assert!(directly("GET", &task, "").tells(), "the task has ended");
    let told = steps.works("GET", &task, "");
    assert_eq!(told["task"]["action"], "indices:data/write/reindex");
    for filter in ["*", "**", "task", "task.*", "task.description", "*.desc*", "", "%2A"] {
        steps.send("GET", &format!("{task}?filter_path={filter}"), "");
        steps.send("GET", &format!("{task}?filter_path=none&filter_path={filter}&format=yaml"), "");
    }
    for list in ["/_tasks", "/_tasks?group_by=none", "/_cat/tasks?v&h=*", "/_list"] {
        steps.send("GET", list, "");
    }
    for list in ["/_tasks?detailed", "/_tasks?detailed=true&actions=*", "/_cat/tasks?detailed"] {
        steps.refused("GET", list, "");
    }

    directly("POST", &format!("{task}/_cancel"), "");
    let ended = directly("GET", &format!("{task}?wait_for_completion=true&timeout=30s"), "");
    assert_eq!(ended.json()["completed"], true, "{}", ended.shown());
    // OpenSearch keeps how it ended, with the script.
    directly("DELETE", "/.tasks,copied?ignore_unavailable=true", "");
}
