use std::fmt::Write;

use read::READ;
use refused::REFUSED;

use super::*;

mod read;
mod refused;

const SOURCE: &str =
    "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); ";

#[test]
fn what_jackson_reads_is_read_token_by_token() {
    for (input, expected) in READ {
        assert_eq!(trace(input).unwrap(), *expected, "{}", input.escape_ascii());
    }
}

#[test]
fn what_jackson_refuses_is_refused_with_its_words() {
    for (input, kind, reason) in REFUSED {
        let error = trace(input).unwrap_err();

        let expected = (*kind, reason.replace("[@ ", SOURCE));
        assert_eq!((error.type_name(), error.reason.clone()), expected, "{}", input.escape_ascii());
        assert_eq!(error.status(), 400);
    }
}

#[test]
fn a_fault_in_a_string_that_nobody_looks_at_is_told_with_the_next_token() {
    let mut parser = Parser::new(b"[\"a\\x\"]");

    assert_eq!(parser.next_token(), Ok(Some(Token::StartArray)));
    assert_eq!(parser.next_token(), Ok(Some(Token::ValueString)));
    assert!(parser.next_token().is_err());
    assert!(parser.next_token().is_err());
}

#[test]
fn nothing_deeper_than_a_thousand_is_read() {
    let deep = |depth| ["[".repeat(depth), "]".repeat(depth)].concat();

    let error = trace(deep(1_001).as_bytes()).unwrap_err();

    assert!(trace(deep(1_000).as_bytes()).is_ok());
    assert_eq!((error.type_name(), error.status()), ("stream_constraints_exception", 500));
    assert_eq!(
        error.reason,
        "Document nesting depth (1001) exceeds the maximum allowed (1000, from \
         `StreamReadConstraints.getMaxNestingDepth()`)"
    );
}

#[test]
fn long_names_and_numbers_are_refused_with_the_length_that_jackson_sees() {
    let name = |length| format!("{{\"{}\":1}}", "a".repeat(length));
    let number = |digits| format!("[-{}]", "1".repeat(digits));
    let length = |input: String| {
        let reason = trace(input.as_bytes()).unwrap_err().reason;
        reason.split(['(', ')']).nth(1).unwrap().to_owned()
    };

    assert!(trace(name(50_000).as_bytes()).is_ok());
    assert!(trace(number(1_000).as_bytes()).is_ok());
    assert_eq!(length(name(50_001)), "50001");
    assert_eq!(length(name(70_000)), "65536");
    assert_eq!(length(number(1_001)), "1001");
}

#[test]
fn the_text_of_a_long_string_is_refused_with_the_length_that_jackson_sees() {
    let length = |bytes: usize| {
        let text = vec![b'a'; bytes];
        let refused = Text::new(&text).within_limit().unwrap_err();
        refused.reason.split(['(', ')']).nth(1).unwrap().to_owned()
    };

    assert_eq!(length(50_000_001), "50000001");
}

#[test]
fn other_encodings_than_utf_8_are_refused() {
    for input in
        [b"{\0\"\0".as_slice(), b"\0{\0\"", b"\xfe\xff\0{", b"\xff\xfe{\0", b"\0\0\0{", b"5\0"]
    {
        assert_eq!(trace(input).unwrap_err().type_name(), "json_parse_exception");
    }
}

#[test]
fn null_and_arrays_have_no_text() {
    let mut parser = Parser::new(b"{\"name\": null}");
    parser.next_token().unwrap();
    parser.next_token().unwrap();
    assert_eq!(parser.text().unwrap(), "name");
    parser.next_token().unwrap();

    let error = parser.text().unwrap_err();

    assert_eq!(error.reason, "Can't get text on a VALUE_NULL at 1:10");
    assert_eq!((error.type_name(), error.status()), ("illegal_state_exception", 500));
}

#[test]
fn children_are_skipped_to_their_end_and_checked() {
    let input = b"{\"a\":{\"b\":[1,{}]},\"c\":2}";
    let mut parser = Parser::new(input);
    for _ in 0..3 {
        parser.next_token().unwrap();
    }
    let start = parser.span().start;

    parser.skip_children().unwrap();

    assert_eq!(parser.current(), Some(Token::EndObject));
    assert_eq!(&input[start..parser.span().end], b"{\"b\":[1,{}]}");
    assert_eq!(parser.next_token(), Ok(Some(Token::FieldName)));
    assert_eq!(parser.name(), "c");
    assert!(Parser::new(b"[{\"a\":1,\"a\":2}]").skip_all().is_err());
}

#[test]
fn a_boolean_may_be_a_string_spelled_exactly() {
    let boolean = |input: &'static [u8]| {
        let mut parser = Parser::new(input);
        parser.next_token().unwrap();
        parser.boolean().map_err(|error| (error.type_name(), error.reason))
    };

    assert_eq!(boolean(b"true"), Ok(true));
    assert_eq!(boolean(b"\"false\""), Ok(false));
    assert_eq!(boolean(b"\"\""), Ok(false));
    let refused = "Failed to parse value [TRUE] as only [true] or [false] are allowed.";
    assert_eq!(boolean(b"\"TRUE\""), Err(("illegal_argument_exception", refused.to_owned())));
    let (kind, reason) = boolean(b"1").unwrap_err();
    assert_eq!(kind, "json_parse_exception");
    assert!(
        reason.starts_with("Current token (VALUE_NUMBER_INT) not of boolean type\n at [Source")
    );
}

#[test]
fn a_canonical_value_is_the_same_value_in_strict_json() {
    let input = b"/**/{\"a\" : [1.50, -0, {}, [], \"\\u0041\\/\\ud800\\n\", true, null], \"b\":{\"c\":\"\xc0\xaf\"}} x";

    let written = canonical(input, Trailing::Ignored).unwrap();

    let expected = r#"{"a":[1.50,-0,{},[],"A/\uD800\u000A",true,null],"b":{"c":"/"}}"#;
    assert_eq!(String::from_utf8(written).unwrap(), expected);
    assert!(canonical(input, Trailing::Refused).is_err());
    assert!(canonical(b"{} []", Trailing::Refused).is_err());
    assert_eq!(canonical(b" 12 /**/", Trailing::Refused).unwrap(), b"12");
    assert!(canonical(b" ", Trailing::Ignored).is_err());
}

impl Parser<'_> {
    fn skip_all(&mut self) -> Result<(), JsonError> {
        self.next_token()?;
        self.skip_children()
    }
}

/// Every token as `NAME@line:column="text"`, as the tables have them.
fn trace(input: &[u8]) -> Result<String, JsonError> {
    let mut parser = Parser::new(input);
    let mut trace = String::new();
    while let Some(token) = parser.next_token()? {
        let Location { line, column } = parser.token_location();
        write!(trace, "{}@{line}:{column}", token.name()).unwrap();
        if token == Token::FieldName || token.is_scalar() {
            write!(trace, "=\"{}\"", units(parser.text()?)).unwrap();
        }
        trace.push(' ');
    }
    let Location { line, column } = parser.token_location();
    write!(trace, "END@{line}:{column}").unwrap();
    Ok(trace)
}

fn units(text: Text<'_>) -> String {
    let units = text.runs().flat_map(|(run, lone)| run.encode_utf16().chain(lone));
    units.map(escaped).collect()
}

fn escaped(unit: u16) -> String {
    match u8::try_from(unit).map(char::from) {
        Ok(char @ ('"' | '\\')) => format!("\\{char}"),
        Ok(char @ ' '..='~') => char.to_string(),
        _ => format!("\\u{unit:04x}"),
    }
}
