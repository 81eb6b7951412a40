//! The Security plugin of the cluster, asked with the caller's own credentials.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    answer::{Answer, Body},
    error::Error,
    principal::{Principal, TenantAccess},
    route::Ours,
    upstream::{Ask, Reply, Unanswered, Upstream},
};

const AUTHINFO: &str = "/_plugins/_security/authinfo";

/// The tenant of who asks for none.
const GLOBAL_TENANT: &str = "global_tenant";

/// What `authinfo` tells of a caller.
#[derive(Debug, Deserialize)]
struct AuthInfo {
    user_name: String,
    #[serde(default)]
    backend_roles: Vec<String>,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    user_requested_tenant: Option<String>,
    #[serde(default)]
    tenants: Map<String, Value>,
}

/// Asks the cluster who the caller is. Where it does not tell, nobody is let in, and the caller may
/// try again.
pub(super) async fn look_up(ours: &Ours, upstream: &Upstream) -> Result<Principal, Error> {
    match asked(ours, upstream).await {
        // Said as it is: a 503 as well.
        Err(Error::Unanswered(Unanswered::NoNode)) => Err(Unanswered::NoNode.into()),
        Err(failed @ (Error::Unanswered(_) | Error::Unexpected { .. })) => {
            Err(Error::NotLookedUp(Box::new(failed)))
        }
        told => told,
    }
}

async fn asked(ours: &Ours, upstream: &Upstream) -> Result<Principal, Error> {
    let fields: Vec<(&[u8], &[u8])> = super::shown(ours).collect();
    let reply = upstream
        .ask_for_caller(Ask {
            method: "GET",
            target: AUTHINFO,
            fields: &fields,
            body: None,
            repeatable: true,
        })
        .await?;
    match reply.status {
        200 => principal(&reply),
        401 | 403 | 429 | 503 => Err(Error::Answered(Box::new(as_said(reply)))),
        _ => Err(Error::unexpected(&reply, "Failed to look the caller up")),
    }
}

fn principal(reply: &Reply) -> Result<Principal, Error> {
    let info: AuthInfo = serde_json::from_slice(&reply.body)
        .map_err(|_| Error::unexpected(reply, "Failed to look the caller up"))?;
    let tenant = info.user_requested_tenant;
    let access = info.tenants.get(tenant.as_deref().unwrap_or(GLOBAL_TENANT));
    let tenant_access = match access.and_then(Value::as_bool) {
        None => TenantAccess::None,
        Some(false) => TenantAccess::Read,
        Some(true) => TenantAccess::Write,
    };
    Ok(Principal {
        name: info.user_name.trim().to_owned(),
        backend_roles: info.backend_roles,
        roles: as_java_lists(info.roles),
        tenant,
        tenant_access,
        ..Principal::default()
    })
}

/// The order in which ML Commons stores roles: that of a Java `HashSet` (recorded in
/// `golden/search`, where `fields` shows it).
fn as_java_lists(mut roles: Vec<String>) -> Vec<String> {
    let buckets = (roles.len() * 4 / 3 + 1).next_power_of_two().max(16) as u32;
    roles.sort_by_key(|role| {
        let code = role
            .encode_utf16()
            .fold(0u32, |code, unit| code.wrapping_mul(31).wrapping_add(u32::from(unit)));
        (code ^ code >> 16) & (buckets - 1)
    });
    roles
}

/// The cluster's own words, its challenge included.
fn as_said(reply: Reply) -> Answer {
    let text =
        |name: &str| reply.field(name).map(|value| String::from_utf8_lossy(value).into_owned());
    let told = [("WWW-Authenticate", "www-authenticate"), ("Retry-After", "retry-after")];
    let fields =
        told.into_iter().filter_map(|(name, from)| Some((name, text(from)?.into()))).collect();
    let content_type = text("content-type").map_or("text/plain".into(), Into::into);
    Answer { status: reply.status, fields, body: Body::Raw { content_type, bytes: reply.body } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_stand_as_a_java_set_lists_them() {
        let listed =
            |roles: &[&str]| as_java_lists(roles.iter().map(ToString::to_string).collect());

        assert_eq!(listed(&["all_access", "own_index"]), ["own_index", "all_access"]);
        assert_eq!(listed(&["own_index", "ml_full_access"]), ["ml_full_access", "own_index"]);
    }
}
