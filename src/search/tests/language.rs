use super::*;

/// Query clauses that everybody may use.
const QUERIES: &[&str] = &[
    r#"{"bool":{"must":{"match_all":{}},"filter":[],"should":[{"match_none":{}}],"must_not":[],"minimum_should_match":"50%","adjust_pure_negative":true,"boost":1,"_name":"n"}}"#,
    r#"{"bool":{"mustNot":[]}}"#,
    r#"{"boosting":{"positive":{"match_all":{}},"negative":{"match_none":{}},"negative_boost":0.5}}"#,
    r#"{"combined_fields":{"query":"a","fields":["b"],"operator":"and"}}"#,
    r#"{"constant_score":{"filter":{"match_all":{}},"boost":2}}"#,
    r#"{"dis_max":{"queries":[{"match_all":{}}],"tie_breaker":0.1}}"#,
    r#"{"distance_feature":{"field":"f","origin":[1,2],"pivot":"1d"}}"#,
    r#"{"exists":{"field":"f"}}"#,
    r#"{"field_masking_span":{"query":{"span_term":{"a":"b"}},"field":"c"}}"#,
    r#"{"function_score":{"query":{"match_all":{}},"functions":[{"filter":{"match_all":{}},"weight":2},{"gauss":{"f":{"origin":1,"scale":2}}}],"score_mode":"sum"}}"#,
    r#"{"function_score":{"random_score":{"seed":1,"field":"_seq_no"}}}"#,
    r#"{"function_score":{"field_value_factor":{"field":"f","missing":1}}}"#,
    r#"{"fuzzy":{"f":{"value":"a","fuzziness":"AUTO"}}}"#,
    r#"{"geo_bounding_box":{"f":{"top_left":[1,2],"bottom_right":{"lat":1,"lon":2}}}}"#,
    r#"{"geo_distance":{"distance":"1km","f":[1,2]}}"#,
    r#"{"geo_shape":{"f":{"shape":{"type":"point","coordinates":[1,2]},"relation":"within"}}}"#,
    r#"{"has_child":{"type":"t","query":{"match_all":{}},"inner_hits":{}}}"#,
    r#"{"has_parent":{"parent_type":"t","query":{"match_all":{}},"score":true}}"#,
    r#"{"ids":{"values":["a","b"]}}"#,
    r#"{"ids":{"values":"a"}}"#,
    r#"{"intervals":{"f":{"all_of":{"intervals":[{"match":{"query":"a","filter":{"containing":{"match":{"query":"b"}}}}}]}}}}"#,
    r#"{"match":{"f":"a"}}"#,
    r#"{"match":{"f":{"query":"a","operator":"and","zero_terms_query":"all"}}}"#,
    r#"{"match_all":{}}"#,
    r#"{"match_bool_prefix":{"f":"a"}}"#,
    r#"{"match_none":{}}"#,
    r#"{"match_phrase":{"f":{"query":"a","slop":1}}}"#,
    r#"{"match_phrase_prefix":{"f":"a"}}"#,
    r#"{"multi_match":{"query":"a","fields":["b^2","c"],"type":"cross_fields"}}"#,
    r#"{"nested":{"path":"owner","query":{"term":{"owner.name.keyword":"a"}},"inner_hits":{"sort":["_doc"],"highlight":{"fields":{"*":{}}}}}}"#,
    r#"{"parent_id":{"type":"t","id":"1"}}"#,
    r#"{"prefix":{"f":"a"}}"#,
    r#"{"prefix":{"f":{"value":"a","rewrite":"constant_score"}}}"#,
    r#"{"query_string":{"query":"a AND b~","default_field":"f","type":"best_fields"}}"#,
    r#"{"range":{"f":{"gte":1,"lt":null,"format":"epoch_millis"}}}"#,
    r#"{"rank_feature":{"field":"f","log":{"scaling_factor":2}}}"#,
    r#"{"regexp":{"f":{"value":"a.*","flags":"ALL"}}}"#,
    r#"{"simple_query_string":{"query":"a -b \"c d\"~2","fields":["f"]}}"#,
    r#"{"span_containing":{"big":{"span_term":{"a":"b"}},"little":{"span_term":{"a":"c"}}}}"#,
    r#"{"span_first":{"match":{"span_term":{"a":"b"}},"end":3}}"#,
    r#"{"span_near":{"clauses":[{"span_term":{"a":"b"}},{"span_gap":{"a":2}}],"slop":1}}"#,
    r#"{"span_not":{"include":{"span_term":{"a":"b"}},"exclude":{"span_term":{"a":"c"}}}}"#,
    r#"{"span_or":{"clauses":[{"span_term":{"a":"b"}}]}}"#,
    r#"{"term":{"f":{"value":1,"case_insensitive":true}}}"#,
    r#"{"term":{"f":"a","boost":2}}"#,
    r#"{"terms":{"_id":["a","b"]}}"#,
    r#"{"terms_set":{"f":{"terms":["a"],"minimum_should_match_field":"g"}}}"#,
    r#"{"wildcard":{"f":"*a*"}}"#,
];

/// Query clauses that only who sees everything may use, and the clause that a refusal names.
pub(super) const HIDDEN_QUERIES: &[(&str, &str)] = &[
    (r#"{"common":{"f":{"query":"a"}}}"#, "common"),
    (
        r#"{"function_score":{"functions":[{"random_score":{}}]}}"#,
        "function_score.functions.random_score",
    ),
    (r#"{"function_score":{"random_score":{"field":"_seq_no"}}}"#, "function_score.random_score"),
    (r#"{"function_score":{"min_score":1}}"#, "function_score.min_score"),
    (r#"{"function_score":{"script_score":{"script":"1"}}}"#, "function_score.script_score"),
    (
        r#"{"function_score":{"functions":[{"script_score":{"script":"1"}}]}}"#,
        "function_score.functions.script_score",
    ),
    (r#"{"intervals":{"f":{"fuzzy":{"term":"a"}}}}"#, "intervals.f.fuzzy"),
    (r#"{"intervals":{"f":{"prefix":{"prefix":"a"}}}}"#, "intervals.f.prefix"),
    (
        r#"{"intervals":{"f":{"any_of":{"intervals":[{"wildcard":{"pattern":"a"}}]}}}}"#,
        "intervals.f.any_of.intervals.wildcard",
    ),
    (
        r#"{"intervals":{"f":{"match":{"query":"a","filter":{"script":{"source":"1"}}}}}}"#,
        "intervals.f.match.filter.script",
    ),
    (r#"{"match":{"f":{"query":"a","cutoff_frequency":0.1}}}"#, "match.f.cutoff_frequency"),
    (r#"{"more_like_this":{"like":"a"}}"#, "more_like_this"),
    (r#"{"more_like_this":{"like":[{"_id":"a"}]}}"#, "more_like_this"),
    (
        r#"{"nested":{"path":"o","query":{"match_all":{}},"inner_hits":{"script_fields":{}}}}"#,
        "nested.inner_hits.script_fields",
    ),
    (
        r#"{"nested":{"path":"o","query":{"match_all":{}},"inner_hits":{"explain":true}}}"#,
        "nested.inner_hits.explain",
    ),
    (
        r#"{"nested":{"path":"o","query":{"bool":{"must":{"nested":{"path":"o","query":{"match_all":{}}}}}}}}"#,
        "nested.query.bool.must.nested.query",
    ),
    (r#"{"prefix":{"f":{"value":"a","rewrite":"top_terms_1"}}}"#, "prefix.f.rewrite"),
    (r#"{"wildcard":{"f":{"value":"a","rewrite":"scoring_boolean"}}}"#, "wildcard.f.rewrite"),
    (r#"{"query_string":{"query":"a","rewrite":"top_terms_1"}}"#, "query_string.rewrite"),
    (r#"{"query_string":{"query":"a","type":"phrase_prefix"}}"#, "query_string.type"),
    (r#"{"multi_match":{"query":"a","type":"phrase_prefix"}}"#, "multi_match"),
    (
        r#"{"match_phrase_prefix":{"f":{"query":"a b","analyzer":"keyword"}}}"#,
        "match_phrase_prefix",
    ),
    (r#"{"script":{"script":"true"}}"#, "script"),
    (r#"{"script_score":{"query":{"match_all":{}},"script":"1"}}"#, "script_score"),
    (r#"{"simple_query_string":{"query":"a~"}}"#, "simple_query_string.query"),
    (r#"{"simple_query_string":{"query":"\"a\"~ b\u007e1"}}"#, "simple_query_string.query"),
    (r#"{"span_multi":{"match":{"prefix":{"f":"a"}}}}"#, "span_multi"),
    (r#"{"terms":{"f":{"index":".plugins-ml-model-group","id":"1","path":"p"}}}"#, "terms.f"),
    (
        r#"{"terms_set":{"f":{"terms":[],"minimum_should_match_script":{"source":"1"}}}}"#,
        "terms_set.f.minimum_should_match_script",
    ),
];

/// Query clauses that nobody may use.
pub(super) const BARRED_QUERIES: &[(&str, &str)] = &[
    (
        r#"{"geo_shape":{"f":{"indexed_shape":{"index":"i","id":"1"}}}}"#,
        "geo_shape.f.indexed_shape",
    ),
    (r#"{"more_like_this":{"like":[{"_index":"other","_id":"1"}]}}"#, "more_like_this.like._index"),
    (r#"{"more_like_this":{"unlike":{"_index":".plugins-ml-*"}}}"#, "more_like_this.unlike._index"),
    (r#"{"percolate":{"field":"f","index":"i","id":"1"}}"#, "percolate"),
    (r#"{"template":{"term":{"a":"b"}}}"#, "template"),
    (r#"{"terms":{"f":{"index":"other","id":"1","path":"p"}}}"#, "terms.f.index"),
    (
        r#"{"terms":{"f":{"index":".plugins-ml-model-group","id":"1","path":"p","query":{"wrapper":{"query":""}}}}}"#,
        "terms.f.query.wrapper",
    ),
    (r#"{"wrapper":{"query":"e30="}}"#, "wrapper"),
];

/// Query clauses that are not known, or not so.
const UNKNOWN_QUERIES: &[(&str, &str)] = &[
    ("{}", ""),
    ("[]", ""),
    (r#"{"match_all":{},"match_none":{}}"#, ""),
    (r#"{"nope":{}}"#, "nope"),
    (r#"{"Match_all":{}}"#, "Match_all"),
    (r#"{"knn":{"f":{"vector":[1],"k":2}}}"#, "knn"),
    (r#"{"neural":{"f":{"query_text":"a","model_id":"m"}}}"#, "neural"),
    (r#"{"bool":{"nope":[]}}"#, "bool.nope"),
    (r#"{"bool":[]}"#, "bool"),
    (r#"{"bool":{"must":[1]}}"#, "bool.must"),
    (r#"{"term":{"a":1,"b":2}}"#, "term"),
    (r#"{"term":{"a":[1]}}"#, "term.a"),
    (r#"{"terms":{"a":1}}"#, "terms.a"),
    (r#"{"terms":{"a":[{"index":"i"}]}}"#, "terms.a"),
    (r#"{"match":{}}"#, "match"),
    (r#"{"match":{"f":{"query":{"term":{}}}}}"#, "match.f.query"),
    (r#"{"match":{"f":{"script":"1"}}}"#, "match.f.script"),
    (r#"{"nested":{"path":"o","query":{"nope":{}}}}"#, "nested.query.nope"),
    (r#"{"function_score":{"functions":[{"nope":{}}]}}"#, "function_score.functions.nope"),
];

/// Where a query can stand.
const PLACES: &[&str] = &[
    r#"{"query":Q}"#,
    r#"{"post_filter":Q}"#,
    r#"{"query":{"bool":{"must_not":[Q]}}}"#,
    r#"{"query":{"function_score":{"functions":[{"filter":Q}]}}}"#,
    r#"{"rescore":{"query":{"rescore_query":Q}}}"#,
    r#"{"rescore":[{"window_size":3,"query":{"rescore_query":Q}}]}"#,
    r#"{"highlight":{"fields":{"f":{"highlight_query":Q}}}}"#,
    r#"{"highlight":{"fields":[{"f":{}}],"highlight_query":Q}}"#,
    r#"{"sort":[{"f":{"nested":{"path":"p","filter":Q}}}]}"#,
    r#"{"sort":[{"_geo_distance":{"f":[1,2],"nested_filter":Q}}]}"#,
    r#"{"collapse":{"field":"f","inner_hits":{"name":"n","highlight":{"highlight_query":Q}}}}"#,
    r#"{"aggs":{"a":{"filter":Q}}}"#,
    r#"{"aggregations":{"a":{"filters":{"filters":{"x":Q}}}}}"#,
    r#"{"aggs":{"a":{"filters":{"filters":[Q]}}}}"#,
    r#"{"aggs":{"a":{"adjacency_matrix":{"filters":{"x":Q}}}}}"#,
    r#"{"aggs":{"a":{"significant_terms":{"field":"f","background_filter":Q}}}}"#,
    r#"{"aggs":{"a":{"weighted_avg":{"value":{"field":"f","filter":Q},"weight":{"field":"g"}}}}}"#,
    r#"{"aggs":{"a":{"terms":{"field":"f"},"aggregations":{"b":{"top_hits":{"highlight":{"highlight_query":Q}}}}}}}"#,
];

/// Other keys that everybody may use.
const FEATURES: &[&str] = &[
    r#"{"from":1,"size":"2","timeout":"1s","terminate_after":0,"min_score":0.1,"track_scores":true,"track_total_hits":false}"#,
    r#"{"sort":["a",{"b":"desc"},{"c":{"order":"asc","missing":"_last","unmapped_type":"long"}},"_score"],"search_after":[1,null,"c"]}"#,
    r#"{"fields":["a",{"field":"b","format":"c"}],"docvalue_fields":["a"],"stored_fields":"_none_"}"#,
    r#"{"aggs":{"t":{"top_hits":{"fields":["a",{"field":"b"}],"docvalue_fields":["a"]}}}}"#,
    r#"{"highlight":{"type":"plain","fields":{"f":{"type":"unified"}}}}"#,
    r#"{"explain":false,"profile":"false","stats":["g"],"slice":{"id":0,"max":2}}"#,
    r#"{"indices_boost":[{".plugins-ml-model-group":2}],"include_named_queries_score":true}"#,
    r#"{"collapse":{"field":"f","inner_hits":[{"name":"a","collapse":{"field":"g"}},{"name":"b"}]}}"#,
    r#"{"highlight":{"pre_tags":["<b>"],"fields":{"f":{"type":"plain","matched_fields":["g"]}}}}"#,
];

/// Other keys that only who sees everything may use.
pub(super) const HIDDEN_FEATURES: &[(&str, &str)] = &[
    (r#"{"explain":true}"#, "explain"),
    (
        r#"{"highlight":{"fields":{"f":{"type":"plain"}}},"post_filter":{"range":{"g":{"gt":1}}}}"#,
        "highlight",
    ),
    (r#"{"profile":"true"}"#, "profile"),
    (r#"{"verbose_pipeline":true}"#, "verbose_pipeline"),
    (r#"{"script_fields":{"x":{"script":"1"}}}"#, "script_fields"),
    (r#"{"derived":{"x":{"type":"keyword","script":"1"}}}"#, "derived"),
    (r#"{"suggest":{"s":{"text":"a","term":{"field":"f"}}}}"#, "suggest"),
    (r#"{"sort":{"_script":{"type":"number","script":"1"}}}"#, "sort._script"),
];

/// Other keys that nobody may use.
pub(super) const BARRED_FEATURES: &[(&str, &str)] = &[
    (r#"{"pit":{"id":"x"}}"#, "pit"),
    (r#"{"search_pipeline":"p"}"#, "search_pipeline"),
    (r#"{"search_pipeline":{"request_processors":[]}}"#, "search_pipeline"),
    (r#"{"ext":{}}"#, "ext"),
    (r#"{"indices_boost":[{"other":2}]}"#, "indices_boost.other"),
    (r#"{"indices_boost":{".plugins-ml-*":2}}"#, "indices_boost..plugins-ml-*"),
];

/// Aggregations that everybody may use.
const AGGREGATIONS: &[&str] = &[
    r#"{"terms":{"field":"f","size":10,"min_doc_count":1,"order":[{"_count":"asc"}],"include":["a"],"exclude":"b.*"}}"#,
    r#"{"terms":{"field":"f","include":{"partition":0,"num_partitions":2},"min_doc_count":"5"}}"#,
    r#"{"multi_terms":{"terms":[{"field":"f"},{"field":"g","missing":"x"}]}}"#,
    r#"{"rare_terms":{"field":"f","max_doc_count":2}}"#,
    r#"{"rare_terms":{"field":"f","exclude":"a"},"aggs":{"b":{"filter":{"range":{"f":{"gt":1}}}}}}"#,
    r#"{"filter":{"range":{"f":{"gt":1}}},"aggs":{"r":{"rare_terms":{"field":"f","max_doc_count":2}}}}"#,
    r#"{"significant_terms":{"field":"f","jlh":{}}}"#,
    r#"{"significant_text":{"field":"f","filter_duplicate_text":false}}"#,
    r#"{"histogram":{"field":"f","interval":5,"min_doc_count":0,"extended_bounds":{"min":0,"max":9}}}"#,
    r#"{"date_histogram":{"field":"f","calendar_interval":"1M","min_doc_count":0,"time_zone":"UTC"}}"#,
    r#"{"auto_date_histogram":{"field":"f","buckets":5}}"#,
    r#"{"range":{"field":"f","ranges":[{"to":1},{"from":1,"key":"k"}]}}"#,
    r#"{"ip_range":{"field":"f","ranges":[{"mask":"10.0.0.0/8"}]}}"#,
    r#"{"geo_distance":{"field":"f","origin":{"lat":1,"lon":2},"ranges":[{"to":1}]}}"#,
    r#"{"geohash_grid":{"field":"f","precision":3}}"#,
    r#"{"composite":{"size":2,"sources":[{"a":{"terms":{"field":"f"}}}],"after":{"a":"x"}}}"#,
    r#"{"filters":{"other_bucket":true,"filters":[{"match_all":{}}]}}"#,
    r#"{"missing":{"field":"f"},"meta":{"any":["thing"]}}"#,
    r#"{"nested":{"path":"o"},"aggs":{"r":{"reverse_nested":{},"aggs":{"t":{"top_hits":{"size":1,"sort":["f"]}}}}}}"#,
    r#"{"global":{},"aggs":{"n":{"terms":{"field":"f"}},"m":{"max_bucket":{"buckets_path":"n>_count"}}}}"#,
    r#"{"children":{"type":"t"}}"#,
    r#"{"cardinality":{"field":"f","precision_threshold":10}}"#,
    r#"{"percentiles":{"field":"f","percents":[1,2],"hdr":{}}}"#,
    r#"{"terms":{"field":"f"},"aggs":{"s":{"bucket_sort":{"sort":[{"_count":"desc"}],"size":1}}}}"#,
    r#"{"histogram":{"field":"f","interval":1},"aggs":{"d":{"derivative":{"buckets_path":"_count"}}}}"#,
    r#"{"histogram":{"field":"f","interval":1},"aggs":{"d":{"serial_diff":{"buckets_path":"_count"}}}}"#,
    r#"{"filter":{"match_all":{}},"aggs":{"n":{"nested":{"path":"o"},"aggs":{"c":{"max":{"field":"o.f"}}}},"s":{"significant_terms":{"field":"f"}}}}"#,
    r#"{"filter":{"match_all":{}},"aggs":{"n":{"auto_date_histogram":{"field":"f"},"aggs":{"c":{"max":{"field":"g"}}}},"s":{"significant_terms":{"field":"f"}}}}"#,
];

/// Aggregations that only who sees everything may use.
pub(super) const HIDDEN_AGGREGATIONS: &[(&str, &str)] = &[
    (r#"{"terms":{"field":"f","min_doc_count":0}}"#, "terms.min_doc_count"),
    (r#"{"terms":{"field":"f","min_doc_count":"0"}}"#, "terms.min_doc_count"),
    (r#"{"terms":{"field":"f","min_doc_count":0.9}}"#, "terms.min_doc_count"),
    (r#"{"terms":{"field":"f","min_doc_count":-0}}"#, "terms.min_doc_count"),
    (r#"{"terms":{"field":"f","min_doc_count":1e-9}}"#, "terms.min_doc_count"),
    (r#"{"multi_terms":{"terms":[],"min_doc_count":0}}"#, "multi_terms.min_doc_count"),
    (r#"{"significant_terms":{"field":"f","min_doc_count":0}}"#, "significant_terms.min_doc_count"),
    (
        r#"{"nested":{"path":"o"},"aggs":{"s":{"significant_terms":{"field":"f"}}}}"#,
        "aggs.s.significant_terms",
    ),
    (
        r#"{"nested":{"path":"o"},"aggs":{"s":{"filter":{"nested":{"path":"o","query":{"match_all":{}}}}}}}"#,
        "aggs.s.filter.nested.query",
    ),
    (
        r#"{"auto_date_histogram":{"field":"f"},"aggs":{"s":{"significant_text":{"field":"f"}}}}"#,
        "aggs.s.significant_text",
    ),
    (r#"{"terms":{"script":"1"}}"#, "terms.script"),
    (r#"{"max":{"script":{"source":"1"}}}"#, "max.script"),
    (
        r#"{"composite":{"sources":[{"a":{"terms":{"script":"1"}}}]}}"#,
        "composite.sources.a.terms.script",
    ),
    (r#"{"multi_terms":{"terms":[{"script":"1"}]}}"#, "multi_terms.terms.script"),
    (r#"{"weighted_avg":{"value":{"script":"1"}}}"#, "weighted_avg.value.script"),
    (
        r#"{"significant_terms":{"field":"f","script_heuristic":{"script":"1"}}}"#,
        "significant_terms.script_heuristic",
    ),
    (r#"{"scripted_metric":{"map_script":"1"}}"#, "scripted_metric"),
    (r#"{"bucket_script":{"buckets_path":{},"script":"1"}}"#, "bucket_script"),
    (r#"{"bucket_selector":{"buckets_path":{},"script":"1"}}"#, "bucket_selector"),
    (r#"{"moving_fn":{"buckets_path":"a","script":"1","window":1}}"#, "moving_fn"),
    (r#"{"top_hits":{"script_fields":{}}}"#, "top_hits.script_fields"),
    (r#"{"top_hits":{"explain":true}}"#, "top_hits.explain"),
    (r#"{"sampler":{"shard_size":1}}"#, "sampler"),
    (r#"{"diversified_sampler":{"field":"f"}}"#, "diversified_sampler"),
    (r#"{"percentiles":{"field":"f"}}"#, "percentiles"),
    (r#"{"percentile_ranks":{"field":"f","values":[1],"tdigest":{}}}"#, "percentile_ranks"),
    (r#"{"median_absolute_deviation":{"field":"f"}}"#, "median_absolute_deviation"),
    (r#"{"matrix_stats":{"fields":["f"]}}"#, "matrix_stats"),
    (r#"{"variable_width_histogram":{"field":"f","buckets":2}}"#, "variable_width_histogram"),
    (
        r#"{"significant_text":{"field":"f","filter_duplicate_text":true}}"#,
        "significant_text.filter_duplicate_text",
    ),
    (r#"{"significant_terms":{"field":"f","format":"yyyy"}}"#, "significant_terms.format"),
    (
        r#"{"rare_terms":{"field":"f","max_doc_count":2},"aggs":{"b":{"filter":{"range":{"f":{"gt":1}}}}}}"#,
        "rare_terms.max_doc_count",
    ),
    (
        r#"{"aggs":{"m":{"missing":{"field":"g"},"aggs":{"b":{"filters":{"filters":[{"range":{"f":{"gt":1}}}]}}}}},"rare_terms":{"precision":0.01,"field":"f"}}"#,
        "rare_terms.precision",
    ),
    (
        r#"{"significant_terms":{"field":"f"},"aggs":{"b":{"bucket_sort":{"size":1}}}}"#,
        "aggs.b.bucket_sort",
    ),
    (
        r#"{"filter":{"match_all":{}},"aggs":{"p":{"sum_bucket":{"buckets_path":"s>m"}},"s":{"significant_text":{"field":"f"}}}}"#,
        "aggs.p.sum_bucket.buckets_path",
    ),
];

/// Bodies that are not known, and what of them.
const UNKNOWN_BODIES: &[(&str, &str)] = &[
    ("[]", ""),
    ("3", ""),
    (r#"{"foo":1}"#, "foo"),
    (r#"{"Size":1}"#, "Size"),
    (r#"{"runtime_mappings":{}}"#, "runtime_mappings"),
    (r#"{"size":null}"#, "size"),
    (r#"{"size":{}}"#, "size"),
    (r#"{"aggs":{},"aggregations":{}}"#, ""),
    (r#"{"aggs":[]}"#, "aggs"),
    (r#"{"aggs":{"a":{}}}"#, "aggs.a"),
    (r#"{"aggs":{"a":{"nope":{}}}}"#, "aggs.a.nope"),
    (r#"{"aggs":{"a":{"max":{},"min":{}}}}"#, "aggs.a.min"),
    (r#"{"aggs":{"a":{"global":{},"aggs":{},"aggregations":{}}}}"#, "aggs.a.aggregations"),
    (r#"{"aggs":{"a":{"terms":{"nope":1}}}}"#, "aggs.a.terms.nope"),
    (r#"{"highlight":{"nope":1}}"#, "highlight.nope"),
    (r#"{"rescore":{"ltr":{}}}"#, "rescore.ltr"),
    (r#"{"sort":{"a":{"b":{"c":1}}}}"#, "sort.a.b"),
    (r#"{"fields":"a"}"#, "fields"),
];

fn under<'c>(place: &str, cases: &'c [(&str, &str)]) -> Vec<(String, &'c str)> {
    cases.iter().map(|(clause, name)| (place.replace('Q', clause), *name)).collect()
}

#[test]
fn what_is_harmless_is_let_through() {
    let aggregations = AGGREGATIONS.iter().map(|body| aggregation(body));
    let queries = QUERIES.iter().map(|clause| query(clause));
    let bodies = aggregations.chain(queries).chain(FEATURES.iter().map(ToString::to_string));

    for body in bodies {
        sent(filtered(&body));
        assert_eq!(sent(unfiltered(&body)), body);
    }
}

#[test]
fn what_tells_of_hidden_groups_is_for_those_who_see_everything() {
    let aggregations = HIDDEN_AGGREGATIONS
        .iter()
        .map(|(body, name)| (aggregation(body), format!("aggs.a.{name}")));
    let queries =
        HIDDEN_QUERIES.iter().map(|(clause, name)| (query(clause), format!("query.{name}")));
    let features = HIDDEN_FEATURES.iter().map(|(body, name)| (body.to_string(), name.to_string()));

    for (body, clause) in aggregations.chain(queries).chain(features) {
        assert_eq!(refused(filtered(&body)), clause, "{body}");
        assert_eq!(sent(unfiltered(&body)), body);
    }
}

#[test]
fn what_reaches_another_index_is_for_nobody() {
    let barred =
        BARRED_QUERIES.iter().map(|(clause, name)| (query(clause), format!("query.{name}")));
    let features = BARRED_FEATURES.iter().map(|(body, name)| (body.to_string(), name.to_string()));

    for (body, clause) in barred.chain(features) {
        refused(filtered(&body));
        assert_eq!(refused(unfiltered(&body)), clause, "{body}");
    }
    let collate = r#"{"suggest":{"s":{"phrase":{"field":"f","collate":{}}}}}"#;
    assert_eq!(refused(unfiltered(collate)), "suggest.s.phrase.collate");
}

#[test]
fn what_is_not_known_is_refused_by_name() {
    let queries = UNKNOWN_QUERIES.iter().map(|(clause, name)| {
        (query(clause), if name.is_empty() { "query".into() } else { format!("query.{name}") })
    });
    let bodies = UNKNOWN_BODIES.iter().map(|(body, name)| (body.to_string(), name.to_string()));

    for (body, clause) in queries.chain(bodies) {
        assert_eq!(unknown(filtered(&body)), clause, "{body}");
        assert_eq!(unknown(unfiltered(&body)), clause, "{body}");
    }
}

#[test]
fn a_query_is_judged_wherever_it_stands() {
    for place in PLACES {
        sent(filtered(&place.replace('Q', r#"{"term":{"a":1}}"#)));
        for (body, clause) in under(place, HIDDEN_QUERIES) {
            let refused = refused(filtered(&body));
            let nested = refused.ends_with("nested.query");
            assert!(refused.ends_with(clause) || nested || clause.len() > 30, "{body}");
            assert_eq!(sent(unfiltered(&body)), body);
        }
        for (body, _) in under(place, BARRED_QUERIES) {
            refused(filtered(&body));
            refused(unfiltered(&body));
        }
        for (body, _) in under(place, UNKNOWN_QUERIES) {
            unknown(filtered(&body));
        }
    }
}
