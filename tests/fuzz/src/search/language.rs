//! What no search may hold that is sent on, written down once more and read by other rules than modelgate's: places of
//! queries, sort orders and aggregations, and the names that may not stand there.

use serde_json::{Map, Value};

use super::order;

const OWN: &str = ".plugins-ml-model-group";

/// Keys of a search that nobody may use, and those that only who sees everything may.
const NOBODYS_KEYS: [&str; 3] = ["pit", "search_pipeline", "ext"];
const HIDING_KEYS: [&str; 4] = ["suggest", "script_fields", "derived", "runtime_mappings"];

/// The same of query clauses.
const NOBODYS_CLAUSES: [&str; 3] = ["percolate", "wrapper", "template"];
const HIDING_CLAUSES: [&str; 5] =
    ["script", "script_score", "more_like_this", "common", "span_multi"];

/// The same of aggregations.
const HIDING_KINDS: [&str; 9] = [
    "scripted_metric",
    "bucket_script",
    "bucket_selector",
    "moving_fn",
    "sampler",
    "diversified_sampler",
    "matrix_stats",
    "median_absolute_deviation",
    "variable_width_histogram",
];

/// Fails where a body holds what may not be sent on for that caller.
pub(super) fn check(sent: &Value, is_filtered: bool) {
    let reader = Reader { is_filtered };
    let members = sent.as_object().expect("an object");
    if is_filtered {
        order::check_search(sent);
    }
    for (key, value) in members {
        assert!(!NOBODYS_KEYS.contains(&key.as_str()), "{key}");
        assert!(!is_filtered || !HIDING_KEYS.contains(&key.as_str()), "{key}");
        match key.as_str() {
            "explain" | "profile" => assert!(!is_filtered || value != true, "{key}"),
            "query" | "post_filter" => reader.query(value),
            "aggs" | "aggregations" => reader.aggregations(value),
            "sort" => reader.sort(value),
            "rescore" => many(value, &|one| reader.query_in(&one["query"], "rescore_query")),
            "collapse" => many(&value["inner_hits"], &|hits| reader.collapsed(hits)),
            _ => {}
        }
    }
}

struct Reader {
    is_filtered: bool,
}

impl Reader {
    fn query(&self, query: &Value) {
        let Some((name, body)) = query.as_object().and_then(|query| query.iter().next()) else {
            panic!("{query} is no query");
        };
        assert!(!NOBODYS_CLAUSES.contains(&name.as_str()), "{name}");
        assert!(!self.is_filtered || !HIDING_CLAUSES.contains(&name.as_str()), "{name}");
        match name.as_str() {
            "bool" => ["must", "filter", "should", "must_not", "mustNot"]
                .iter()
                .for_each(|key| self.queries_in(body, key)),
            "dis_max" | "hybrid" => self.queries_in(body, "queries"),
            "span_near" | "span_or" => self.queries_in(body, "clauses"),
            "terms" => self.terms(body),
            "function_score" => self.functions(body),
            "geo_shape" => fields(body, &|shape| assert!(shape.get("indexed_shape").is_none())),
            "intervals" => fields(body, &|rule| self.intervals(rule)),
            "terms_set" => fields(body, &|set| self.no(set, "minimum_should_match_script")),
            _ => {
                ["query", "filter", "positive", "negative", "big", "little", "include", "exclude"]
                    .iter()
                    .filter(|_| HOLDERS.contains(&name.as_str()))
                    .for_each(|key| self.query_in(body, key));
            }
        }
        if matches!(name.as_str(), "nested" | "has_child" | "has_parent") {
            self.hits(&body["inner_hits"]);
        }
    }

    fn query_in(&self, holder: &Value, key: &str) {
        if let Some(query) = holder.get(key) {
            self.query(query);
        }
    }

    fn queries_in(&self, holder: &Value, key: &str) {
        if let Some(queries) = holder.get(key) {
            many(queries, &|query| self.query(query));
        }
    }

    /// A lookup is nobody's in another index, and an admin's in ours.
    fn terms(&self, body: &Value) {
        fields(body, &|terms| {
            if terms.is_object() {
                assert!(!self.is_filtered, "a lookup");
                assert!(terms.get("index").is_none_or(|index| index == OWN), "{terms}");
                self.query_in(terms, "query");
            }
        });
    }

    fn functions(&self, body: &Value) {
        self.no(body, "script_score");
        ["query", "filter"].iter().for_each(|key| self.query_in(body, key));
        for function in body["functions"].as_array().into_iter().flatten() {
            self.no(function, "script_score");
            self.query_in(function, "filter");
        }
    }

    fn intervals(&self, rule: &Value) {
        match rule {
            Value::Object(members) => members.iter().for_each(|(key, value)| {
                assert!(!self.is_filtered || key != "script", "a script of intervals");
                self.intervals(value);
            }),
            Value::Array(rules) => rules.iter().for_each(|rule| self.intervals(rule)),
            _ => {}
        }
    }

    fn hits(&self, hits: &Value) {
        self.no(hits, "script_fields");
        assert!(!self.is_filtered || hits["explain"] != true, "explain");
        self.sort(&hits["sort"]);
    }

    fn collapsed(&self, hits: &Value) {
        self.hits(hits);
        if self.is_filtered {
            order::check_inner(hits);
        }
    }

    fn top_hits(&self, hits: &Value) {
        self.hits(hits);
        if self.is_filtered {
            order::check_bucket(hits);
        }
    }

    fn sort(&self, sort: &Value) {
        many(sort, &|order| {
            self.no(order, "_script");
            fields(order, &|options| {
                self.query_in(options, "nested_filter");
                self.query_in(&options["nested"], "filter");
            });
        });
    }

    fn aggregations(&self, aggregations: &Value) {
        fields(aggregations, &|one| {
            fields_by_name(one, &|kind, body| self.aggregation(kind, body))
        });
    }

    fn aggregation(&self, kind: &str, body: &Value) {
        assert!(!self.is_filtered || !HIDING_KINDS.contains(&kind), "{kind}");
        match kind {
            "meta" => {}
            "aggs" | "aggregations" => self.aggregations(body),
            "filter" => self.query(body),
            "filters" | "adjacency_matrix" => fields(&body["filters"], &|query| self.query(query)),
            "composite" => many(&body["sources"], &|one| {
                fields(one, &|source| fields(source, &|options| self.no(options, "script")));
            }),
            "multi_terms" => many(&body["terms"], &|term| self.no(term, "script")),
            "weighted_avg" => fields(body, &|of| self.no(of, "script")),
            "top_hits" => self.top_hits(body),
            _ => {
                self.no(body, "script");
                self.no(body, "script_heuristic");
                self.query_in(body, "background_filter");
                let lists_all = matches!(kind, "terms" | "multi_terms")
                    && ["0", "\"0\""].contains(&body["min_doc_count"].to_string().as_str());
                assert!(!self.is_filtered || !lists_all || body.get("include").is_some(), "{kind}");
            }
        }
    }

    fn no(&self, holder: &Value, key: &str) {
        assert!(!self.is_filtered || holder.get(key).is_none(), "{key}");
    }
}

/// Clauses that hold one query under a name.
const HOLDERS: [&str; 12] = [
    "boosting",
    "constant_score",
    "nested",
    "has_child",
    "has_parent",
    "field_masking_span",
    "span_field_masking",
    "span_containing",
    "span_within",
    "span_first",
    "span_not",
    "span_multi",
];

fn many(value: &Value, each: &dyn Fn(&Value)) {
    match value {
        Value::Array(items) => items.iter().for_each(each),
        Value::Null => {}
        one => each(one),
    }
}

fn fields(value: &Value, each: &dyn Fn(&Value)) {
    match value {
        Value::Array(items) => items.iter().for_each(each),
        value => fields_by_name(value, &|_, value| each(value)),
    }
}

fn fields_by_name(value: &Value, each: &dyn Fn(&str, &Value)) {
    let members = value.as_object().into_iter().flat_map(Map::iter);
    members.for_each(|(key, value)| each(key, value));
}
