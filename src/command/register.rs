//! `POST /model_groups/_register`

use serde_json::{Map, Value, json};

use super::{Asked, Denial, Effect, Facts, Mode, Permitted, require, text::Invalid};
use crate::{
    group::AccessMode,
    principal::{Principal, Who},
};

/// Registers a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Register {
    /// The group's name.
    pub name: String,
    /// What else the body says.
    pub asked: Asked,
}

impl Register {
    /// What a body asks for.
    ///
    /// # Errors
    /// A name that is missing or blank, or signs that name and description may not have
    /// (`model-groups.md` 1.5).
    pub fn of(asked: Asked) -> Result<Self, Invalid> {
        let name = asked.name.clone().ok_or(Invalid::NoName)?;
        Invalid::check(&name, asked.description.as_ref(), true)?;
        Ok(Self { name: name.to_string(), asked })
    }

    /// The rules of `_register`, in ML Commons' order: the first that is broken is the one the
    /// caller hears about.
    ///
    /// # Errors
    /// That rule.
    pub fn permit(self, who: Who<'_>, facts: &Facts) -> Result<Permitted, Denial> {
        if let Some(homonym) = &facts.homonym {
            return Err(Denial::NameTaken(homonym.told(who, facts.hidden_groups)));
        }
        let Some(user) = who.user() else { return self.uncontrolled() };
        let mode = self.controlled(user)?;
        let roles = match mode {
            AccessMode::Restricted if self.asked.adds_all() => user.backend_roles.clone(),
            AccessMode::Restricted => self.asked.roles(),
            AccessMode::Private | AccessMode::Public => Vec::new(),
        };
        Ok(Permitted(Effect::Create(self.document(mode, &roles, Some(user)))))
    }

    /// Access control is off: no access parameter, and the group is everybody's.
    fn uncontrolled(self) -> Result<Permitted, Denial> {
        require(!self.asked.has_access_parameters(), Denial::ControlOff)?;
        self.asked.known_mode()?;
        Ok(Permitted(Effect::Create(self.document(AccessMode::Public, &[], None))))
    }

    fn controlled(&self, user: &Principal) -> Result<AccessMode, Denial> {
        let (some, all) = (!self.asked.roles().is_empty(), self.asked.adds_all());
        let asked = self.asked.known_mode()?;
        let implied = if some || all { AccessMode::Restricted } else { AccessMode::Private };
        let mode = asked.unwrap_or(implied);

        require(asked.is_some() || !(some && all), Denial::RolesAmbiguous)?;
        if mode != AccessMode::Restricted {
            require(!some && !all, Denial::RolesNeedRestricted)?;
            return Ok(mode);
        }
        require(!(user.admin && all), Denial::AdminAddsAllRoles)?;
        require(user.admin || !user.backend_roles.is_empty(), Denial::NoRoles)?;
        require(some || all, Denial::RolesMissing)?;
        require(!(some && all), Denial::RolesAmbiguous)?;
        require(user.admin || all || user.holds_all(&self.asked.roles()), Denial::RolesNotHeld)?;
        Ok(mode)
    }

    /// The document, in the order in which ML Commons writes it; the store adds the times.
    fn document(
        &self,
        mode: AccessMode,
        roles: &[String],
        owner: Option<&Principal>,
    ) -> Map<String, Value> {
        let mut document = Map::new();
        let mut put = |key: &str, value: Value| document.insert(key.to_owned(), value);
        put("name", json!(self.name));
        put("latest_version", json!(0));
        if let Some(description) = &self.asked.description {
            put("description", json!(description.to_string()));
        }
        if !roles.is_empty() {
            put("backend_roles", json!(roles));
        }
        if let Some(owner) = owner {
            put("owner", stored_owner(owner));
        }
        put("access", json!(mode.name()));
        document
    }
}

/// The owner as ML Commons 3.4 stores it; a tenant that was not asked for is the text `null`
/// (recorded).
fn stored_owner(user: &Principal) -> Value {
    json!({
        "name": user.name,
        "backend_roles": user.backend_roles,
        "roles": user.roles,
        "user_requested_tenant": user.tenant.as_deref().unwrap_or("null"),
        "user_requested_tenant_access": user.tenant_access.name(),
        "custom_attribute_names": [],
    })
}

impl Asked {
    /// The mode, where one was given that there is.
    pub(super) fn known_mode(&self) -> Result<Option<AccessMode>, Denial> {
        match &self.mode {
            None => Ok(None),
            Some(Mode::Known(mode)) => Ok(Some(*mode)),
            Some(Mode::Unknown(name)) => Err(Denial::UnknownMode(name.clone())),
        }
    }
}
