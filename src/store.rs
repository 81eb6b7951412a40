//! The facts that the rules need, and what they permit: reads and writes of the group index.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rustls::crypto::ring;
use serde_json::{Map, Value, json};

mod late;
mod once;

pub(crate) use once::write_once;

use crate::{
    access::sees,
    answer::{Answer, Body},
    command::{Effect, Found, Permitted, Stored},
    config::HiddenGroups,
    error::Error,
    group::ModelGroup,
    principal::Who,
    upstream::{Ask, Reply, Upstream},
};

/// The index of model groups: ML Commons' own.
pub const INDEX: &str = ".plugins-ml-model-group";

/// The index of models, in which a group's models are counted.
pub const MODELS: &str = ".plugins-ml-model";

/// Longest name that the mapping keeps as a keyword, in UTF-16 units.
const LONGEST_KEYWORD: usize = 256;

/// The condition of a register: that nothing is and, as far as OpenSearch remembers, nothing was
/// under the id. Unlike `op_type=create` it sees what was deleted, a [fence](Store::fence) too.
const FIRST: &str = "version=1&version_type=external";

/// How often an update is tried again on what another writer left (D10).
const ATTEMPTS: usize = 5;

/// Settings and mapping with which ML Commons 3.4 makes the index (`model-groups.md` 2.6), and the
/// fields that the first owner adds to it: a search could tell whether there was one.
const DEFINITION: &str = include_str!("store/model-group.json");

/// The index, through modelgate's own connections.
#[derive(Debug)]
pub struct Store<'u>(pub &'u Upstream);

impl Store<'_> {
    /// What is stored under an id.
    ///
    /// # Errors
    /// Where the cluster does not tell.
    pub async fn found(&self, id: &str) -> Result<Found, Error> {
        let target = format!("/{INDEX}/_doc/{}", encoded(id));
        let reply = self.0.ask(read("GET", &target, None)).await?;
        let document = document(&reply);
        match (reply.status, document.get("found").and_then(Value::as_bool)) {
            (200, Some(true)) => Ok(Found::Group(Box::new(stored(id, document)?))),
            (404, Some(false)) => Ok(Found::Nothing),
            (404, None) if is_missing_index(&document) => Ok(Found::NoIndex),
            _ => Err(Error::unexpected(&reply, "Failed to get data object from index")),
        }
    }

    /// A group that has a name, with its id: of several one that `who` sees. A missing index has
    /// none, and is made before the first group is written.
    ///
    /// # Errors
    /// Where the cluster does not tell.
    pub async fn named(&self, name: &str, who: Who<'_>) -> Result<Named, Error> {
        let query = json!({ "size": 100, "query": { "bool": { "filter": [of_name(name)] } } });
        let target = format!("/{INDEX}/_search");
        let reply = self.once_started(&target, &query.to_string()).await?;
        let mut document = document(&reply);
        match reply.status {
            200 => Ok(Named { group: one_of_name(&mut document, name, who), no_index: false }),
            404 if is_missing_index(&document) => Ok(Named { group: None, no_index: true }),
            _ => Err(Error::unexpected(&reply, "Failed to search indices")),
        }
    }

    /// Searches, a second time where the index was so new that its shard had not started.
    async fn once_started(&self, target: &str, query: &str) -> Result<Reply, Error> {
        let ask = read("POST", target, Some(query.as_bytes()));
        let reply = self.0.ask(ask).await?;
        if reply.status != 503 {
            return Ok(reply);
        }
        let started = format!("/_cluster/health/{INDEX}?wait_for_status=yellow&timeout=5s");
        self.0.ask(read("GET", &started, None)).await?;
        Ok(self.0.ask(ask).await?)
    }

    /// Whether a model belongs to the group: also one that was written just now.
    ///
    /// # Errors
    /// Where the cluster does not tell.
    pub async fn has_models(&self, group: &str) -> Result<bool, Error> {
        let query = json!({
            "size": 0, "terminate_after": 1, "track_total_hits": 1,
            "query": { "bool": { "filter": [{ "term": { "model_group_id": group } }] } },
        });
        let refreshed = self.0.ask(read("POST", &format!("/{MODELS}/_refresh"), None)).await?;
        match refreshed.status {
            200 => {}
            404 if is_missing_index(&document(&refreshed)) => return Ok(false),
            _ => return Err(Error::unexpected(&refreshed, "Failed to search indices")),
        }
        let target = format!("/{MODELS}/_search");
        let reply = self.0.ask(read("POST", &target, Some(query.to_string().as_bytes()))).await?;
        let document = document(&reply);
        match reply.status {
            200 => Ok(document["hits"]["total"]["value"].as_u64() != Some(0)),
            404 if is_missing_index(&document) => Ok(false),
            _ => Err(Error::unexpected(&reply, "Failed to search indices")),
        }
    }

    /// Makes the index of groups; that another did so first is as good.
    ///
    /// # Errors
    /// Where it is not made.
    pub async fn make_index(&self) -> Result<(), Error> {
        let target = format!("/{INDEX}");
        let reply = self.0.ask(read("PUT", &target, Some(DEFINITION.as_bytes()))).await?;
        let kind = document(&reply)["error"]["type"].as_str().map(str::to_owned);
        match (reply.status, kind.as_deref()) {
            (200, _) | (400, Some("resource_already_exists_exception")) => Ok(()),
            _ => Err(Error::unexpected(&reply, "Failed to create index")),
        }
    }

    /// Does what was permitted; a new group gets that id.
    ///
    /// # Errors
    /// Where it was not done, or nobody can say.
    pub async fn perform(&self, permitted: Permitted, id: &str) -> Result<Performed, Error> {
        match permitted.effect() {
            Effect::Create(document) => self.create(id, document).await,
            Effect::Delete(stored) => self.delete(&stored.id, Some(stored.version)).await,
            Effect::DeleteNothing(id, HiddenGroups::Absent) => self.delete_nothing(&id).await,
            Effect::DeleteNothing(id, HiddenGroups::Revealed) => self.delete(&id, None).await,
            Effect::Show(group) => Ok(Performed::Done(Answer::document(200, group))),
            Effect::Update(stored, changes) => self.update(&stored, changes).await,
        }
    }

    /// The id is modelgate's own: what is there under it was made by an earlier try. One that is not
    /// there and cannot be made is fenced.
    async fn create(&self, id: &str, mut document: Map<String, Value>) -> Result<Performed, Error> {
        let now = json!(now());
        document.insert("created_time".to_owned(), now.clone());
        document.insert("last_updated_time".to_owned(), now);
        let target = format!("/{INDEX}/_doc/{id}?{FIRST}&refresh=true");
        let body = Value::Object(document).to_string();
        let created = json!({ "model_group_id": id, "status": "CREATED" });
        match write_once(self.0, "PUT", &target, Some(body.as_bytes())).await? {
            (Reply { status: 201, .. }, _) => Ok(Performed::Done(Answer::document(200, created))),
            (Reply { status: 409, .. }, false) => Ok(Performed::Outrun),
            (Reply { status: 409, .. }, true) => match self.found(id).await {
                Ok(Found::Group(_)) => Ok(Performed::Done(Answer::document(200, created))),
                Ok(Found::Nothing | Found::NoIndex) | Err(_) => Err(Error::unsure(Error::Outrun)),
            },
            (reply, _) => Err(Error::unexpected(&reply, "Failed to put data object in index")),
        }
    }

    async fn update(
        &self,
        stored: &Stored,
        changes: Map<String, Value>,
    ) -> Result<Performed, Error> {
        let mut members = changes.clone();
        members.insert("last_updated_time".to_owned(), json!(now()));
        let target = format!("{}&refresh=true", update_of(stored));
        let body = json!({ "doc": members }).to_string();
        let (reply, repeated) = write_once(self.0, "POST", &target, Some(body.as_bytes())).await?;
        match reply.status {
            200 => Ok(updated()),
            // What is there as it was asked for was done, by whichever try; else another write came
            // before this one, or behind it.
            409 if repeated => match self.found(&stored.id).await {
                Ok(Found::Group(now)) if now.group.has_all(&changes) => Ok(updated()),
                Ok(Found::Group(_) | Found::Nothing | Found::NoIndex) | Err(_) => {
                    Err(Error::unsure(Error::Outrun))
                }
            },
            404 | 409 => Ok(Performed::Outrun),
            _ => Err(Error::unexpected(&reply, "Failed to update Model Group")),
        }
    }

    /// Deletes a document, on the condition of its version where one is given.
    pub(crate) async fn delete(
        &self,
        id: &str,
        version: Option<(i64, i64)>,
    ) -> Result<Performed, Error> {
        let condition =
            version.map(|(number, term)| format!("&if_seq_no={number}&if_primary_term={term}"));
        let condition = condition.unwrap_or_default();
        let target = format!("/{INDEX}/_doc/{}?refresh=true{condition}", encoded(id));
        let (reply, _) = write_once(self.0, "DELETE", &target, None).await?;
        let document = document(&reply);
        match reply.status {
            200 => Ok(Performed::Done(Answer::document(200, document))),
            // ML Commons says 200 to what was not there, too.
            404 if document.get("result").is_some() => {
                Ok(Performed::Done(Answer::document(200, document)))
            }
            404 if is_missing_index(&document) => {
                Err(Error::Denied(crate::command::Denial::NoIndexToChange))
            }
            409 => Ok(Performed::Outrun),
            _ => Err(Error::unexpected(&reply, "Failed to delete data object from index")),
        }
    }

    /// A real deletion of an id that nothing has, answered under the id that was asked for: so a
    /// hidden group answers as an absent one, counters included (D1, D4).
    async fn delete_nothing(&self, id: &str) -> Result<Performed, Error> {
        let mut performed = self.delete(&format!("absent {id}"), None).await?;
        if let Performed::Done(Answer { body: Body::Document(document), .. }) = &mut performed {
            document["_id"] = json!(id);
        }
        Ok(performed)
    }
}

/// What a search for a name found.
#[derive(Clone, Debug)]
pub struct Named {
    /// The group and its id.
    pub group: Option<(String, ModelGroup)>,
    /// Whether there is no index yet.
    pub no_index: bool,
}

/// The query that finds groups of a name, and perhaps others: the mapping leaves longer names out
/// of the keyword.
fn of_name(name: &str) -> Value {
    if name.encode_utf16().count() > LONGEST_KEYWORD {
        return json!({ "match_phrase": { "name": name } });
    }
    json!({ "term": { "name.keyword": { "value": name } } })
}

fn one_of_name(document: &mut Value, name: &str, who: Who<'_>) -> Option<(String, ModelGroup)> {
    let hits = document["hits"]["hits"].as_array_mut()?;
    let groups = hits.iter_mut().map(|hit| {
        let id = hit["_id"].as_str().unwrap_or_default().to_owned();
        (id, ModelGroup::of(hit["_source"].take()))
    });
    let mut named = groups.filter(|(_, group)| group.name() == Some(name));
    let first = named.next()?;
    if sees(who, &first.1) {
        return Some(first);
    }
    Some(named.find(|(_, group)| sees(who, group)).unwrap_or(first))
}

/// What became of a permitted command.
#[derive(Debug)]
pub enum Performed {
    /// It was done.
    Done(Answer),
    /// Another writer came first: the facts have to be read anew.
    Outrun,
}

/// How often facts are read anew.
pub fn attempts() -> std::ops::Range<usize> {
    0..ATTEMPTS
}

pub(crate) fn read<'a>(method: &'static str, target: &'a str, body: Option<&'a [u8]>) -> Ask<'a> {
    Ask { method, target, fields: &[], body, repeatable: true }
}

fn updated() -> Performed {
    Performed::Done(Answer::document(200, json!({ "status": "Updated" })))
}

fn update_of(stored: &Stored) -> String {
    let (id, (number, term)) = (encoded(&stored.id), stored.version);
    format!("/{INDEX}/_update/{id}?if_seq_no={number}&if_primary_term={term}")
}

fn document(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or(Value::Null)
}

fn stored(id: &str, mut document: Value) -> Result<Stored, Error> {
    let number = |key: &str| document.get(key).and_then(Value::as_i64);
    let version = number("_seq_no").zip(number("_primary_term"));
    let version = version.ok_or(Error::Internal("a document without a version"))?;
    let group = ModelGroup::of(document["_source"].take());
    Ok(Stored { id: id.to_owned(), group, version })
}

/// Whether the cluster says that an index is not there.
pub fn is_missing_index(document: &Value) -> bool {
    document["error"]["type"] == "index_not_found_exception"
}

fn encoded(id: &str) -> String {
    utf8_percent_encode(id, NON_ALPHANUMERIC).to_string()
}

/// 20 URL-safe signs, as OpenSearch's own ids; the first is a letter or digit.
///
/// # Errors
/// Where the system gives no randomness.
pub fn fresh_id() -> Result<String, Error> {
    loop {
        let mut bytes = [0; 15];
        let filled = ring::default_provider().secure_random.fill(&mut bytes);
        filled.map_err(|_| Error::Internal("no randomness"))?;
        let id = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
        if id.starts_with(|sign: char| sign.is_ascii_alphanumeric()) {
            return Ok(id);
        }
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_20_signs_and_do_not_repeat() {
        let first = fresh_id().unwrap();

        assert_eq!(first.len(), 20);
        assert_ne!(first, fresh_id().unwrap());
    }

    #[test]
    fn the_definition_is_json() {
        let definition: Value = serde_json::from_str(DEFINITION).unwrap();

        assert_eq!(definition["mappings"]["_meta"]["schema_version"], 4);
    }
}
