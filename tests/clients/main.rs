//! The official clients before modelgate: opensearch-py, opensearch-py-ml and
//! @opensearch-project/opensearch do the steps of `steps/`.
//!
//! Model-group methods are answered as the steps say, which is what `golden` and the README's
//! table say. Ordinary calls are answered through modelgate as they are by OpenSearch itself.
//! The scripts in `python/` and `js/` only do and tell; what is expected is decided here.
//!
//! `cargo xtask test clients` starts a stack and says where it is (`stack.rs`). The clients are
//! installed once, in `target/cache/clients`.

mod answer;
mod install;
mod run;
mod stack;
mod steps;

use std::collections::BTreeSet;

use install::Language;
use run::{Ran, Way, run};
use stack::Stack;
use steps::Step;

/// The transports of opensearch-py, and how it can send bodies.
const PYTHON: [Way; 3] = [
    Way { transport: "urllib3", gzip: false, send_get_body_as: "GET" },
    Way { transport: "requests", gzip: true, send_get_body_as: "POST" },
    Way { transport: "async", gzip: true, send_get_body_as: "GET" },
];

const JAVASCRIPT: [Way; 2] = [
    Way { transport: "http", gzip: false, send_get_body_as: "GET" },
    Way { transport: "http", gzip: true, send_get_body_as: "GET" },
];

/// A search whose body is in the query, but not its type: OpenSearch refuses it.
const SOURCE: Way = Way { transport: "urllib3", gzip: false, send_get_body_as: "source" };

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn ordinary_calls_of_opensearch_py_are_answered_as_by_opensearch_itself() {
    for way in PYTHON.iter().chain([&SOURCE]) {
        same_both_ways(Language::Python, way);
    }
}

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn ordinary_calls_of_opensearch_js_are_answered_as_by_opensearch_itself() {
    for way in &JAVASCRIPT {
        same_both_ways(Language::JavaScript, way);
    }
}

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn opensearch_py_runs_every_model_group_method() {
    for way in &PYTHON {
        answered_as_said(Language::Python, way, "model_groups", "ml.");
    }
}

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn opensearch_js_runs_every_model_group_method() {
    for way in &JAVASCRIPT {
        answered_as_said(Language::JavaScript, way, "model_groups", "ml.");
    }
}

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn opensearch_py_ml_runs_every_method_of_model_access_control() {
    // The class calls a blocking client: not the asynchronous one.
    for way in &PYTHON[..2] {
        answered_as_said(Language::Python, way, "model_access_control", "model_access_control.");
    }
}

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn a_source_without_its_type_is_refused() {
    let stack = Stack::fresh();
    let steps = steps::read("source");

    assert_as_said(&run(Language::Python, &stack.modelgate(), &SOURCE, &steps), &steps);
}

fn same_both_ways(language: Language, way: &Way) {
    let stack = Stack::fresh();
    let steps = steps::read("ordinary");

    let directly = run(language, &stack.opensearch(), way, &steps);
    let through = run(language, &stack.modelgate(), way, &steps);

    for ((step, through), directly) in steps.iter().zip(&through.answers).zip(&directly.answers) {
        assert_eq!(through, directly, "{way:?}: {step}: through modelgate, and directly");
        let failed = step.fails() || step.is_lost(way);
        assert_eq!(directly.failed(), failed, "{way:?}: {step}: {directly:?}");
    }
}

fn answered_as_said(language: Language, way: &Way, file: &str, api: &str) {
    let stack = Stack::fresh();
    let steps = steps::read(file);

    let ran = run(language, &stack.modelgate(), way, &steps);

    assert_as_said(&ran, &steps);
    let called: BTreeSet<&str> = steps.iter().map(|step| step.call.as_str()).collect();
    let missing = |method: &&String| method.starts_with(api) && !called.contains(method.as_str());
    let missing: Vec<_> = ran.methods.iter().filter(missing).collect();
    assert!(missing.is_empty(), "the client has methods that no step calls: {missing:?}");
}

fn assert_as_said(ran: &Ran, steps: &[Step]) {
    assert_eq!(ran.answers.len(), steps.len());
    for (step, answer) in steps.iter().zip(&ran.answers) {
        assert_eq!(answer.as_any_client_tells_it(), step.expected(), "{step}");
    }
}
