//! What the headers and parameters of a request of ours say of its body and its answer.

use std::io::Read;

use crate::{
    answer::Shape,
    error::Error,
    filter_path::FilterPath,
    format::{ContentTypeError, Format},
    route::{Ours, Query, Route},
};

/// Parameters that every route has.
const COMMON: [&str; 5] = ["error_trace", "filter_path", "format", "human", "pretty"];

/// The path's own parameter, which the query may repeat in vain.
const OF_A_GROUP: [&str; 1] = ["model_group_id"];

/// Parameters of search, where it has no body: else nobody looks at them.
const OF_SEARCH: [&str; 2] = ["source", "source_content_type"];

/// How the caller wants the answer.
///
/// # Errors
/// A boolean that is none.
pub(super) fn of(ours: &Ours) -> Result<Shape, Error> {
    boolean(&ours.query, "human")?;
    Ok(Shape {
        format: format(ours),
        pretty: boolean(&ours.query, "pretty")?,
        filter: ours.query.value("filter_path").and_then(FilterPath::parse),
        error_trace: boolean(&ours.query, "error_trace")?,
    })
}

/// `?format=`, then `Accept`, then the body's type (`model-groups.md` 1.2).
fn format(ours: &Ours) -> Format {
    let asked = ours.query.value("format").and_then(Format::of_format_parameter);
    let accepted = || ours.field("accept").and_then(Format::of_accept);
    let sent = || ours.field("content-type").and_then(|value| Format::of_content_type(value).ok());
    asked.or_else(accepted).or_else(sent).unwrap_or(Format::Json)
}

fn boolean(query: &Query, name: &str) -> Result<bool, Error> {
    match query.value(name) {
        None | Some("false") => Ok(false),
        Some("" | "true") => Ok(true),
        Some(other) => Err(Error::BadBoolean(other.to_owned())),
    }
}

/// The format of the body. It must have a type that is understood; one of another type, or two types, is refused before
/// anybody is asked who the caller is.
///
/// # Errors
/// The 406 or 400 that says so.
pub(super) fn sent_format(ours: &Ours) -> Result<Option<Format>, Error> {
    let mut types =
        ours.fields.iter().filter(|(name, _)| name.eq_ignore_ascii_case(b"content-type"));
    match (types.next(), types.next()) {
        (Some((_, value)), None) => match Format::of_content_type(value) {
            Err(ContentTypeError::Unsupported(_)) if ours.framing().is_none() => Ok(None),
            format => Ok(Some(format?)),
        },
        (None, _) if ours.framing().is_none() => Ok(None),
        (None, _) => Err(ContentTypeError::Unsupported(String::new()).into()),
        (Some(_), Some(_)) => Err(ContentTypeError::Repeated.into()),
    }
}

/// The body without its content coding, at most `most` bytes of it.
///
/// # Errors
/// A coding that is not understood, or that the body does not keep to.
pub(super) fn decoded(ours: &Ours, body: Vec<u8>, most: usize) -> Result<Vec<u8>, Error> {
    let coding = ours.field("content-encoding").map(String::from_utf8_lossy);
    let coding = coding.unwrap_or_default().trim().to_ascii_lowercase();
    let unread = || Error::ContentEncoding(coding.clone());
    match coding.as_str() {
        "" | "identity" => Ok(body),
        "gzip" | "x-gzip" => inflated(flate2::read::MultiGzDecoder::new(&body[..]), most, unread),
        "deflate" => inflated(flate2::read::ZlibDecoder::new(&body[..]), most, unread),
        _ => Err(unread()),
    }
}

fn inflated(from: impl Read, most: usize, unread: impl Fn() -> Error) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    from.take(most as u64 + 1).read_to_end(&mut body).map_err(|_| unread())?;
    if body.len() > most { Err(Error::BodyTooLarge(most)) } else { Ok(body) }
}

/// No parameter that the route does not know.
///
/// # Errors
/// Those there are, sorted, with what might have been meant (OpenSearch's `BaseRestHandler`).
pub(super) fn check_parameters(ours: &Ours) -> Result<(), Error> {
    let own: &[&str] = match &ours.route {
        Route::Delete(_) | Route::Get(_) | Route::Update(_) => &OF_A_GROUP,
        Route::Search if ours.framing().is_none() => &OF_SEARCH,
        Route::BadEscape
        | Route::NotAllowed(_)
        | Route::Nothing
        | Route::Options(_)
        | Route::Register
        | Route::Search => &[],
    };
    let known = |name: &&str| COMMON.contains(name) || own.contains(name);
    let unknown: Vec<&str> = ours.query.names().filter(|name| !known(name)).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let told: Vec<String> = unknown.iter().map(|name| format!("[{name}]{}", meant(name))).collect();
    let plural = if told.len() > 1 { "s" } else { "" };
    let (path, told) = (ours.path(), told.join(", "));
    Err(Error::Unrecognized(format!(
        "request [{path}] contains unrecognized parameter{plural}: {told}"
    )))
}

/// What a misspelt parameter might have meant.
fn meant(name: &str) -> String {
    let near = |known: &&str| strsim::normalized_levenshtein(name, known) > 0.5;
    let mut near: Vec<&str> = COMMON.into_iter().filter(near).collect();
    near.sort_by(|one, other| {
        let of = |known: &str| strsim::normalized_levenshtein(name, known);
        of(other).total_cmp(&of(one))
    });
    match near.as_slice() {
        [] => String::new(),
        [one] => format!(" -> did you mean [{one}]?"),
        several => format!(" -> did you mean any of [{}]?", several.join(", ")),
    }
}

/// The `Warning` field that names what a body said in vain (D14).
pub(super) fn warning(unknown: &[String]) -> Option<String> {
    if unknown.is_empty() {
        return None;
    }
    let names: Vec<String> =
        unknown.iter().take(10).map(|name| format!("[{}]", plain(name))).collect();
    let more = if unknown.len() > names.len() { ", ..." } else { "" };
    Some(format!("299 modelgate \"unknown keys are ignored: {}{more}\"", names.join(", ")))
}

/// A name as a quoted string of a header can hold it.
fn plain(name: &str) -> String {
    let fits =
        |sign: char| if sign.is_ascii_graphic() && !"\"\\".contains(sign) { sign } else { '?' };
    name.chars().take(64).map(fits).collect()
}
