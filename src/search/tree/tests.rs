use super::*;

fn tree(body: &str) -> Tree<'_> {
    Tree::read(body.as_bytes()).expect("it is JSON")
}

#[test]
fn values_are_found_where_they_stand() {
    let tree = tree(r#" {"a" : [1, {"b":null}, "x"], "c":true} "#);

    let items: Vec<_> =
        tree.member(tree.root(), "a").into_iter().flat_map(|a| tree.items(a)).collect();

    let raw: Vec<_> = items.iter().map(|item| tree.raw(*item)).collect();
    assert_eq!(raw, ["1", r#"{"b":null}"#, r#""x""#]);
    let kinds: Vec<_> = items.iter().map(|item| tree.kind(*item)).collect();
    assert_eq!(kinds, [Kind::Number, Kind::Object, Kind::String]);
    assert_eq!(tree.member(tree.root(), "c").map(|c| tree.raw(c)), Some("true"));
    assert_eq!(tree.member(tree.root(), "b"), None);
}

#[test]
fn the_path_to_a_name_is_the_names_around_it() {
    let tree = tree(r#"{"a":[0,{"b":{"c":1}},[{"b":{"d":[],"e":1}}]],"f":{"":{}}}"#);
    let path = |to| {
        let names: Vec<_> = tree.path(to).filter_map(|name| tree.text(name)).collect();
        names.join(".")
    };

    let paths: Vec<_> = (0..tree.nodes.len() as u32)
        .map(At)
        .filter(|at| tree.kind(*at) == Kind::String)
        .map(path)
        .collect();

    assert_eq!(paths, ["a", "a.b", "a.b.c", "a.b", "a.b.d", "a.b.e", "f", "f."]);
    assert_eq!(path(tree.root()), "");
}

#[test]
fn strings_say_what_json_says() {
    for (body, text) in [
        (r#""""#, Some("")),
        (r#""aé""#, Some("aé")),
        (r#""\"\\\/\b\f\n\r\t""#, Some("\"\\/\u{8}\u{c}\n\r\t")),
        (r#""\u00e9\u20AC\ud83d\ude00""#, Some("é€😀")),
        (r#""\ud83d""#, None),
        (r#""\ud83d\u0041""#, None),
        (r#""\ude00\ud83d""#, None),
    ] {
        let tree = tree(body);
        assert_eq!(tree.text(tree.root()).as_deref(), text, "{body}");
        let parsed: Result<String, _> = serde_json::from_str(body);
        assert_eq!(parsed.ok().as_deref(), text, "as serde_json reads {body}");
    }
}
