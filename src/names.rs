//! Names are unique, for any number of modelgates (D9).
//!
//! Before a group takes a name, the name is reserved: a document in an index of our own, its id the
//! hash of the name, written with `op_type=create`, so that OpenSearch itself decides every race. A
//! reservation whose group does not have the name once the lease is over was left by a crash; the
//! next who wants the name takes it over.

use std::{
    fmt::Write,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use crate::{
    command::Found,
    error::Error,
    group::ModelGroup,
    store::{Store, is_missing_index, read, unsure},
    upstream::{Ask, Reply, Upstream},
};

/// The index of reservations.
pub const INDEX: &str = ".modelgate-names";

/// How long a reservation holds whose group does not have the name.
pub const LEASE: Duration = Duration::from_secs(10);

/// How often a reservation is tried again when others move at the same time.
const ATTEMPTS: usize = 8;

/// What makes the index one of the cluster's own: the first write creates it without.
const SETTINGS: &str = r#"{ "index": { "hidden": true, "auto_expand_replicas": "0-1" } }"#;

/// The reservations, through modelgate's own connections.
#[derive(Debug)]
pub struct Names<'u>(pub &'u Upstream);

/// A name that is kept for a group.
#[derive(Clone, Debug)]
pub struct Reservation {
    id: String,
    name: String,
    group: String,
    version: (i64, i64),
    since: Instant,
}

/// Whether a name could be kept.
#[derive(Clone, Debug)]
pub enum Reserved {
    /// It is kept.
    Kept(Reservation),
    /// Another group has it, or is about to: then the group is not known yet.
    Taken(Option<(String, ModelGroup)>),
}

/// A reservation as it is stored.
struct Holder {
    group: String,
    age: Duration,
    version: (i64, i64),
}

impl Names<'_> {
    /// Keeps a name for the group of that id.
    ///
    /// # Errors
    /// Where the cluster does not tell.
    pub async fn reserve(&self, name: &str, group: &str) -> Result<Reserved, Error> {
        let id = hashed(name);
        let kept = |version| {
            let (id, name, group) = (id.clone(), name.to_owned(), group.to_owned());
            Reserved::Kept(Reservation { id, name, group, version, since: Instant::now() })
        };
        for _ in 0..ATTEMPTS {
            match self.create(&id, name, group).await {
                Ok(Some(version)) => return Ok(kept(version)),
                // Whether it was written shows when the holder is looked at.
                Ok(None) | Err(Error::Unsure(_)) => {}
                Err(error) => return Err(error),
            }
            let Some(holder) = self.holder(&id).await? else { continue };
            if holder.group == group {
                return Ok(kept(holder.version));
            }
            let held = match Store(self.0).found(&holder.group).await? {
                Found::Group(stored) if stored.group.name() == Some(name) => Some(stored.group),
                Found::Group(_) | Found::Nothing | Found::NoIndex => None,
            };
            if held.is_some() || holder.age < LEASE {
                return Ok(Reserved::Taken(held.map(|held| (holder.group, held))));
            }
            if let Some(version) = self.rewrite(&id, name, group, holder.version).await? {
                return Ok(kept(version));
            }
        }
        Ok(Reserved::Taken(None))
    }

    /// Whether a name was kept until its group was written. A slow write may have outlived the
    /// lease: then the reservation is written once more, on the condition that nobody took it, so
    /// that whoever would take it over now sees that it moved, and looks for the group again.
    ///
    /// # Errors
    /// Where the cluster does not tell.
    pub async fn was_kept(&self, reservation: &Reservation) -> Result<bool, Error> {
        let Reservation { id, name, group, version, since } = reservation;
        if since.elapsed() < LEASE / 3 {
            return Ok(true);
        }
        Ok(self.rewrite(id, name, group, *version).await?.is_some())
    }

    /// Gives a name up; that somebody else has it by now is as good. Where it does not work the
    /// lease ends it.
    pub async fn release(&self, reservation: &Reservation) {
        self.remove(&reservation.id, reservation.version).await;
    }

    /// Gives up the name that a group had.
    pub async fn release_of(&self, name: &str, group: &str) {
        let id = hashed(name);
        if let Ok(Some(holder)) = self.holder(&id).await
            && holder.group == group
        {
            self.remove(&id, holder.version).await;
        }
    }

    async fn remove(&self, id: &str, (number, term): (i64, i64)) {
        let target = format!("/{INDEX}/_doc/{id}?if_seq_no={number}&if_primary_term={term}");
        let removed = self.0.ask(read("DELETE", &target, None)).await;
        if let Err(error) = removed {
            tracing::warn!(%error, "a name was not released: its lease ends it");
        }
    }

    async fn create(&self, id: &str, name: &str, group: &str) -> Result<Option<(i64, i64)>, Error> {
        let target = format!("/{INDEX}/_create/{id}");
        self.write(&target, name, group).await
    }

    /// Writes a reservation again, unless it has moved.
    async fn rewrite(
        &self,
        id: &str,
        name: &str,
        group: &str,
        (number, term): (i64, i64),
    ) -> Result<Option<(i64, i64)>, Error> {
        let target = format!("/{INDEX}/_doc/{id}?if_seq_no={number}&if_primary_term={term}");
        self.write(&target, name, group).await
    }

    /// Writes a reservation; nothing where another was first.
    async fn write(
        &self,
        target: &str,
        name: &str,
        group: &str,
    ) -> Result<Option<(i64, i64)>, Error> {
        let body = json!({ "name": name, "group": group, "time": millis() }).to_string();
        let ask = Ask { repeatable: false, ..read("PUT", target, Some(body.as_bytes())) };
        let reply = self.0.ask(ask).await.map_err(unsure)?;
        match reply.status {
            200 | 201 => {
                let version = version(&document(&reply))?;
                if version.0 == 0 {
                    self.settle().await?;
                }
                Ok(Some(version))
            }
            409 => Ok(None),
            _ => Err(Error::unexpected(&reply, "Failed to reserve the name")),
        }
    }

    /// The first write of all has made the index.
    async fn settle(&self) -> Result<(), Error> {
        let target = format!("/{INDEX}/_settings");
        let reply = self.0.ask(read("PUT", &target, Some(SETTINGS.as_bytes()))).await?;
        match reply.status {
            200 => Ok(()),
            _ => Err(Error::unexpected(&reply, "Failed to settle the index of names")),
        }
    }

    async fn holder(&self, id: &str) -> Result<Option<Holder>, Error> {
        let target = format!("/{INDEX}/_doc/{id}");
        let reply = self.0.ask(read("GET", &target, None)).await?;
        let found = document(&reply);
        match reply.status {
            200 => Ok(Some(Holder {
                group: found["_source"]["group"].as_str().unwrap_or_default().to_owned(),
                age: age(found["_source"]["time"].as_u64().unwrap_or_default()),
                version: version(&found)?,
            })),
            404 if found["found"] == false || is_missing_index(&found) => Ok(None),
            _ => Err(Error::unexpected(&reply, "Failed to reserve the name")),
        }
    }
}

fn document(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or(Value::Null)
}

fn version(document: &Value) -> Result<(i64, i64), Error> {
    let number = |key: &str| document[key].as_i64();
    let version = number("_seq_no").zip(number("_primary_term"));
    version.ok_or(Error::Internal("a reservation without a version"))
}

/// A document id for a name of any length.
fn hashed(name: &str) -> String {
    digest(&SHA256, name.as_bytes()).as_ref().iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn millis() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn age(written: u64) -> Duration {
    Duration::from_millis(millis().saturating_sub(written))
}
