//! Register, get, update and delete: facts, permission, effect.

use super::{Action, Caller, Proxy, Sent, pace::Pace, shape};
use crate::{
    answer::Answer,
    command::{Asked, Delete, Denial, Facts, Found, Get, Homonym, Register, Request, Update},
    error::Error,
    format::Format,
    group::ModelGroup,
    names::{Names, Reserved},
    principal::Who,
    route::Ours,
    store::{Named, Performed, Store, attempts, fresh_id},
};

impl Proxy {
    pub(super) async fn register(
        &self,
        ours: &Ours,
        caller: Caller<'_>,
        sent: &Sent,
    ) -> Result<Answer, Error> {
        if sent.bytes.is_empty() {
            return Err(Error::EmptyBody);
        }
        let asked = asked(sent, Request::Register)?;
        shape::check_parameters(ours)?;
        let warning = shape::warning(&asked.unknown);
        let command = Register::of(asked)?;
        caller.may(Action::Register)?;
        let answer = self.created(caller.who(), command).await?;
        Ok(warned(answer, warning))
    }

    /// The name is looked for and reserved side by side; it is given up again where a rule is
    /// broken or nothing was written.
    async fn created(&self, who: Who<'_>, command: Register) -> Result<Answer, Error> {
        let (store, names) = (Store(&self.upstream), Names(&self.upstream));
        let id = fresh_id()?;
        let breaks_a_rule = command.clone().permit(who, &self.facts(Found::Nothing)).is_err();
        if breaks_a_rule {
            let named = store.named(&command.name, who).await?;
            let facts = Facts { homonym: known(named.group), ..self.facts(Found::Nothing) };
            command.permit(who, &facts)?;
            return Err(Error::Internal("a rule was broken, and then was not"));
        }
        let (named, reserved) =
            tokio::join!(store.named(&command.name, who), names.reserve(&command.name, &id));
        let (reservation, holder) = match reserved? {
            Reserved::Kept(reservation) => (Some(reservation), None),
            Reserved::Taken(holder) => (None, Some(known(holder).unwrap_or(Homonym::Pending))),
        };
        let created = self.created_as(who, command, &id, named, holder).await;
        let Some(reservation) = reservation else { return done(created?) };
        match created {
            // The lease was over, and another has fenced the id.
            Ok(Performed::Outrun) => Err(Error::Denied(Denial::NameTaken(None))),
            // The group is written: whatever fails from here on leaves that open.
            Ok(Performed::Done(answer))
                if names.was_kept(&reservation).await.map_err(Error::unsure)? =>
            {
                Ok(answer)
            }
            Ok(Performed::Done(_)) => {
                store.delete(&id, None).await.map_err(Error::unsure)?;
                Err(Error::Denied(Denial::NameTaken(None)))
            }
            // What may have been written keeps its name until the lease is over.
            Err(Error::Unsure(lost)) => Err(Error::Unsure(lost)),
            Err(error) => {
                names.release(&reservation).await;
                Err(error)
            }
        }
    }

    async fn created_as(
        &self,
        who: Who<'_>,
        command: Register,
        id: &str,
        named: Result<Named, Error>,
        holder: Option<Homonym>,
    ) -> Result<Performed, Error> {
        let (store, named) = (Store(&self.upstream), named?);
        let facts = Facts { homonym: known(named.group).or(holder), ..self.facts(Found::Nothing) };
        let permitted = command.permit(who, &facts)?;
        if named.no_index {
            store.make_index().await?;
        }
        store.perform(permitted, id).await
    }

    pub(super) async fn update(
        &self,
        ours: &Ours,
        caller: Caller<'_>,
        id: String,
        sent: &Sent,
    ) -> Result<Answer, Error> {
        if sent.bytes.is_empty() {
            return Err(Error::EmptyBody);
        }
        let asked = asked(sent, Request::Update)?;
        shape::check_parameters(ours)?;
        let warning = shape::warning(&asked.unknown);
        let command = Update::of(id, asked)?;
        caller.may(Action::Update)?;
        let pace = Pace::of(caller.who(), self.config.hidden_groups);
        for _ in attempts() {
            let updated = self.updated(caller.who(), &command).await;
            if let Performed::Done(answer) = pace.keep_for(updated).await? {
                return Ok(warned(answer, warning));
            }
        }
        Err(Error::Outrun)
    }

    /// A new name is reserved before it is written, and the old one released behind it, as it was
    /// reserved before.
    ///
    /// It is looked for once the other rules hold: the time taken does not tell that a hidden group has it already.
    async fn updated(&self, who: Who<'_>, command: &Update) -> Result<Performed, Error> {
        let (store, names) = (Store(&self.upstream), Names(&self.upstream));
        let found = store.found(&command.id).await?;
        let old_name = match &found {
            Found::Group(stored) => stored.group.name().map(str::to_owned),
            Found::Nothing | Found::NoIndex => None,
        };
        let new_name = command.new_name().filter(|name| Some(name) != old_name.as_ref());
        let facts = |homonym| Facts { homonym, ..self.facts(found.clone()) };
        command.clone().permit(who, facts(None))?;
        let homonym = match &new_name {
            Some(name) => known(store.named(name, who).await?.group),
            None => None,
        };
        let permitted = command.clone().permit(who, facts(homonym))?;
        let Some(name) = new_name else { return store.perform(permitted, &command.id).await };
        let reservation = match names.reserve(&name, &command.id).await? {
            Reserved::Kept(reservation) => reservation,
            Reserved::Taken(holder) => {
                let homonym = Some(known(holder).unwrap_or(Homonym::Pending));
                command.clone().permit(who, facts(homonym))?;
                return Ok(Performed::Outrun);
            }
        };
        let old = match old_name {
            Some(old_name) => names.held_by(&old_name, &command.id).await,
            None => None,
        };
        match store.perform(permitted, &command.id).await {
            Ok(Performed::Done(answer)) => {
                if let Some(old) = old {
                    names.release(&old).await;
                }
                Ok(Performed::Done(answer))
            }
            Err(Error::Unsure(lost)) => Err(Error::Unsure(lost)),
            other => {
                names.release(&reservation).await;
                other
            }
        }
    }

    pub(super) async fn get(&self, who: Who<'_>, command: Get) -> Result<Answer, Error> {
        let store = Store(&self.upstream);
        let pace = Pace::of(who, self.config.hidden_groups);
        let facts = self.facts(store.found(&command.id).await?);
        let id = command.id.clone();
        let permitted = pace.keep_for(command.permit(who, facts).map_err(Error::Denied)).await?;
        done(store.perform(permitted, &id).await?)
    }

    pub(super) async fn delete(&self, who: Who<'_>, command: Delete) -> Result<Answer, Error> {
        let (store, names) = (Store(&self.upstream), Names(&self.upstream));
        for _ in attempts() {
            let pace = Pace::of(who, self.config.hidden_groups);
            // In this order: a model that is registered behind the look at the models raises the
            // version that was read before.
            let found = store.found(&command.id).await?;
            let has_models = store.has_models(&command.id).await?;
            let name = match &found {
                Found::Group(stored) => stored.group.name().map(str::to_owned),
                Found::Nothing | Found::NoIndex => None,
            };
            let facts = Facts { has_models, ..self.facts(found) };
            let permitted = command.clone().permit(who, facts)?;
            if !permitted.deletes() {
                pace.keep().await;
            }
            let held = match name.filter(|_| permitted.deletes()) {
                Some(name) => names.held_by(&name, &command.id).await,
                None => None,
            };
            if let Performed::Done(answer) = store.perform(permitted, &command.id).await? {
                if let Some(held) = held {
                    names.release(&held).await;
                }
                return Ok(answer);
            }
        }
        Err(Error::Outrun)
    }
}

/// What the body of a register or update asks for.
fn asked(sent: &Sent, of: Request) -> Result<Asked, Error> {
    let places = sent.format == Some(Format::Json);
    let read = Asked::read(&sent.json()?, of);
    Ok(read.map_err(|unreadable| if places { unreadable } else { unreadable.without_place() })?)
}

fn known(group: Option<(String, ModelGroup)>) -> Option<Homonym> {
    group.map(|(id, group)| Homonym::Group(id, group))
}

fn done(performed: Performed) -> Result<Answer, Error> {
    match performed {
        Performed::Done(answer) => Ok(answer),
        Performed::Outrun => Err(Error::Outrun),
    }
}

fn warned(answer: Answer, warning: Option<String>) -> Answer {
    match warning {
        Some(warning) => answer.with("Warning", warning),
        None => answer,
    }
}
