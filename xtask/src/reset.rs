//! `cargo xtask reset`: no groups, no models, and users as at the start.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde_json::{Value, json};
use ureq::http::Method;

use crate::stack::client::Client;
use crate::stack::settings::{Security, Settings};
use crate::stack::users::{USERS, User};
use crate::stack::{DEFAULT_DIR, Stack, gate};

const USERS_API: &str = "/_plugins/_security/api/internalusers";
const INDICES: [&str; 3] = [".plugins-ml-model-group", ".plugins-ml-model", ".modelgate-names"];

/// Remove all model groups and models, and set users and access control as at the start.
#[derive(Debug, Args)]
pub(crate) struct Reset {
    /// The stack's folder.
    #[arg(long, default_value = DEFAULT_DIR)]
    dir: PathBuf,
}

impl Reset {
    /// Resets the stack.
    pub(crate) fn run(self) -> Result<()> {
        let stack = Stack::at(&self.dir);
        let settings = Settings::of(&stack)?.with_context(|| {
            format!("no stack in {}: `cargo xtask up --detach`", stack.dir().display())
        })?;
        let _held = stack.hold()?;
        reset(&stack, settings)
    }
}

fn reset(stack: &Stack, mut settings: Settings) -> Result<()> {
    let cluster = stack.cluster(&settings)?;
    remove_indices(&cluster)?;
    let mut stale = false;
    if settings.security == Security::On {
        stale = repair_users(&cluster, &stack.cluster_for_users(&settings)?)?;
    }
    if settings.access_control != settings.first_access_control {
        settings.access_control = settings.first_access_control;
        settings.keep(stack)?;
        stale = true;
    }
    match &settings.modelgate {
        Some(program) if stale => gate::restart(stack, &settings, program),
        _ => Ok(()),
    }
}

/// Removes all groups, models and reservations of names.
pub(crate) fn remove_indices(cluster: &Client) -> Result<()> {
    let path = format!("/{}?ignore_unavailable=true", INDICES.join(","));
    let answer = cluster.send(Method::DELETE, &path, None)?;
    ensure!(answer.is_ok() || answer.status == 404, "the indices are not removed: {}", answer.body);
    Ok(())
}

/// Puts every user that has changed as it was, and says whether one had.
fn repair_users(cluster: &Client, anyone: &Client) -> Result<bool> {
    let known = cluster.send(Method::GET, USERS_API, None)?;
    ensure!(known.is_ok(), "the users are not listed: {}", known.body);
    let known = known.json()?;
    let mut repairs = Vec::new();
    for user in &USERS {
        if !is_as_at_the_start(user, &known[user.name], anyone)? {
            repairs.push(repair(user));
        }
    }
    if repairs.is_empty() {
        return Ok(false);
    }
    let answer = cluster.send_json(Method::PATCH, USERS_API, &Value::from(repairs))?;
    ensure!(answer.is_ok(), "the users are not repaired: {}", answer.body);
    Ok(true)
}

fn is_as_at_the_start(user: &User, known: &Value, anyone: &Client) -> Result<bool> {
    let same = known["backend_roles"] == json!(user.backend_roles)
        && known["opendistro_security_roles"] == json!(user.roles);
    let login = |user| anyone.send(Method::GET, "/_plugins/_security/authinfo", Some(user));
    Ok(same && login(user)?.is_ok())
}

fn repair(user: &User) -> Value {
    let value = json!({
        "hash": user.hash(),
        "backend_roles": user.backend_roles,
        "opendistro_security_roles": user.roles,
    });
    json!({"op": "add", "path": format!("/{}", user.name), "value": value})
}
