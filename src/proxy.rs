//! The whole program: one request, from its route to its answer.

mod groups;
mod pace;
mod searching;
mod shape;

use std::{borrow::Cow, sync::Arc, time::Duration};

use crate::{
    answer::{Answer, Shape},
    command::{Delete, Facts, Found, Get},
    config::{AccessControl, Config, HiddenGroups, Limits, Source},
    error::Error,
    format::Format,
    guard::Guard,
    identity::{Identity, Known},
    metrics,
    principal::{Principal, Who},
    route::{Allowed, Ours, Route, Untouched},
    server::{Admission, Incoming},
    store::fresh_id,
    upstream::{Client, Interrupted, Passed, Upstream},
};

/// What one worker thread serves with.
#[derive(Debug)]
pub struct Proxy {
    config: Arc<Config>,
    identity: Arc<Identity>,
    upstream: Upstream,
    authority: String,
    guard: Guard,
    admission: Admission,
}

/// An answer of our own, ready to be written and logged.
#[derive(Debug)]
pub struct Answered {
    /// What is answered.
    pub answer: Answer,
    /// How the caller wants it.
    pub shape: Shape,
    /// Whose fault a failure is.
    pub fault: Option<&'static str>,
    /// The caller, where it was asked for.
    pub known: Option<Arc<Known>>,
}

/// What a request must be allowed to do, by the names of ML Commons' permissions.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Action {
    Delete,
    Get,
    Register,
    Search,
    Update,
}

impl Action {
    fn name(self) -> &'static str {
        match self {
            Self::Delete => "cluster:admin/opensearch/ml/model_groups/delete",
            Self::Get => "cluster:admin/opensearch/ml/model_groups/get",
            Self::Register => "cluster:admin/opensearch/ml/register_model_group",
            Self::Search => "cluster:admin/opensearch/ml/model_groups/search",
            Self::Update => "cluster:admin/opensearch/ml/update_model_group",
        }
    }

    fn is_held_by(self, user: &Principal) -> bool {
        match self {
            Self::Get | Self::Search => user.reads,
            Self::Delete | Self::Register | Self::Update => user.writes,
        }
    }
}

impl Proxy {
    /// One worker's share.
    pub fn new(config: Arc<Config>, identity: Arc<Identity>, upstream: Upstream) -> Self {
        let authority = config.upstream.url.first().authority();
        let guard = Guard::new(config.guard, *config.limits.body);
        let has_plugin = config.identity.source.contains(&Source::OpenSearch);
        let guard = if has_plugin { guard } else { guard.without_plugin() };
        let admission = Admission::new(*config.limits.requests);
        Self { config, identity, upstream, authority, guard, admission }
    }

    /// The places of requests.
    pub fn admission(&self) -> &Admission {
        &self.admission
    }

    /// What keeps requests that are not ours away from the protected indices.
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// The limits of clients.
    pub fn limits(&self) -> &Limits {
        &self.config.limits
    }

    /// How long connections are still accepted once told to stop.
    pub fn drain_wait(&self) -> Duration {
        *self.config.limits.drain_wait
    }

    /// How long in-flight requests may take after that.
    pub fn drain(&self) -> Duration {
        *self.config.limits.drain
    }

    /// The longest silence of a client in the middle of something.
    pub fn patience(&self) -> Duration {
        *self.config.upstream.body_timeout
    }

    /// What goes into a `Host` field where a client sent none.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Closes upstream connections that have been unused for too long, and tells the end of an
    /// overload.
    pub fn prune(&self) {
        self.upstream.prune();
        self.admission.look();
    }

    /// Passes on what is not ours.
    ///
    /// # Errors
    /// What interrupted the exchange.
    pub async fn pass(
        &self,
        request: &Untouched,
        client: &mut Client<'_>,
    ) -> Result<Passed, Interrupted> {
        self.upstream.pass(request, client).await
    }

    /// Answers what is ours. This is the only place where an [`Error`] becomes an answer.
    pub async fn answer(
        &self,
        ours: &mut Ours,
        body: &mut Incoming<'_, '_>,
        patience: Duration,
    ) -> Answered {
        let mut read = Read::default();
        let served = self.serve(ours, body, patience, &mut read).await;
        let Read { known, shape } = read;
        let shape = shape.or_else(|| shape::of(ours).ok()).unwrap_or_default();
        let (answer, fault) = match served {
            Ok(answer) => (answer, None),
            Err(error) => (self.refusal(&error), Some(error.fault())),
        };
        let answer = match ours.field("x-opaque-id").map(std::str::from_utf8) {
            Some(Ok(id)) => answer.with("X-Opaque-Id", id),
            Some(Err(_)) | None => answer,
        };
        let answer = match self.upstream.product() {
            Some(product) => answer.with("X-OpenSearch-Version", product),
            None => answer,
        };
        Answered { answer, shape, fault, known }
    }

    fn refusal(&self, error: &Error) -> Answer {
        metrics::denied(error);
        let error_value = error as &dyn std::error::Error;
        match error.fault() {
            // The caller was told, and the words are the caller's: they may hold secrets.
            "client" => {}
            "modelgate" => {
                let id = fresh_id().unwrap_or_default();
                tracing::error!(error = error_value, id, "failed");
                let reason = format!("internal error: the log tells more of [{id}]");
                return Answer::fault(500, "internal_error", &reason);
            }
            _ => tracing::warn!(error = error_value, "failed"),
        }
        error.answer()
    }

    async fn serve(
        &self,
        ours: &mut Ours,
        body: &mut Incoming<'_, '_>,
        patience: Duration,
        Read { known, shape }: &mut Read,
    ) -> Result<Answer, Error> {
        let action = match &ours.route {
            Route::BadEscape => return Err(Error::BadEscape),
            Route::Delete(_) => Action::Delete,
            Route::Get(_) => Action::Get,
            Route::NotAllowed(allowed) => return Err(not_allowed(ours, *allowed)),
            Route::Nothing => return Err(no_handler(ours)),
            Route::Options(allowed) => return Ok(options(*allowed)),
            Route::Register => Action::Register,
            Route::Search => Action::Search,
            Route::Update(_) => Action::Update,
        };
        let format = shape::sent_format(ours)?;
        *known = self.identity.of(ours, &self.upstream).await?;
        let shape = &*shape.insert(shape::of(ours)?);
        let bytes = shape::decoded(ours, body.whole(ours, patience).await?, *self.limits().body)?;
        let sent = Sent { format, bytes };
        let caller = Caller { known: known.as_deref(), control: self.config.access_control };
        match ours.route.clone() {
            // In boxes: they are rare, and take more room than all others.
            Route::Register => Box::pin(self.register(ours, caller, &sent)).await,
            Route::Update(id) => Box::pin(self.update(ours, caller, id, &sent)).await,
            Route::Search => self.search(ours, (caller, shape), &sent).await,
            Route::Get(id) => {
                self.may(ours, caller, action)?;
                self.get(caller.who(), Get { id }).await
            }
            Route::Delete(id) => {
                self.may(ours, caller, action)?;
                self.delete(caller.who(), Delete { id }).await
            }
            Route::BadEscape | Route::NotAllowed(_) | Route::Nothing | Route::Options(_) => {
                Err(no_handler(ours))
            }
        }
    }

    /// Nothing that was not asked about, and the permission: in this order, behind the body's
    /// own faults (`model-groups.md` 1.2).
    fn may(&self, ours: &Ours, caller: Caller<'_>, action: Action) -> Result<(), Error> {
        shape::check_parameters(ours)?;
        caller.may(action)
    }

    fn facts(&self, found: Found) -> Facts {
        let hidden_groups: HiddenGroups = self.config.hidden_groups;
        Facts { found, homonym: None, has_models: false, hidden_groups }
    }
}

/// A body without its content coding, and the format that it came in where it has one.
#[derive(Debug)]
struct Sent {
    format: Option<Format>,
    bytes: Vec<u8>,
}

impl Sent {
    /// The same as JSON text.
    fn json(&self) -> Result<Cow<'_, [u8]>, Error> {
        match self.format {
            None | Some(Format::Json) => Ok(self.bytes.as_slice().into()),
            Some(format) => Ok(format.decode_to_json(&self.bytes)?.into()),
        }
    }
}

/// What was read of a request on its way to an answer.
#[derive(Debug, Default)]
struct Read {
    known: Option<Arc<Known>>,
    shape: Option<Shape>,
}

/// A caller, and whether callers are told apart.
#[derive(Clone, Copy, Debug)]
struct Caller<'p> {
    known: Option<&'p Known>,
    control: AccessControl,
}

impl<'p> Caller<'p> {
    fn who(self) -> Who<'p> {
        self.told_apart().map_or(Who::Anyone, |known| Who::User(&known.principal))
    }

    /// The query for what the caller may see; `None` where that is all.
    fn filter(self) -> Option<&'p str> {
        self.told_apart()?.filter.as_deref()
    }

    fn told_apart(self) -> Option<&'p Known> {
        self.known.filter(|_| self.control == AccessControl::On)
    }

    fn may(self, action: Action) -> Result<(), Error> {
        let Some(Known { principal: user, .. }) = self.known else { return Ok(()) };
        if action.is_held_by(user) {
            return Ok(());
        }
        Err(Error::Forbidden { action: action.name(), user: printed(user) })
    }
}

/// The caller as the Security plugin prints it (recorded for mallory).
fn printed(user: &Principal) -> String {
    format!(
        "User [name={}, backend_roles=[{}], requestedTenant={}]",
        user.name,
        user.backend_roles.join(", "),
        user.tenant.as_deref().unwrap_or("null"),
    )
}

fn options(allowed: Allowed) -> Answer {
    let body = crate::answer::Body::Raw {
        content_type: "text/plain; charset=UTF-8".into(),
        bytes: Vec::new(),
    };
    Answer { status: 200, fields: Vec::new(), body }.with("Allow", allowed.methods().join(","))
}

fn not_allowed(ours: &Ours, allowed: Allowed) -> Error {
    Error::NotAllowed { uri: ours.target.clone(), method: ours.method.clone(), allowed }
}

fn no_handler(ours: &Ours) -> Error {
    // OpenSearch tells the path decoded here, and only here (tried on the real node).
    let uri = percent_encoding::percent_decode_str(&ours.target).decode_utf8_lossy().into_owned();
    Error::NoHandler { uri, method: ours.method.clone() }
}
