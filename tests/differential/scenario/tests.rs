use super::*;
use crate::FILES;

#[test]
fn every_recorded_step_is_a_step_of_its_scenario_and_in_its_order() {
    for name in FILES {
        let file = File::read(name);
        let recorded = recorded(name);

        assert_eq!(&file.subject, name);
        assert_eq!(file.scenarios.len(), recorded.len(), "{name}");
        for (scenario, (recorded_name, records)) in file.scenarios.iter().zip(&recorded) {
            let steps = scenario.steps.iter().filter(|step| step.record);
            let asked: Vec<_> = steps.map(|step| step.id.as_str()).collect();
            let answered: Vec<_> = records.iter().filter_map(|r| r["id"].as_str()).collect();

            assert_eq!(&scenario.name, recorded_name);
            assert_eq!(asked, answered, "{name}/{recorded_name}");
        }
    }
}

#[test]
fn the_list_of_files_is_the_folder() {
    let entries = std::fs::read_dir(golden("scenarios")).expect("golden/scenarios is there");
    let path = |entry: std::io::Result<std::fs::DirEntry>| entry.expect("readable").path();
    let stem = |path: PathBuf| path.file_stem().expect("a name").to_string_lossy().into_owned();
    let mut names: Vec<_> = entries.map(path).map(stem).collect();
    names.sort();

    assert_eq!(names, FILES);
}

fn step(text: &str) -> Step {
    let head = r#""id": "1", "method": "POST", "path": "/a b/${id}#x""#;
    serde_json::from_str(&format!("{{{head}, {text}}}")).expect("a step")
}

fn request(text: &str) -> Request {
    step(text).request(&Variables::from([("id".to_owned(), "ä%".to_owned())]))
}

#[test]
fn a_path_is_substituted_and_only_what_cannot_stand_in_it_is_quoted() {
    assert_eq!(request(r#""user": null"#).path, "/a%20b/%C3%A4%#x");
}

#[test]
fn a_json_body_is_written_as_python_writes_it_because_errors_count_columns() {
    let sent = request(r#""user": null, "body": {"${id}": ["${id}", 1.5, null], "b": "${no}"}"#);

    let body = String::from_utf8(sent.body.expect("a body")).expect("UTF-8");
    assert_eq!(body, r#"{"ä%": ["ä%", 1.5, null], "b": "${no}"}"#);
}

#[test]
fn bodies_are_repeated_spelled_in_hex_or_text_as_it_stands() {
    let repeat = r#""user": null, "body_repeat": {"pre": "<", "char": "x", "n": 3, "post": ">"}"#;
    for (step, body) in [
        (repeat, b"<xxx>".as_slice()),
        (r#""user": null, "body_hex": "00ff7b""#, b"\x00\xff{"),
        (r#""user": null, "body": "{\"a\":1}""#, br#"{"a":1}"#),
        (r#""user": null, "body": """#, b""),
    ] {
        assert_eq!(request(step).body.as_deref(), Some(body), "{step}");
    }
}

#[test]
fn credentials_and_content_type_are_sent_unless_the_step_says_otherwise() {
    let json = ("content-type".to_owned(), "application/json".to_owned());
    let alice = ("authorization".to_owned(), "Basic YWxpY2U6cHctYWxpY2UtMTIzIQ==".to_owned());
    let empty = ("content-type".to_owned(), String::new());
    let own = ("authorization".to_owned(), "Bearer x".to_owned());

    for (step, headers) in [
        (r#""user": "alice""#, vec![alice.clone()]),
        (r#""user": "alice", "body": {}"#, vec![json.clone(), alice]),
        (r#""user": "@cert", "body": {}"#, vec![json]),
        (r#""user": null, "body": {}, "headers": {"content-type": null}"#, vec![]),
        (r#""user": null, "headers": {"content-type": ""}"#, vec![empty]),
        (r#""user": "bob", "headers": {"authorization": "Bearer x"}"#, vec![own]),
    ] {
        assert_eq!(request(step).headers, headers, "{step}");
    }
}
