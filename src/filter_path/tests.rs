use filtered::FILTERED;

use super::*;

mod filtered;

#[test]
fn what_is_left_is_what_opensearch_leaves() {
    for (document, parameter, left) in FILTERED {
        let document: Value = serde_json::from_str(document).unwrap();

        let filtered = FilterPath::parse(parameter).unwrap().apply(&document);

        assert_eq!(filtered.to_string(), *left, "{parameter} of {document}");
    }
}

#[test]
fn a_parameter_that_names_no_path_is_no_filter() {
    for parameter in ["", " ", ",", " , ,", "-", " - "] {
        assert_eq!(FilterPath::parse(parameter), None);
    }
}

#[test]
fn many_stars_take_no_time() {
    let parameter = vec!["**"; 50].join(".") + ".x";
    let mut document = Value::Null;
    for _ in 0..100 {
        document = serde_json::json!({ "a": document });
    }

    let filtered = FilterPath::parse(&parameter).unwrap().apply(&document);

    assert_eq!(filtered, serde_json::json!({}));
}
