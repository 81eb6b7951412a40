//! Facts about a caller.

/// Somebody whose credentials were believed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Principal {
    /// The user name, trimmed as ML Commons trims it.
    pub name: String,
    /// The roles that the authentication back end gave.
    pub backend_roles: Vec<String>,
    /// The Security plugin's roles.
    pub roles: Vec<String>,
    /// The tenant that the request asked for.
    pub tenant: Option<String>,
    /// What the caller may do with that tenant.
    pub tenant_access: TenantAccess,
    /// Sees and changes every group.
    pub admin: bool,
    /// May get and search.
    pub reads: bool,
    /// May register, update and delete.
    pub writes: bool,
}

/// What a caller may do with the tenant that it asked for.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum TenantAccess {
    /// Nothing, or no tenant was asked for.
    #[default]
    None,
    /// Read.
    Read,
    /// Read and write.
    Write,
}

impl TenantAccess {
    /// As owners of groups are stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Read => "READ",
            Self::Write => "WRITE",
        }
    }
}

impl Principal {
    /// Whether the caller has every one of these back-end roles.
    pub fn holds_all(&self, roles: &[String]) -> bool {
        roles.iter().all(|role| self.backend_roles.contains(role))
    }

    /// Whether the caller has one of these back-end roles.
    pub fn holds_any(&self, roles: &[String]) -> bool {
        roles.iter().any(|role| self.backend_roles.contains(role))
    }
}

/// Who asks, as far as the rules of model groups go.
#[derive(Clone, Copy, Debug)]
pub enum Who<'p> {
    /// Access control is off: nobody is told apart (`model-groups.md` 6.3).
    Anyone,
    /// Access control is on.
    User(&'p Principal),
}

impl<'p> Who<'p> {
    /// The caller, where callers are told apart.
    pub fn user(self) -> Option<&'p Principal> {
        match self {
            Self::Anyone => None,
            Self::User(user) => Some(user),
        }
    }
}
