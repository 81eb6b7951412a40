//! What stands in the log.

use std::io::Write;
use std::sync::Arc;
use std::sync::Mutex;

use serde_json::Value;
use tracing::dispatcher::with_default;

use super::*;

#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<u8>>>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is written while `run` runs with these settings of `[log]`.
fn written(settings: &[(&str, &str)], run: impl FnOnce()) -> String {
    let settings = settings.iter().map(|(key, value)| {
        (format!("MODELGATE_LOG_{}", key.to_uppercase()).into(), (*value).into())
    });
    let config = crate::config::Config::load(&Default::default(), settings).unwrap();
    let output = Output::default();
    let writer = output.clone();

    with_default(&dispatch(&config.log, false, move || writer.clone()), run);

    let bytes = output.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

fn line() -> AccessLine<'static> {
    AccessLine {
        client: "127.0.0.1:40000".parse().unwrap(),
        method: "GET",
        path: "/a%20b?token=secret",
        route: "passthrough",
        status: 200,
        who: Some("alice"),
        millis: 12,
        request_bytes: 3,
        response_bytes: 4,
        fault: None,
    }
}

#[test]
fn a_request_is_one_line_of_text() {
    let log = written(&[], || line().log());

    let (_, line) = log.split_once("INFO ").unwrap();
    assert_eq!(
        line,
        "modelgate::access: request client=127.0.0.1:40000 method=\"GET\" path=\"/a%20b\" \
         route=\"passthrough\" status=200 who=\"alice\" millis=12 request_bytes=3 response_bytes=4\n"
    );
}

#[test]
fn a_request_is_one_object_of_json() {
    let log = written(&[("format", "json")], || {
        AccessLine { who: None, fault: Some("client"), ..line() }.log();
    });

    let mut object: Value = serde_json::from_str(&log).unwrap();
    let timestamp = object.as_object_mut().unwrap().shift_remove("timestamp").unwrap();
    assert!(timestamp.as_str().unwrap().ends_with('Z'), "{timestamp}");
    assert_eq!(
        object,
        serde_json::json!({
            "level": "INFO", "target": "modelgate::access", "message": "request",
            "client": "127.0.0.1:40000", "method": "GET", "path": "/a%20b", "route": "passthrough",
            "status": 200, "millis": 12, "request_bytes": 3, "response_bytes": 4, "fault": "client",
        })
    );
    assert_eq!(log.lines().count(), 1);
}

#[test]
fn the_line_is_there_only_where_it_is_wanted() {
    let wanted = |settings: &[(&str, &str)]| !written(settings, || line().log()).is_empty();

    assert!(wanted(&[("level", "info")]));
    assert!(wanted(&[("level", "off,modelgate::access=info")]));
    assert!(!wanted(&[("level", "warn")]));
    assert!(!wanted(&[("access", "false")]));
    assert!(!wanted(&[("access", "false"), ("level", "modelgate::access=trace")]));
}

#[test]
fn other_lines_do_not_depend_on_the_line_of_a_request() {
    let log = written(&[("access", "false")], || tracing::warn!(left = 1, "requests were cut"));

    assert!(log.ends_with("modelgate::telemetry::tests: requests were cut left=1\n"), "{log}");
}

#[test]
fn what_a_client_chose_cannot_make_a_line_of_its_own() {
    for format in ["text", "json"] {
        let log = written(&[("format", format)], || {
            let (who, method) = (Some("eve\r\n\u{1b}[2J\u{85}"), "GET\u{85}");
            AccessLine { who, method, path: "/a\nb\u{0}", ..line() }.log();
        });

        assert_eq!(log.lines().count(), 1, "{log}");
        assert!(!log.trim_end_matches('\n').contains(char::is_control), "{log:?}");
    }
}

#[test]
fn a_long_path_is_cut() {
    let path = format!("/{}é{}", "x".repeat(510), "y".repeat(100));

    let log = written(&[("format", "json")], || AccessLine { path: &path, ..line() }.log());

    let object: Value = serde_json::from_str(&log).unwrap();
    assert_eq!(object["path"], format!("/{}é", "x".repeat(510)));
}
