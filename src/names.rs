//! Names are unique, for any number of modelgates (D9).
//!
//! Before a group takes a name, the name is reserved: a document in an index of our own, its id the
//! hash of the name, written with `op_type=create`, so that OpenSearch itself decides every race. A
//! reservation whose group does not have the name once the lease is over was left by a crash; the
//! next who wants the name takes it over. Whoever releases a reservation names the version of it
//! that was read before the group gave the name up, so that the group can have taken it again.
//!
//! The write that a crash left behind may still be on its way, for longer than any lease. So who
//! takes over first makes sure that it cannot take effect any more: a group that is there moves on
//! to its next version, which a rename that relies on the last one does not survive; and the id of
//! a group that is not there is fenced. A register writes its group at version 1 of the id, a fence
//! is a deletion at the same version of what is not there, and OpenSearch lets only the first of
//! the two through. Where the group was first, the fence fails and the name is taken. Where the
//! fence was, the register fails, whoever sent it, and tells its client so. A fence changes nothing
//! that anybody sees; who fences twice finds the first one; and who crashes behind it leaves the
//! reservation as it was, for the next to do the same.

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
    store::{Store, is_missing_index, read, write_once},
    upstream::{Reply, Upstream},
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
    /// Whether it was there before: then another change of the same group may rely on it.
    adopted: bool,
}

/// Whether a name could be kept.
#[derive(Clone, Debug)]
pub enum Reserved {
    /// It is kept.
    Kept(Reservation),
    /// Another group has it, or is about to: then the group is not known yet.
    Taken(Taker),
}

/// The group that has a name, with its id, where it is known.
type Taker = Option<(String, ModelGroup)>;

/// What became of writing a reservation.
enum Written {
    /// It was written, as this version.
    As((i64, i64)),
    /// Another was first; perhaps an earlier try of the same write, whose answer was lost.
    Not { perhaps_before: bool },
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
        let kept = |version, since, adopted| {
            let (id, name, group) = (id.clone(), name.to_owned(), group.to_owned());
            Reserved::Kept(Reservation { id, name, group, version, since, adopted })
        };
        let mut lost = false;
        for _ in 0..ATTEMPTS {
            let since = Instant::now();
            match self.create(&id, name, group).await? {
                Written::As(version) => return Ok(kept(version, since, false)),
                Written::Not { perhaps_before } => lost |= perhaps_before,
            }
            let Some(holder) = self.holder(&id).await? else { continue };
            if holder.group != group
                && let Some(taken) = self.taken(name, &holder).await?
            {
                return Ok(Reserved::Taken(taken));
            }
            let since = Instant::now();
            let rewritten = self.rewrite(&id, name, group, holder.version).await?;
            if let Written::As(version) = rewritten {
                return Ok(kept(version, since, holder.group == group && !lost));
            }
        }
        Ok(Reserved::Taken(None))
    }

    /// Who has a name that is reserved for another group, or is about to have it; nothing where the
    /// reservation was left by a crash.
    async fn taken(&self, name: &str, holder: &Holder) -> Result<Option<Taker>, Error> {
        let store = Store(self.0);
        let pending = Ok(Some(None));
        let found = store.found(&holder.group).await?;
        if holder.age >= LEASE && found == Found::NoIndex {
            store.make_index().await?;
        }
        match found {
            Found::Group(stored) if stored.group.name() == Some(name) => {
                Ok(Some(Some((holder.group.clone(), stored.group))))
            }
            _ if holder.age < LEASE => pending,
            // What is still under way must not succeed behind the new holder's back.
            Found::Group(stored) if !store.moved_on(&stored).await? => pending,
            Found::Nothing | Found::NoIndex if !store.fence(&holder.group).await? => pending,
            Found::Group(_) | Found::Nothing | Found::NoIndex => Ok(None),
        }
    }

    /// Whether a name was kept until its group was written. A slow write may have outlived the
    /// lease: then the reservation is written once more, on the condition that nobody took it, so
    /// that whoever would take it over now sees that it moved, and looks for the group again.
    ///
    /// # Errors
    /// Where the cluster does not tell.
    pub async fn was_kept(&self, reservation: &Reservation) -> Result<bool, Error> {
        let Reservation { id, name, group, version, since, .. } = reservation;
        if since.elapsed() < LEASE / 3 {
            return Ok(true);
        }
        match self.rewrite(id, name, group, *version).await? {
            Written::As(_) => Ok(true),
            Written::Not { perhaps_before: false } => Ok(false),
            Written::Not { perhaps_before: true } => {
                Ok(self.holder(id).await?.is_some_and(|holder| holder.group == *group))
            }
        }
    }

    /// The reservation of a name that a group has and is about to give up.
    pub async fn held_by(&self, name: &str, group: &str) -> Option<Reservation> {
        let id = hashed(name);
        let since = Instant::now();
        let holder = self.holder(&id).await.ok().flatten()?;
        let (name, group, version) = (name.to_owned(), group.to_owned(), holder.version);
        let held = Reservation { id, name, group, version, since, adopted: false };
        (holder.group == held.group).then_some(held)
    }

    /// Gives a name up; that somebody else has it by now is as good. Where it does not work the
    /// lease ends it.
    pub async fn release(&self, reservation: &Reservation) {
        let Reservation { id, version: (number, term), adopted, .. } = reservation;
        if *adopted {
            return;
        }
        let target = format!("/{INDEX}/_doc/{id}?if_seq_no={number}&if_primary_term={term}");
        let removed = self.0.ask(read("DELETE", &target, None)).await;
        if let Err(error) = removed {
            tracing::warn!(%error, "a name was not released: its lease ends it");
        }
    }

    async fn create(&self, id: &str, name: &str, group: &str) -> Result<Written, Error> {
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
    ) -> Result<Written, Error> {
        let target = format!("/{INDEX}/_doc/{id}?if_seq_no={number}&if_primary_term={term}");
        self.write(&target, name, group).await
    }

    /// Writes a reservation on a condition that the target names.
    async fn write(&self, target: &str, name: &str, group: &str) -> Result<Written, Error> {
        let body = json!({ "name": name, "group": group, "time": millis() }).to_string();
        let written = write_once(self.0, "PUT", target, Some(body.as_bytes())).await;
        let (reply, repeated) = written.map_err(Error::of_bookkeeping)?;
        match reply.status {
            200 | 201 => {
                let version = version(&document(&reply))?;
                self.settle(version).await?;
                Ok(Written::As(version))
            }
            409 => Ok(Written::Not { perhaps_before: repeated }),
            _ => Err(Error::unexpected(&reply, "Failed to reserve the name")),
        }
    }

    /// The first write of all has made the index, without its settings. Whoever did that may have
    /// crashed before it made them: so each modelgate makes them once itself, where nobody else did.
    async fn settle(&self, (number, _): (i64, i64)) -> Result<(), Error> {
        if number > 0 && self.0.nodes().names_are_settled() {
            return Ok(());
        }
        let target = format!("/{INDEX}/_settings?preserve_existing=true");
        let reply = self.0.ask(read("PUT", &target, Some(SETTINGS.as_bytes()))).await?;
        match reply.status {
            200 => {
                self.0.nodes().note_settled_names();
                Ok(())
            }
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
