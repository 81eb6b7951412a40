//! A name is taken whoever has it; who has it is told to those who see the group.

use serde_json::{Value, json};

use crate::callers::{ADMIN, ALICE, BOB, Caller, DAVE, USERS};
use crate::http::{Answer, Request};
use crate::requests::GROUPS;
use crate::stack::Stack;

fn register(stack: &mut Stack, who: &Caller, body: &Value) -> Answer {
    let target = format!("{GROUPS}/_register");
    stack.ask(who, Request::new("POST", &target).json(body.to_string()))
}

fn rename(stack: &mut Stack, who: &Caller, id: &str, name: &str) -> Answer {
    let body = json!({ "name": name }).to_string();
    stack.ask(who, Request::new("PUT", &format!("{GROUPS}/{id}")).json(body))
}

fn reason(answer: &Answer) -> (u16, String) {
    let reason = answer.value()["error"]["reason"].as_str().map(str::to_owned);
    (answer.status, reason.unwrap_or_else(|| answer.text()))
}

/// Registers a group as somebody, and gives its id.
fn registered(stack: &mut Stack, who: &Caller, body: &Value) -> String {
    let answer = register(stack, who, body);
    let id = answer.value()["model_group_id"].as_str().map(str::to_owned);
    id.unwrap_or_else(|| panic!("{}", answer.text()))
}

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn a_hidden_group_that_has_the_name_is_not_named() {
    let mut stack = Stack::alone();
    let taken = "The name you provided is already being used by a model group.";
    let private = json!({ "name": "a private one", "access_mode": "private" });
    let restricted =
        json!({ "name": "a restricted one", "access_mode": "restricted", "backend_roles": ["HR"] });
    let groups = [private, restricted].map(|body| (registered(&mut stack, &ALICE, &body), body));
    let written = json!({ "name": "left", "access": "private", "owner": { "name": "bob" } });
    stack.write([("left", &written)]);

    for who in [BOB, DAVE] {
        for (_, body) in &groups {
            let same = register(&mut stack, &who, &json!({ "name": body["name"] }));
            let refused = json!({ "name": body["name"], "access_mode": "restricted" });
            let before_rules = register(&mut stack, &who, &refused);

            assert_eq!(reason(&same), (400, taken.to_owned()));
            assert_eq!(same, before_rules);
        }
    }
    let dave = register(&mut stack, &DAVE, &json!({ "name": "left" }));
    let bob = register(&mut stack, &BOB, &json!({ "name": "left" }));
    assert_eq!(reason(&dave), (400, taken.to_owned()));
    assert_eq!(reason(&bob), (400, taken.replace("group.", "group with ID: left.")));
}

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn a_rename_to_a_hidden_name_does_not_tell_whose_it_is() {
    let mut stack = Stack::alone();
    let hidden = json!({ "name": "hidden", "access_mode": "private" });
    let hidden = registered(&mut stack, &ALICE, &hidden);
    let own = registered(&mut stack, &DAVE, &json!({ "name": "own" }));
    let taken = "The name you provided is already being used by another model. \
                 Please provide a different name";

    let refused = rename(&mut stack, &DAVE, &own, "hidden");
    let told = rename(&mut stack, &ADMIN, &own, "hidden");

    assert_eq!(reason(&refused), (400, taken.to_owned()));
    assert_eq!(reason(&told), (400, taken.replace("model.", &format!("model with ID: {hidden}."))));
    assert_eq!(stack.stored(&own)["_source"]["name"], "own");
}

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn hidden_groups_of_the_same_name_do_not_change_the_answer() {
    let visible = json!({ "name": "twice", "access": "public" });
    let hidden = json!({ "name": "twice", "access": "private", "owner": { "name": "root" } });
    let mut stack = Stack::alone();
    let own = json!({ "name": "own", "access": "private", "owner": { "name": "alice" } });
    let populations: [&[(&str, &Value)]; 4] = [
        &[("own", &own), ("v", &visible)],
        &[("own", &own), ("h1", &hidden), ("v", &visible)],
        &[("own", &own), ("v", &visible), ("h1", &hidden)],
        &[("h1", &hidden), ("h2", &hidden), ("own", &own), ("h3", &hidden), ("v", &visible)],
    ];

    let answers = populations.map(|population| {
        stack.empty();
        stack.write(population.iter().copied());
        let registered = USERS.map(|who| register(&mut stack, &who, &json!({ "name": "twice" })));
        (registered, rename(&mut stack, &ALICE, "own", "twice"))
    });

    for (registered, renamed) in &answers {
        assert_eq!((registered, renamed), (&answers[0].0, &answers[0].1));
        assert!(registered[0].text().contains("with ID: v."), "{}", registered[0].text());
    }
}
