use super::*;

const P: &str = PROTECTED[0];
const N: &str = PROTECTED[1];

#[test]
fn a_list_that_says_a_name_names_it() {
    for list in [
        P,
        N,
        "other,.plugins-ml-model-group",
        ".plugins-ml-model-group,",
        "*,-.plugins-ml-model-group*,.plugins-ml-model-group",
        ".PLUGINS-ML-MODEL-GROUP",
        " .plugins-ml-model-group ",
        "+.plugins-ml-model-group",
        "c:.plugins-ml-model-group",
        "*:.modelgate-names",
        "c:<.plugins-ml-model-group>",
        "<.plugins-ml-model-group>",
        "<.plugins-ml-model-grou\\p>",
        "<.plug{now/d{'ins-ml-model-group'}}>",
        "<{now{'.plugins'}}-ml-model-group>",
        "<{now/d}>",
        "<.plugins{now{'*'}}>",
        "<.{now{HH:mm|+01:00}}>",
        "<.plugins{now\\}a}-ml-model-group>",
    ] {
        assert_eq!(reach(list), Reach::Named, "{list}");
    }
}

#[test]
fn a_wildcard_includes_what_can_be_taken_off_again() {
    for list in [
        "",
        ",",
        ",,",
        "*",
        "_all",
        "_ALL",
        "**",
        "*,logs",
        "logs,*",
        ".plugins*",
        ".*",
        "*model*",
        "*-group",
        ".plugin?-ml-model-group",
        ".modelgate*",
        "*,-logs",
        "+*",
        "*,-*group",
        "*,-.plugins-ml-model-group*",
        "*,-.modelgate-names",
        "*,-.*,*",
        "*, -.*",
        "*,-.plugins* ,-.modelgate*",
        "*,-.PLUGINS*,-.modelgate*",
        "*,-.plugin?-*,-.modelgate*",
    ] {
        assert_eq!(reach(list), Reach::Included, "{list}");
    }
}

#[test]
fn what_is_appended_takes_the_protected_names_off() {
    for list in
        ["*", ".plugins*", "*,-logs", "logs,*model*", "*,-.plugins-ml-model-group*", ".*,-*"]
    {
        assert_eq!(reach(&format!("{list}{EXCLUSION}")), Reach::Nothing, "{list}");
    }
}

#[test]
fn all_in_a_list_and_remote_wildcards_cannot_be_taken_off() {
    for list in [
        "_all,logs",
        "logs,_all",
        "_all,-.*",
        "-logs",
        "-logs,-other",
        "c:*",
        "*:*",
        "*,c:*",
        "c:",
        "c:_all",
        "c:*,-.*",
    ] {
        assert_eq!(reach(list), Reach::Mixed, "{list}");
    }
    assert_eq!(reach("c:*,c:-.*"), Reach::Nothing);
    assert_eq!(reach("c:*,d:-.*"), Reach::Mixed);
}

#[test]
fn the_rest_reaches_nothing() {
    for list in [
        "logs",
        "logs-*",
        ".plugins-ml-model",
        ".plugins-ml-model-group-2",
        "x.plugins-ml-model-group",
        ".plugins-ml-config*",
        "plugins*",
        "<logs-{now/d}>",
        "<logs-{now/d{yyyy.MM.dd|+12:00}}>",
        "logs,-.plugins-ml-model-group",
        "c:logs-*",
        ".kibana*",
        "*,-.*",
        "*.log",
        "<.plugins-{now/d}-x>",
        "<.plugins\\{a\\}-ml-model-group>",
    ] {
        assert_eq!(reach(list), Reach::Nothing, "{list}");
    }
}

#[test]
fn a_star_alone_says_nothing_of_the_protected() {
    for list in ["*", "_all", "", "*,-.plugins*", "logs", "%"] {
        assert!(!reaches_by_more_than_a_star(list), "{list}");
    }
    for list in [".plug*", "*group", "logs,*model*", P, "*,.p*"] {
        assert!(reaches_by_more_than_a_star(list), "{list}");
    }
}

#[test]
fn a_name_is_mentioned_where_it_stands_alone() {
    for text in [P, "a .Plugins-ML-model-group b", "[\".modelgate-names\"]", "x/.modelgate-names/y"]
    {
        assert!(mentions(text), "{text}");
    }
    for text in [
        "",
        ".plugins-ml-model",
        ".plugins-ml-model-groups",
        "my.modelgate-names",
        "-.modelgate-names-",
    ] {
        assert!(!mentions(text), "{text}");
    }
}

#[test]
fn patterns_match_as_globs() {
    for (pattern, text) in [
        ("*", ""),
        ("**", "a"),
        ("a*c", "abc"),
        ("a*c", "ac"),
        ("?b*", "abc"),
        ("*b*b*", "abab"),
        ("A*", "abc"),
    ] {
        assert!(matches(pattern, text), "{pattern} {text}");
    }
    for (pattern, text) in
        [("", "a"), ("a", ""), ("?", ""), ("a*c", "acb"), ("*b?", "ab"), ("ab", "abc")]
    {
        assert!(!matches(pattern, text), "{pattern} {text}");
    }
}

#[test]
fn templates_fill_in_anything() {
    assert_eq!(filled("logs"), None);
    assert_eq!(filled("a{{b}}c${d}e").as_deref(), Some("a*c*e"));
    assert_eq!(filled("{{{x}}}").as_deref(), Some("*"));
    assert_eq!(filled("a{{#b}}c{{/b}}").as_deref(), Some("*"));
    assert_eq!(filled("a{{b").as_deref(), Some("a*"));
}

#[test]
fn a_reason_shows_a_list_up_to_its_hundredth_sign() {
    let short = "é".repeat(100);

    assert_eq!(shown(&short), short);
    assert_eq!(shown(&format!("{short}x")), format!("{short}..."));
}

#[test]
fn an_angle_bracket_alone_is_no_date() {
    for text in ["<", ">", "x.plugins-ml-model-group>", "<.plugins-ml-model-groupx"] {
        assert_eq!(reach(text), Reach::Nothing, "{text}");
    }
}
