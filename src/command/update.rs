//! `PUT /model_groups/{id}`

use serde_json::{Map, Value, json};

use super::{
    Asked, Denial, Effect, Facts, Found, Permitted, require,
    text::{Invalid, is_blank},
};
use crate::{
    access::{owns, sees},
    config::HiddenGroups,
    group::{AccessMode, ModelGroup},
    principal::{Principal, Who},
};

/// Updates a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// The group's id.
    pub id: String,
    /// What the body says.
    pub asked: Asked,
}

impl Update {
    /// What a body asks for.
    ///
    /// # Errors
    /// Signs that name and description may not have (`model-groups.md` 1.5).
    pub fn of(id: String, asked: Asked) -> Result<Self, Invalid> {
        let empty = Default::default();
        let name = asked.name.as_ref().unwrap_or(&empty);
        Invalid::check(name, asked.description.as_ref(), false)?;
        Ok(Self { id, asked })
    }

    /// The new name, where one is asked for that says something.
    pub fn new_name(&self) -> Option<String> {
        let name = self.asked.name.as_ref().map(ToString::to_string);
        name.filter(|name| !is_blank(name))
    }

    /// The rules of update, in ML Commons' order: the first that is broken is the one the caller
    /// hears about.
    ///
    /// # Errors
    /// That rule.
    pub fn permit(self, who: Who<'_>, facts: Facts) -> Result<Permitted, Denial> {
        let stored = match &facts.found {
            Found::NoIndex => return Err(Denial::NoIndexToChange),
            Found::Nothing => return Err(Denial::NoGroup(self.id)),
            Found::Group(stored) => stored.clone(),
        };
        if facts.hidden_groups == HiddenGroups::Absent && !sees(who, &stored.group) {
            return Err(Denial::NoGroup(self.id));
        }
        match who.user() {
            Some(user) => self.controlled(user, &stored.group)?,
            None => require(!self.asked.has_access_parameters(), Denial::ControlOff)?,
        }
        let mode = self.asked.known_mode()?;
        let name = self.new_name().filter(|name| stored.group.name() != Some(name));
        if let (Some(_), Some(homonym)) = (&name, &facts.homonym) {
            return Err(Denial::NewNameTaken(homonym.told(who, facts.hidden_groups)));
        }
        let changes = self.changes(mode, name, who);
        Ok(Permitted(Effect::Update(stored, changes)))
    }

    fn controlled(&self, user: &Principal, group: &ModelGroup) -> Result<(), Denial> {
        let owner = owns(user, group);
        let roles = group.backend_roles();
        let shared = match group.access() {
            Some(AccessMode::Public) => true,
            Some(AccessMode::Private) => false,
            Some(AccessMode::Restricted) | None => user.holds_any(&roles),
        };
        let kept = shared || group.access() == Some(AccessMode::Private);

        let changes_access = self.asked.changes_access();
        require(!changes_access || owner || user.admin, Denial::NotOwner)?;
        require(user.admin || owner || shared, Denial::NotUpdatable)?;
        require(user.admin || !owner || kept, Denial::OwnerLostRole)?;
        self.access_change(user)
    }

    fn access_change(&self, user: &Principal) -> Result<(), Denial> {
        let roles = self.asked.roles();
        let (some, all) = (!roles.is_empty(), self.asked.adds_all());
        let mode = self.asked.known_mode()?;
        if matches!(mode, Some(AccessMode::Private | AccessMode::Public)) {
            return require(!some && !all, Denial::RolesNeedRestricted);
        }
        let restricts = mode == Some(AccessMode::Restricted);
        require(!(user.admin && all), Denial::AdminAddsAllRoles)?;
        require(!all || !user.backend_roles.is_empty(), Denial::NoRolesToAdd)?;
        require(some || self.asked.all != Some(false), Denial::RolesNeeded)?;
        require(!(some && all), Denial::RolesAmbiguous)?;
        require(!restricts || some || all, Denial::RolesMissing)?;
        require(user.admin || user.holds_all(&roles), Denial::RolesNotHeld)?;
        // Roles given, and none of them: restricted to nobody, not even the owner (D11).
        require(some || all || self.asked.roles.is_none(), Denial::RolesMissing)
    }

    fn changes(
        &self,
        mode: Option<AccessMode>,
        name: Option<String>,
        who: Who<'_>,
    ) -> Map<String, Value> {
        let mut changes = Map::new();
        let mut put = |key: &str, value: Value| changes.insert(key.to_owned(), value);
        if let Some(name) = name {
            put("name", json!(name));
        }
        let description = self.asked.description.as_ref().map(ToString::to_string);
        if let Some(description) = description.filter(|text| !is_blank(text)) {
            put("description", json!(description));
        }
        let Some(user) = who.user() else { return changes };
        let all = self.asked.adds_all();
        match mode {
            Some(AccessMode::Private | AccessMode::Public) => {
                put("backend_roles", json!([]));
            }
            Some(AccessMode::Restricted) | None if all => {
                put("backend_roles", json!(user.backend_roles));
            }
            Some(AccessMode::Restricted) | None => {
                if let Some(roles) = &self.asked.roles {
                    put("backend_roles", json!(roles));
                }
            }
        }
        let restricts = all || self.asked.roles.is_some();
        if let Some(mode) = mode.or(restricts.then_some(AccessMode::Restricted)) {
            put("access", json!(mode.name()));
        }
        changes
    }
}
