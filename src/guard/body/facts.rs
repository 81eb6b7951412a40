//! What has to be known of a body as a whole.

use super::{Body, Refusal};

/// Where a name or a text stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Depth {
    /// Right in the body's first value, which is all that OpenSearch reads.
    Body,
    /// In what a policy of snapshots hands to each of them.
    SnapshotConfig,
    /// Anywhere else.
    Other,
}

/// What a body was seen to say.
#[derive(Debug, Default)]
pub(in crate::guard) struct Facts {
    selects: bool,
    selects_by_policy: bool,
    has_point_in_time: bool,
    is_in_a_group: bool,
    restores_the_state: bool,
    leaves_aliases: bool,
}

impl Facts {
    pub(super) fn key(&mut self, key: &str, depth: Depth) {
        self.selects |= depth == Depth::Body && key == "indices";
        self.selects_by_policy |= depth == Depth::SnapshotConfig && key == "indices";
        self.has_point_in_time |= depth == Depth::Body && key == "pit";
    }

    pub(super) fn string(&mut self, key: &str, text: &str, depth: Depth) {
        let names_a_group = key == "model_group_id" && !text.trim().is_empty();
        self.is_in_a_group |= depth == Depth::Body && names_a_group;
        self.restores_the_state |= key == "include_global_state" && text != "false";
    }

    pub(super) fn flag(&mut self, key: &str, flag: bool, depth: Depth) {
        self.restores_the_state |= key == "include_global_state" && flag;
        self.leaves_aliases |= depth == Depth::Body && key == "include_aliases" && !flag;
    }

    /// Whether the search is of a point in time, which has its indices.
    pub(in crate::guard) fn has_point_in_time(&self) -> bool {
        self.has_point_in_time
    }

    pub(super) fn check(&self, kind: Body, keeps_plugins: bool) -> Result<(), Refusal> {
        let unseen = match kind {
            Body::Selection | Body::Restore if !self.selects => Some(NO_INDICES),
            Body::Policy if !self.selects_by_policy => Some(NO_INDICES),
            Body::Restore if self.restores_the_state => Some(GLOBAL_STATE),
            Body::Restore if keeps_plugins && !self.leaves_aliases => Some(ALIASES),
            Body::Model if !self.is_in_a_group => Some(NO_GROUP),
            _ => None,
        };
        unseen.map_or(Ok(()), |why| Err(Refusal::Unseen(why)))
    }
}

/// What a missing body of that kind means.
pub(in crate::guard) fn check_none(kind: Body, keeps_plugins: bool) -> Result<(), Refusal> {
    Facts::default().check(kind, keeps_plugins)
}

const NO_INDICES: &str = "without [indices] all are meant, protected system indices too: \
    name others, or take off [*,-.plugins-ml-model-group*,-.modelgate-names*]";
const GLOBAL_STATE: &str = "the global state of a snapshot may lead to protected system indices";
const ALIASES: &str = "without the Security plugin an alias of a snapshot may stand for an index of a plugin's own: \
    leave them out with [\"include_aliases\": false]";
pub(super) const NO_GROUP: &str = "without [model_group_id] a model group would be made past modelgate: \
    register one first";
