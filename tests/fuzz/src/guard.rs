//! `METHOD TARGET\nBODY`: what the guard lets pass reaches no protected index, and without the Security plugin writes none
//! that plugins keep for themselves.

use modelgate::config;
use modelgate::guard::{Guard, Refusal, Request, Verdict, Watch};
use modelgate::wire::{Field, Inspect};

use crate::opensearch::{reaches, writes_of_plugins};

const LIMIT: usize = 64 * 1024;

/// Fails where the guard and the model of OpenSearch disagree.
pub fn check(input: &[u8]) {
    let Some((method, target, body)) = request(input) else { return };
    let guard = Guard::new(config::Guard::Enforce, LIMIT);
    let Ok(verdict) = judged(guard, method, target, body) else {
        assert!(
            judged(guard.without_plugin(), method, target, body).is_err(),
            "{method} {target} passed"
        );
        return;
    };
    let onward = onward(target, &verdict, body);
    assert!(!reaches(method, &onward, body), "{method} {onward} passed");
    if judged(guard.without_plugin(), method, target, body).is_ok() {
        assert!(!writes_of_plugins(method, &onward, body), "{method} {onward} passed");
    }

    let again = judged(guard, method, &onward, body).expect("what goes on would pass again");
    assert_eq!(again.target.as_deref().filter(|_| !is_point(&again, body)), None, "{onward}");
}

/// A request as its head may have it.
fn request(input: &[u8]) -> Option<(&str, &str, &[u8])> {
    let end = input.iter().position(|byte| *byte == b'\n')?;
    let (method, target) = std::str::from_utf8(&input[..end]).ok()?.split_once(' ')?;
    let is_target = target.starts_with('/') && target.bytes().all(|byte| byte.is_ascii_graphic());
    let is_method = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_alphabetic());
    (is_target && is_method).then_some((method, target, &input[end + 1..]))
}

fn judged(guard: Guard, method: &str, target: &str, body: &[u8]) -> Result<Verdict, Refusal> {
    let json = Field { name: "Content-Type", value: b"application/json", line: b"" };
    let request = Request { method, target, fields: &[json], has_body: !body.is_empty() };
    let verdict = guard.judge(&request)?;
    if let Some(watch) = verdict.watch {
        let whole = inspected(watch, body, body.len().max(1));
        assert_eq!(whole.is_ok(), inspected(watch, body, 7).is_ok(), "judged in pieces");
        whole?;
    }
    Ok(verdict)
}

/// Whether a body passes that comes in pieces of a size; whether it is of a point in time.
fn inspected(watch: Watch, body: &[u8], piece: usize) -> Result<bool, Refusal> {
    let mut inspector = watch.begin();
    for data in body.chunks(piece) {
        inspector.look(data, data.len(), false)?;
    }
    inspector.look(&[], 0, true)?;
    Ok(inspector.has_point_in_time() == Some(true))
}

fn is_point(verdict: &Verdict, body: &[u8]) -> bool {
    verdict.unless_point_in_time
        && verdict.watch.is_some_and(|watch| inspected(watch, body, LIMIT).unwrap_or(false))
}

fn onward(target: &str, verdict: &Verdict, body: &[u8]) -> String {
    let narrowed = verdict.target.as_deref().filter(|_| !is_point(verdict, body));
    narrowed.unwrap_or(target).to_owned()
}
