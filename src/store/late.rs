//! What keeps out a write that a crash left on its way.

use serde_json::Value;

use super::{FIRST, INDEX, Store, document, encoded, read, update_of, write_once};
use crate::{
    command::{Found, Stored},
    error::Error,
};

/// How long OpenSearch remembers what was deleted: a minute, unless it is told. TCP goes on trying
/// to deliver a write for a quarter of an hour.
const MEMORY: &str = r#"{ "index": { "gc_deletes": "20m" } }"#;

impl Store<'_> {
    /// Moves a group on to its next version without a change, so that no write that relies on the
    /// one that was read can succeed any more; false where it had moved already.
    ///
    /// # Errors
    /// Where the cluster does not tell.
    pub(crate) async fn moved_on(&self, stored: &Stored) -> Result<bool, Error> {
        let body = br#"{ "doc": {}, "detect_noop": false }"#;
        let written = write_once(self.0, "POST", &update_of(stored), Some(body)).await;
        let (reply, _) = written.map_err(Error::of_bookkeeping)?;
        match reply.status {
            200 => Ok(true),
            404 | 409 => Ok(false),
            _ => Err(Error::unexpected(&reply, "Failed to update Model Group")),
        }
    }

    /// Deletes what is not there, at the version that a register would write, so that no register
    /// under that id can succeed any more; false where one has. The index has to be there:
    /// OpenSearch would make it.
    ///
    /// # Errors
    /// Where the cluster does not tell.
    pub(crate) async fn fence(&self, id: &str) -> Result<bool, Error> {
        let target = format!("/{INDEX}/_settings?preserve_existing=true");
        let reply = self.0.ask(read("PUT", &target, Some(MEMORY.as_bytes()))).await?;
        if reply.status != 200 {
            return Err(Error::unexpected(&reply, "Failed to update settings"));
        }
        let target = format!("/{INDEX}/_doc/{}?{FIRST}", encoded(id));
        let written = write_once(self.0, "DELETE", &target, None).await;
        let (reply, _) = written.map_err(Error::of_bookkeeping)?;
        match (reply.status, document(&reply).get("result").and_then(Value::as_str)) {
            (404, Some("not_found")) => Ok(true),
            // There is a fence already, or a group.
            (409, _) => Ok(matches!(self.found(id).await?, Found::Nothing)),
            _ => Err(Error::unexpected(&reply, "Failed to delete data object from index")),
        }
    }
}
