//! A real OpenSearch with modelgate before it, of the benchmark's own.

mod calls;
mod filled;
mod groups;
mod ours;
mod timed;

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use ureq::http::Method;

use super::kernel::Tree;
use crate::dist;
use crate::down;
use crate::reset::remove_indices;
use crate::stack::client::{Answer, Client};
use crate::stack::settings::Settings;
use crate::stack::users::{ALICE, User};
use crate::stack::{Stack, gate, node, ports};
use crate::up::Up;

const DIR: &str = "target/dev-bench";

/// The index of groups.
const INDEX: &str = ".plugins-ml-model-group";

/// The index of reserved names.
const NAMES: &str = ".modelgate-names";

/// What modelgate is told: who calls is known, and nothing is logged.
const SET: [&str; 2] = ["identity.cache=1h", "log.access=false"];

/// Who calls: somebody with eight backend roles.
const READER: User = User {
    name: "reader",
    password: ALICE.password,
    backend_roles: &[
        "role-0", "role-1", "role-2", "role-3", "role-4", "role-5", "role-6", "role-7",
    ],
    roles: &["ml_full_access", "own_index"],
};

/// The cluster, empty; it is stopped when the value is dropped.
struct Cluster {
    stack: Stack,
    /// The cluster itself, as the admin certificate.
    direct: Client,
    /// modelgate, as nobody yet.
    gate: Client,
}

impl Cluster {
    fn started() -> Result<Self> {
        let stack = Stack::at(Path::new(DIR));
        down::stop(&stack)?;
        let program = dist::built()?;
        let mut up = Up::for_tests(stack.dir(), program, ports::two_free()?);
        up.set = SET.map(str::to_owned).into();
        let settings: Settings = up.start(&stack)?;
        let direct = stack.cluster(&settings)?;
        let cluster = Self { stack, direct, gate: Client::plain(&settings.gate_url()) };
        remove_indices(&cluster.direct)?;
        cluster.know_the_reader()?;
        Ok(cluster)
    }

    fn know_the_reader(&self) -> Result<()> {
        let user = json!({
            "hash": ALICE.hash(),
            "backend_roles": READER.backend_roles,
            "opendistro_security_roles": READER.roles,
        });
        let path = format!("/_plugins/_security/api/internalusers/{}", READER.name);
        self.ask(Method::PUT, &path, &user.to_string()).map(drop)
    }

    /// Asks the cluster itself.
    fn ask(&self, method: Method, path: &str, body: &str) -> Result<Answer> {
        good(self.direct.send_text(method, path, None, body)?)
    }

    /// Asks modelgate, as the reader.
    fn ask_gate(&self, method: Method, path: &str, body: &str) -> Result<Answer> {
        let path = format!("/_plugins/_ml/model_groups/{path}");
        good(self.gate.send_text(method, &path, Some(&READER), body)?)
    }

    /// modelgate's process, and the node's.
    fn trees(&self) -> Result<[Tree; 2]> {
        let gate = gate::pid_file(&self.stack).running().context("modelgate has ended")?;
        let node = node::pid_file(&self.stack).running().context("OpenSearch has ended")?;
        Ok([Tree::of(gate.id()), Tree::of(node.id())])
    }

    /// How many searches, writes and reads both indices have seen.
    fn seen(&self) -> Result<[u64; 3]> {
        let path = format!("/{INDEX},{NAMES}/_stats/search,indexing,get?expand_wildcards=all");
        let stats = self.ask(Method::GET, &path, "")?.json()?;
        let total = |kind: &str, name: &str| stats["_all"]["total"][kind][name].as_u64();
        let counts = [
            total("search", "query_total"),
            total("indexing", "index_total"),
            total("get", "total"),
        ];
        let [Some(searches), Some(writes), Some(reads)] = counts else {
            anyhow::bail!("the cluster counts otherwise: {stats}")
        };
        Ok([searches, writes, reads])
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Where either fails the next start does it.
        drop(remove_indices(&self.direct));
        drop(down::stop(&self.stack));
    }
}

fn good(answer: Answer) -> Result<Answer> {
    ensure!(answer.is_ok(), "the answer is a {}: {:.500}", answer.status, answer.body);
    Ok(answer)
}

/// A group as modelgate stores it.
fn group(name: &str, access: &str, roles: &[&str], owner: &str) -> Value {
    json!({
        "name": name,
        "latest_version": 0,
        "description": "a group of the benchmark",
        "backend_roles": roles,
        "owner": {
            "name": owner,
            "backend_roles": READER.backend_roles,
            "roles": READER.roles,
            "user_requested_tenant": "null",
            "user_requested_tenant_access": "NONE",
            "custom_attribute_names": [],
        },
        "access": access,
        "created_time": 1_700_000_000_000_u64,
        "last_updated_time": 1_700_000_000_000_u64,
    })
}
