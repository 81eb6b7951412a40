//! Workflows of Flow Framework: a step that registers a model group, or a model in none, makes a
//! group past modelgate.
//!
//! Flow Framework 3.4 takes the group of a model from the first of these that is there
//! (`ParseUtils.getInputsFromPreviousSteps`): the output of the step that `previous_node_inputs`
//! names, `user_params` of the workflow, `user_inputs` of the step itself, the output of any step
//! before it. Outputs can be left aside: only `register_model_group` gives a group, and is refused.
//! Without one, and with an empty one, ML Commons makes a group of the model's name.

use serde_json::{Map, Value};

use super::{
    super::{inside::UNWATCHED, refusal::Refusal},
    facts::NO_GROUP,
};

/// Steps that register a model.
const REGISTERING: [&str; 4] = [
    "register_local_custom_model",
    "register_local_pretrained_model",
    "register_local_sparse_encoding_model",
    "register_remote_model",
];

const ID: &str = "model_group_id";

const GROUP: &str = "model groups are registered through their own API";

/// Judges all workflows of a template.
pub(super) fn check(body: &[u8]) -> Result<(), Refusal> {
    workflows(&super::value(body)?).try_for_each(check_workflow)
}

/// The same, where no agent may be registered.
pub(super) fn check_without_agents(body: &[u8]) -> Result<(), Refusal> {
    let body = super::value(body)?;
    match workflows(&body).flat_map(nodes).any(|node| node["type"] == "register_agent") {
        true => Err(Refusal::Unseen(UNWATCHED)),
        false => workflows(&body).try_for_each(check_workflow),
    }
}

fn workflows(body: &Value) -> impl Iterator<Item = &Value> {
    body.get("workflows").and_then(Value::as_object).into_iter().flat_map(Map::values)
}

fn nodes(workflow: &Value) -> impl Iterator<Item = &Value> {
    workflow["nodes"].as_array().into_iter().flatten()
}

fn check_workflow(workflow: &Value) -> Result<(), Refusal> {
    let shared = workflow["user_params"].get(ID);
    nodes(workflow).try_for_each(|node| check_node(node, shared))
}

fn check_node(node: &Value, shared: Option<&Value>) -> Result<(), Refusal> {
    let kind = node["type"].as_str().unwrap_or_default();
    if kind == "register_model_group" || is_filled_in(kind) {
        return Err(Refusal::Unseen(GROUP));
    }
    let group = shared.or_else(|| node["user_inputs"].get(ID));
    if REGISTERING.contains(&kind) && !group.is_some_and(is_written_out) {
        return Err(Refusal::Unseen(NO_GROUP));
    }
    Ok(())
}

/// Whether an id stands there as it will be used. What is filled in when the workflow is run may
/// leave nothing.
fn is_written_out(id: &Value) -> bool {
    id.as_str().is_some_and(|id| !id.trim().is_empty() && !is_filled_in(id))
}

fn is_filled_in(text: &str) -> bool {
    text.contains("${")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const MODEL: &str = "register_remote_model";

    fn passes(workflow: &Value) -> bool {
        check(json!({ "workflows": { "provision": workflow } }).to_string().as_bytes()).is_ok()
    }

    fn step(kind: &str, inputs: Value) -> Value {
        json!({ "id": "a", "type": kind, "user_inputs": inputs })
    }

    #[test]
    fn no_step_registers_a_group() {
        assert!(passes(&json!({ "nodes": [step("create_connector", json!({}))] })));
        for kind in ["register_model_group", "${{kind}}"] {
            assert!(!passes(&json!({ "nodes": [step("noop", json!({})), step(kind, json!({}))] })));
        }
    }

    #[test]
    fn an_agent_is_registered_where_somebody_looks_at_what_it_reads() {
        let nodes = json!([step("noop", json!({})), step("register_agent", json!({}))]);
        let of = |nodes: &Value| json!({ "workflows": { "a": { "nodes": nodes } } }).to_string();

        assert!(check(of(&nodes).as_bytes()).is_ok());
        assert!(matches!(
            check_without_agents(of(&nodes).as_bytes()),
            Err(Refusal::Unseen(UNWATCHED))
        ));
        assert!(check_without_agents(of(&json!([nodes[0]])).as_bytes()).is_ok());
        let group = json!([step("register_model_group", json!({}))]);
        assert!(check_without_agents(of(&group).as_bytes()).is_err());
    }

    #[test]
    fn a_model_is_registered_in_a_group_of_its_own_saying() {
        let said = json!({ "model_group_id": "g" });
        for kind in REGISTERING {
            assert!(passes(&json!({ "nodes": [step(kind, said.clone())] })));
            assert!(!passes(&json!({ "nodes": [step(kind, json!({}))] })));
        }

        let (inside, outside) = (step(MODEL, said.clone()), step(MODEL, json!({})));
        for nodes in [json!([inside, outside]), json!([outside, inside])] {
            assert!(!passes(&json!({ "nodes": nodes })));
        }
        for elsewhere in ["previous_node_inputs", "ui_metadata"] {
            let node = json!({ "id": "a", "type": MODEL, elsewhere: said });
            assert!(!passes(&json!({ "nodes": [node] })), "{elsewhere}");
        }
        let two = json!({
            "ui_metadata": said,
            "workflows": { "a": { "nodes": [inside] }, "b": { "nodes": [outside] } },
        });
        assert!(check(two.to_string().as_bytes()).is_err());
    }

    #[test]
    fn what_may_turn_out_empty_is_no_group() {
        for id in [json!(""), json!(" "), json!(null), json!(5), json!(["g"]), json!("${{group}}")]
        {
            assert!(!passes(&json!({ "nodes": [step(MODEL, json!({ "model_group_id": id }))] })));
        }
    }

    #[test]
    fn the_group_of_a_whole_workflow_goes_before_that_of_a_step() {
        let of = |shared: &str, inputs: Value| {
            let shared = json!({ "model_group_id": shared });
            passes(&json!({ "user_params": shared, "nodes": [step(MODEL, inputs)] }))
        };

        assert!(of("g", json!({})));
        assert!(of("g", json!({ "model_group_id": "" })));
        assert!(!of("", json!({ "model_group_id": "g" })));
    }
}
