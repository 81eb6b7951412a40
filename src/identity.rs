//! Who is asking.
//!
//! Sources are asked in their order; the first that knows credentials of the kind decides, and a
//! bad credential is a 401, never "anonymous".

mod basic;
mod near;
mod opensearch;
mod users;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use moka::future::Cache;
use ring::hmac;

pub use users::UsersError;

use crate::{
    access,
    answer::{Answer, Body},
    config::{self, Source},
    error::Error,
    metrics::{self, Counter},
    principal::{Principal, Who},
    route::Ours,
    upstream::Upstream,
};
use users::Users;

/// A keyed hash of all that a caller shows of itself: no secret is kept.
type Key = [u8; 32];

/// Looks callers up, and remembers them for a short time.
#[derive(Debug)]
pub struct Identity {
    sources: Vec<Source>,
    users: Option<Users>,
    known: Option<Cache<Key, Arc<Known>>>,
    /// How long somebody who was looked up is believed.
    time: Duration,
    key: hmac::Key,
    admin_roles: Vec<String>,
    read_roles: Vec<String>,
    write_roles: Vec<String>,
}

/// Somebody who was looked up.
#[derive(Debug)]
pub struct Known {
    /// Whom the credentials showed.
    pub principal: Principal,
    /// The query for the groups that this one may see, as JSON text; `None` where that is all. It is made once, for
    /// each of a thousand backend roles stands in it.
    pub filter: Option<String>,
    since: Instant,
}

impl From<Principal> for Known {
    fn from(principal: Principal) -> Self {
        let filter = access::filter(Who::User(&principal)).map(|filter| filter.to_string());
        Self { principal, filter, since: Instant::now() }
    }
}

impl Identity {
    /// The sources of the configuration.
    ///
    /// # Errors
    /// A file of users that cannot be read, or no randomness for the key.
    pub fn new(config: &config::Identity) -> Result<Self, UsersError> {
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &ring::rand::SystemRandom::new())
            .map_err(|_| UsersError::NoRandomness)?;
        let known = (!config.cache.is_zero()).then(|| {
            Cache::builder()
                .max_capacity(config.cache_entries as u64)
                .time_to_live(*config.cache)
                .build()
        });
        Ok(Self {
            sources: config.source.to_vec(),
            users: config.users.as_deref().map(Users::load).transpose()?,
            known,
            time: *config.cache,
            key,
            admin_roles: config.admin_roles.to_vec(),
            read_roles: config.read_roles.to_vec(),
            write_roles: config.write_roles.to_vec(),
        })
    }

    /// The caller; `None` where callers are not told apart.
    ///
    /// # Errors
    /// The 401 of a caller that cannot be believed, or that nobody could be asked.
    pub async fn of(&self, ours: &Ours, upstream: &Upstream) -> Result<Option<Arc<Known>>, Error> {
        if self.sources == [Source::None] {
            return Ok(None);
        }
        let Some(known) = &self.known else {
            return Ok(Some(self.look_up(ours, upstream).await?));
        };
        let key = self.key_of(ours);
        let kept = match near::met(&key).filter(|known| known.since.elapsed() < self.time) {
            Some(known) => Some(known),
            None => known.get(&key).await.inspect(|known| near::meet(key, Arc::clone(known))),
        };
        if let Some(known) = kept {
            metrics::count(Counter::IdentityCacheHit);
            return Ok(Some(known));
        }
        let look_up = self.look_up(ours, upstream);
        // In a box: it is rare, and takes more room than all that waits for it.
        let entry = Box::pin(known.entry(key).or_try_insert_with(look_up));
        let entry = entry.await.map_err(Error::Shared)?;
        if !entry.is_fresh() {
            metrics::count(Counter::IdentityCacheHit);
        }
        Ok(Some(entry.into_value()))
    }

    async fn look_up(&self, ours: &Ours, upstream: &Upstream) -> Result<Arc<Known>, Error> {
        let found = self.asked(ours, upstream).await;
        metrics::count(match &found {
            Ok(_) => Counter::LookUpFound,
            Err(Error::Answered(said)) if said.status < 429 => Counter::LookUpRefused,
            Err(_) => Counter::LookUpFailed,
        });
        found
    }

    async fn asked(&self, ours: &Ours, upstream: &Upstream) -> Result<Arc<Known>, Error> {
        for source in &self.sources {
            let found = match source {
                Source::None => None,
                Source::OpenSearch => Some(opensearch::look_up(ours, upstream).await?),
                Source::Users => match &self.users {
                    Some(users) => users.look_up(ours).await?,
                    None => None,
                },
            };
            if let Some(found) = found {
                return Ok(Arc::new(self.with_rights(found).into()));
            }
        }
        Err(Error::Answered(Box::new(unauthorized())))
    }

    fn with_rights(&self, found: Principal) -> Principal {
        let holds = |wanted: &[String]| found.roles.iter().any(|role| wanted.contains(role));
        Principal {
            admin: holds(&self.admin_roles),
            reads: holds(&self.read_roles),
            writes: holds(&self.write_roles),
            ..found
        }
    }

    fn key_of(&self, ours: &Ours) -> Key {
        let mut context = hmac::Context::with_key(&self.key);
        for (name, value) in shown(ours) {
            context.update(name);
            context.update(&[0]);
            context.update(&(value.len() as u64).to_be_bytes());
            context.update(value);
        }
        let mut key = [0; 32];
        key.copy_from_slice(context.sign().as_ref());
        key
    }
}

const SHOWN: [&[u8]; 5] =
    [b"authorization", b"cookie", b"securitytenant", b"security_tenant", b"x-forwarded-for"];
const SHOWN_BY_PREFIX: [&[u8]; 2] = [b"opendistro_security", b"_opendistro_security"];

/// All that a caller shows of itself: what the Security plugin looks at.
pub(crate) fn shown(ours: &Ours) -> impl Iterator<Item = (&[u8], &[u8])> {
    let counts = |name: &[u8]| {
        let begins = |prefix: &&[u8]| {
            name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        };
        SHOWN.iter().any(|one| name.eq_ignore_ascii_case(one)) || SHOWN_BY_PREFIX.iter().any(begins)
    };
    ours.fields.iter().filter(move |(name, _)| counts(name))
}

/// What the Security plugin answers to nobody (recorded in `golden/register_access`).
fn unauthorized() -> Answer {
    Answer {
        status: 401,
        fields: vec![("WWW-Authenticate", r#"Basic realm="OpenSearch Security""#.into())],
        body: Body::Raw {
            content_type: "text/plain; charset=UTF-8".into(),
            bytes: b"Unauthorized".to_vec(),
        },
    }
}
