//! What a caller asks for, the rules it is held to, and the permission that alone opens the store.

mod asked;
mod delete;
mod get;
mod register;
mod text;
mod update;

pub use asked::{Asked, Mode, Request, Unreadable};
pub use delete::Delete;
pub use get::Get;
pub use register::Register;
pub use text::Invalid;
pub use update::Update;

use serde_json::{Map, Value};

use crate::{access::sees, config::HiddenGroups, group::ModelGroup, principal::Who};

/// A stored group and the version of it that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// The document's id.
    pub id: String,
    /// The group.
    pub group: ModelGroup,
    /// The version: sequence number and primary term.
    pub version: (i64, i64),
}

/// What was found under an id.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// The group.
    Group(Box<Stored>),
    /// No document.
    Nothing,
    /// Not even the index.
    NoIndex,
}

/// Who has a name already.
#[derive(Clone, Debug, PartialEq)]
pub enum Homonym {
    /// This group, with its id.
    Group(String, ModelGroup),
    /// A group that is just being made.
    Pending,
}

impl Homonym {
    /// The id, for whom it may be told to (D5).
    fn told(&self, who: Who<'_>, hidden_groups: HiddenGroups) -> Option<String> {
        match self {
            Self::Group(id, group) => {
                let told = hidden_groups == HiddenGroups::Revealed || sees(who, group);
                told.then(|| id.clone())
            }
            Self::Pending => None,
        }
    }
}

/// What the rules have to know.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What is stored under the id of the command.
    pub found: Found,
    /// Whether another group has the name already.
    pub homonym: Option<Homonym>,
    /// Whether a model belongs to the group.
    pub has_models: bool,
    /// How a group that the caller may not see is answered.
    pub hidden_groups: HiddenGroups,
}

/// A command that its rules let through. Only this module's children can make one.
#[derive(Debug)]
pub struct Permitted(Effect);

/// What a permitted command does to the index.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Stores a new group.
    Create(Map<String, Value>),
    /// Deletes what was found.
    Delete(Box<Stored>),
    /// Answers as a deletion of something that is not there, and tells nothing of what is.
    DeleteNothing(String, HiddenGroups),
    /// Shows a group.
    Show(Value),
    /// Changes members of a group.
    Update(Box<Stored>, Map<String, Value>),
}

impl Permitted {
    /// Whether a group will be gone.
    pub fn deletes(&self) -> bool {
        matches!(self.0, Effect::Delete(_))
    }

    /// What may now be done.
    pub fn effect(self) -> Effect {
        self.0
    }
}

/// A rule that the caller broke. The texts are ML Commons' own, word for word
/// (`model-groups.md` 2.2, 4).
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Denial {
    /// E3
    #[error("Admin users cannot add all backend roles to a model group.")]
    AdminAddsAllRoles,
    /// Access parameters where access control is off (E7).
    #[error(
        "You cannot specify model access control parameters because the Security plugin or model \
         access control is disabled on your cluster."
    )]
    ControlOff,
    /// A group that still has models.
    #[error("Cannot delete the model group when it has associated model versions")]
    HasModels,
    /// Another group has the name: told with its id to who may see it.
    #[error("The name you provided is already being used by a model group{}.", with_id(.0))]
    NameTaken(Option<String>),
    /// The same, said by update.
    #[error(
        "The name you provided is already being used by another model{}. \
         Please provide a different name",
        with_id(.0)
    )]
    NewNameTaken(Option<String>),
    /// No group under that id.
    #[error("Failed to find model group with the provided model group id: {0}")]
    NoGroup(String),
    /// The index is missing, said by get.
    #[error("Failed to find model group index")]
    NoIndex,
    /// The index is missing, said by update and delete.
    #[error("Failed to find model group")]
    NoIndexToChange,
    /// E4
    #[error("You must have at least one backend role to register a restricted model group.")]
    NoRoles,
    /// The same, said by update.
    #[error("You don't have any backend roles.")]
    NoRolesToAdd,
    /// The caller may not delete the group (as ML Commons said it up to 2.18).
    #[error("User doesn't have privilege to delete this model group")]
    NotDeletable,
    /// The caller may not change the access of the group.
    #[error("Only owner or admin can update access control data.")]
    NotOwner,
    /// The caller may not update the group.
    #[error("You don't have permission to update this model group.")]
    NotUpdatable,
    /// The caller may not see the group.
    #[error("User doesn't have privilege to perform this operation on this model group")]
    NotVisible,
    /// The owner shares no role with the group any more.
    #[error(
        "You don't have the specified backend role to update this model group. For more \
         information, contact your administrator."
    )]
    OwnerLostRole,
    /// E1
    #[error("You cannot specify backend roles and add all backend roles at the same time.")]
    RolesAmbiguous,
    /// E5
    #[error(
        "You must specify one or more backend roles or add all backend roles to register a \
         restricted model group."
    )]
    RolesMissing,
    /// The same, said by update of `add_all_backend_roles: false`, and of no roles at all (D11).
    #[error("You have to specify backend roles when add all backend roles is set to false.")]
    RolesNeeded,
    /// E2
    #[error(
        "You can specify backend roles only for a model group with the restricted access mode."
    )]
    RolesNeedRestricted,
    /// E6
    #[error("You don't have the backend roles specified.")]
    RolesNotHeld,
    /// An access mode that there is not (D12).
    #[error("[access_mode] must be one of [public], [private], [restricted], but was [{0}]")]
    UnknownMode(String),
}

fn with_id(id: &Option<String>) -> String {
    id.as_ref().map(|id| format!(" with ID: {id}")).unwrap_or_default()
}

impl Denial {
    /// The status that the caller sees.
    pub fn status(&self) -> u16 {
        match self {
            Self::NotDeletable | Self::NotVisible => 403,
            Self::NoGroup(_) | Self::NoIndex | Self::NoIndexToChange => 404,
            Self::HasModels => 409,
            Self::AdminAddsAllRoles
            | Self::ControlOff
            | Self::NameTaken(_)
            | Self::NewNameTaken(_)
            | Self::NoRoles
            | Self::NoRolesToAdd
            | Self::NotOwner
            | Self::NotUpdatable
            | Self::OwnerLostRole
            | Self::RolesAmbiguous
            | Self::RolesMissing
            | Self::RolesNeeded
            | Self::RolesNeedRestricted
            | Self::RolesNotHeld
            | Self::UnknownMode(_) => 400,
        }
    }

    /// The type that OpenSearch would give it.
    pub fn kind(&self) -> &'static str {
        match self.status() {
            400 => "illegal_argument_exception",
            _ => "status_exception",
        }
    }
}

/// A rule in a line: what must hold, and what is said if it does not.
fn require(holds: bool, denial: Denial) -> Result<(), Denial> {
    if holds { Ok(()) } else { Err(denial) }
}

#[cfg(test)]
mod tests;
