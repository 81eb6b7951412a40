//! `GET` and `POST /model_groups/_search`

use std::{borrow::Cow, sync::LazyLock};

use memchr::memmem::Finder;
use serde_json::{Value, json};

use super::{Action, Caller, Proxy, Sent};
use crate::{
    answer::{Answer, Body, Shape},
    config::Scoring,
    error::Error,
    format::Format,
    identity::shown,
    route::Ours,
    search::{Agent, Refusal, Rewritten, Scope, Withheld, question, rewrite, rewrite_knowing},
    store::{INDEX, is_missing_index},
    upstream::{Ask, Reply},
};

/// A filter that finds nothing, and yet does not keep OpenSearch from looking at what is beside it.
const NOTHING: &[u8] = br#"{"bool":{"must_not":[{"exists":{"field":"_seq_no"}}]}}"#;

/// What tells whether a search ran out of time.
static TIMED_OUT: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("timed_out"));

/// Parameters that the cluster itself applies to its answer.
const PASSED_ON: [&str; 4] = ["error_trace", "filter_path", "human", "pretty"];

impl Proxy {
    pub(super) async fn search(
        &self,
        ours: &Ours,
        (caller, shape): (Caller<'_>, &Shape),
        sent: &Sent,
    ) -> Result<Answer, Error> {
        let asked = source(ours, sent)?;
        let scope = match (caller.filter(), self.config.scoring) {
            (Some(filter), Scoring::Relevance) => Scope::Filtered(filter.as_bytes()),
            (Some(filter), Scoring::Constant) => Scope::Level(filter.as_bytes()),
            (None, _) => Scope::All,
        };
        let agent = Agent::of(ours.field("user-agent"));
        let rewritten = match rewrite(&asked, scope, agent) {
            Ok(rewritten) => rewritten,
            Err(refusal) => match question(&asked, scope, agent) {
                Some(asking) => {
                    self.may(ours, caller, Action::Search)?;
                    let reply = self.asked(&asking, "").await?;
                    match rewrite_knowing(&asked, scope, agent, &document(&reply)) {
                        Ok(rewritten) if reply.status == 200 => rewritten,
                        Ok(_) => return self.told(ours, (&asked, scope), None, reply).await,
                        Err(refusal) => return Err(Error::Search(refusal)),
                    }
                }
                None => {
                    return Err(Box::pin(self.better_said(ours, caller, &asked, refusal)).await);
                }
            },
        };
        self.may(ours, caller, Action::Search)?;
        let parameters = match &rewritten.restore {
            restore if restore.is_identity() => passed_on(ours, shape.format),
            restore if restore.is_of_hits() && shape.is_plain() => passed_on(ours, Format::Json),
            _ => String::new(),
        };
        let reply = self.asked(&rewritten.body, &parameters).await?;
        self.told(ours, (&asked, scope), Some((&rewritten, shape)), reply).await
    }

    async fn told(
        &self,
        ours: &Ours,
        asked: (&[u8], Scope<'_>),
        rewritten: Option<(&Rewritten, &Shape)>,
        reply: Reply,
    ) -> Result<Answer, Error> {
        match (reply.status, rewritten) {
            (200, Some((rewritten, _))) if rewritten.restore.is_identity() => Ok(as_found(reply)),
            (200, Some((rewritten, shape))) if shape.is_plain() => in_place(rewritten, reply),
            (200, Some((rewritten, _))) => restored(rewritten, &reply),
            (404, _) if is_missing_index(&document(&reply)) => Ok(Answer::document(200, nothing())),
            // In boxes, here and above: what is rare takes no room of a search.
            _ => Err(Box::pin(self.failed(ours, asked, reply)).await),
        }
    }

    /// Searches the groups. A pipeline that the index has by default could undo the filter.
    async fn asked(&self, body: &[u8], parameters: &str) -> Result<Reply, Error> {
        let target = ["/", INDEX, "/_search?search_pipeline=_none", parameters].concat();
        let ask = Ask {
            method: "POST",
            target: &target,
            fields: &[],
            body: Some(body),
            repeatable: true,
        };
        Ok(self.upstream.ask(ask).await?)
    }

    /// A body that modelgate cannot read, or does not know, may be one that OpenSearch refuses:
    /// then its words are the better ones. It is asked about an index that there is not, so that
    /// nothing is searched, and with the caller's own rights, for nobody knows what is in the body.
    async fn better_said(
        &self,
        ours: &Ours,
        caller: Caller<'_>,
        asked: &[u8],
        refusal: Refusal,
    ) -> Error {
        let told = match &refusal {
            Refusal::Malformed(_) | Refusal::Unknown { .. } => {
                self.as_opensearch_says(ours, asked).await
            }
            Refusal::Refused { .. } => None,
        };
        if let Some(answer) = told {
            return Error::Answered(Box::new(answer));
        }
        let may = self.may(ours, caller, Action::Search);
        may.err().unwrap_or(Error::Search(refusal))
    }

    async fn as_opensearch_says(&self, ours: &Ours, asked: &[u8]) -> Option<Answer> {
        let fields: Vec<(&[u8], &[u8])> = shown(ours).collect();
        // A body of no bytes would be no body at all, which is no fault to OpenSearch.
        let body = if asked.is_empty() { b" " } else { asked };
        let ask = Ask {
            method: "POST",
            target: "/.modelgate-nothing/_search?ignore_unavailable=true",
            fields: &fields,
            body: Some(body),
            repeatable: true,
        };
        let reply = self.upstream.ask_for_caller(ask).await.ok()?;
        let document = document(&reply);
        let is_fault = reply.status == 400 && document.get("error").is_some();
        is_fault.then(|| Answer::simple_fault(400, document))
    }

    /// What a failed search is told as: a fault of the body in OpenSearch's own words, with the
    /// places as they are in the caller's body; a fault of the search with its cause (D13).
    async fn failed(&self, ours: &Ours, (asked, scope): (&[u8], Scope<'_>), reply: Reply) -> Error {
        if reply.status != 400 {
            return Error::unexpected(&reply, "Fail to search");
        }
        if let Some(answer) = self.as_opensearch_says(ours, asked).await {
            return Error::Answered(Box::new(answer));
        }
        let told = match scope {
            Scope::All => Some(document(&reply)),
            Scope::Filtered(_) | Scope::Level(_) => self.as_said_of_nothing(ours, asked).await,
        };
        let document = told.unwrap_or_default();
        let cause = &document["error"]["root_cause"][0];
        let text = |key: &str, or: &str| cause[key].as_str().unwrap_or(or).to_owned();
        let (kind, reason) = (text("type", "status_exception"), text("reason", "Fail to search"));
        Error::Answered(Box::new(Answer::fault(400, &kind, &reason)))
    }

    /// What the search is answered when it looks at no group at all, if that is a fault: the words
    /// of another may tell of groups between those that the caller sees.
    async fn as_said_of_nothing(&self, ours: &Ours, asked: &[u8]) -> Option<Value> {
        let agent = Agent::of(ours.field("user-agent"));
        let rewritten = rewrite(asked, Scope::Filtered(NOTHING), agent).ok()?;
        let reply = self.asked(&rewritten.body, "").await.ok()?;
        (reply.status == 400).then(|| document(&reply))
    }
}

/// The body, else the `source` parameter, as JSON text.
fn source<'b>(ours: &'b Ours, sent: &'b Sent) -> Result<Cow<'b, [u8]>, Error> {
    if !sent.bytes.is_empty() {
        return sent.json();
    }
    match (ours.query.value("source"), ours.query.value("source_content_type")) {
        (None, _) => Err(Error::NoSource),
        (Some(_), None) => Err(Error::SourceWithoutType),
        (Some(source), Some(kind)) => match Format::of_content_type(kind.as_bytes()) {
            Ok(Format::Json) => Ok(source.as_bytes().into()),
            Ok(format) => Ok(format.decode_to_json(source.as_bytes())?.into()),
            Err(_) => Err(Error::SourceType(kind.to_owned())),
        },
    }
}

/// The parameters that shape an answer, each behind an ampersand; its format is the one that the caller's headers and
/// parameters come to, for the body has been turned into JSON.
fn passed_on(ours: &Ours, format: Format) -> String {
    let given = PASSED_ON.into_iter().filter_map(|name| Some((name, ours.query.value(name)?)));
    let mut pairs: Vec<String> =
        given.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    pairs.extend(match format {
        Format::Json => None,
        Format::Yaml => Some("format=yaml".to_owned()),
        Format::Cbor => Some("format=cbor".to_owned()),
        Format::Smile => Some("format=smile".to_owned()),
    });
    pairs.iter().map(|pair| format!("&{pair}")).collect()
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn as_found(reply: Reply) -> Answer {
    let ordinary = Format::Json.content_type();
    let content_type = match reply.field("content-type").unwrap_or_default() {
        said if said == ordinary.as_bytes() => ordinary.into(),
        said => String::from_utf8_lossy(said).into_owned().into(),
    };
    Answer {
        status: status(timed_out(&reply.body)),
        fields: Vec::new(),
        body: Body::Raw { content_type, bytes: reply.body },
    }
}

/// A search that ran out of time is a 408 with all that was found (`model-groups.md` 3.5).
fn status(timed_out: bool) -> u16 {
    if timed_out { 408 } else { 200 }
}

/// Whether an answer says so, in JSON or YAML; it stands at the front, before any group's text.
fn timed_out(body: &[u8]) -> bool {
    let front = &body[..body.len().min(80)];
    let at = TIMED_OUT.find(front);
    let said = at.map_or(b"".as_slice(), |at| &front[at + TIMED_OUT.needle().len()..]);
    [b"\":true".as_slice(), b"\" : true", b": true"].iter().any(|yes| said.starts_with(yes))
}

/// The same, where hits show what the caller did not ask for.
fn in_place(rewritten: &Rewritten, mut reply: Reply) -> Result<Answer, Error> {
    match rewritten.restore.apply_to_bytes(reply.body) {
        Ok(body) => Ok(as_found(Reply { body, ..reply })),
        Err(body) => {
            reply.body = body;
            restored(rewritten, &reply)
        }
    }
}

/// An answer to a search that was asked otherwise than the caller did: it is put back into the
/// asked shape, and the caller's parameters apply to that.
fn restored(rewritten: &Rewritten, reply: &Reply) -> Result<Answer, Error> {
    let withheld = |withheld| match withheld {
        Withheld::Misshapen(_) => {
            Error::Internal("the answer to a rewritten search has not its shape")
        }
        Withheld::Refused(refusal) => Error::Search(refusal),
    };
    let mut document: Value = serde_json::from_slice(&reply.body)
        .map_err(|_| Error::Internal("the answer to a search is no JSON"))?;
    rewritten.restore(&mut document).map_err(withheld)?;
    Ok(Answer::document(status(document["timed_out"] == true), document))
}

/// What ML Commons answers while there is no index (recorded in `golden/search`).
fn nothing() -> Value {
    json!({
        "took": 0, "timed_out": false,
        "_shards": { "total": 0, "successful": 0, "skipped": 0, "failed": 0 },
        "hits": { "total": { "value": 0, "relation": "eq" }, "max_score": 0.0, "hits": [] },
    })
}

fn document(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_out_of_time_is_noticed_at_the_front_of_its_answer() {
        assert!(timed_out(br#"{"took":12,"timed_out":true,"_shards":{}}"#));
        assert!(timed_out(b"{\n  \"took\" : 12,\n  \"timed_out\" : true,"));
        assert!(timed_out(b"---\ntook: 12\ntimed_out: true\n"));
        assert!(!timed_out(br#"{"took":12,"timed_out":false,"x":"\"timed_out\":true"}"#));
    }
}
