//! The schema that the resources need, and the migrations that lead to it.
//!
//! The resources of the running program ([`Declared`]) are compared with the snapshot beside the migrations
//! ([`Schema`], `migrations/schema.json`), and the difference ([`Change`]) is written as SQL for both databases. No
//! database is needed for that; [`differences`] holds a live one against a snapshot.

mod catalogue;
mod danger;
mod declare;
mod describe;
mod diff;
mod folder;
mod index;
mod lint;
mod model;
mod name;
mod sql;

pub use catalogue::{Catalogue, differences};
pub use danger::Danger;
pub use declare::Declared;
pub use folder::{FolderError, MigrationsFolder, Written};
pub use model::Schema;
pub use sql::Script;

use diff::Diff;

/// What leads from a snapshot to what the resources say.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// # #[resource] pub struct Note { pub id: Uuid, pub title: String }
/// use skeleton_runtime::schema::{Change, Declared, Schema};
///
/// let declared = Declared::new(&[Note::meta()]);
/// let change = Change::between(&Schema::empty(), &declared).unwrap();
/// assert!(!change.is_empty());
/// assert!(change.dangers().is_empty());
/// ```
#[derive(Debug, Clone)]
pub struct Change {
    forth: Diff,
    back: Diff,
}

impl Change {
    /// Compares them.
    ///
    /// # Errors
    ///
    /// What no generated migration can do, and renames that contradict what is there: all of it.
    pub fn between(snapshot: &Schema, declared: &Declared) -> Result<Self, Vec<String>> {
        let forth = Diff::between(snapshot, &declared.schema, &declared.renames)?;
        let faults = danger::faults(&forth);
        if !faults.is_empty() {
            return Err(faults);
        }
        let back = Diff::reversed(snapshot, &declared.schema, &declared.renames);
        Ok(Self { forth, back })
    }

    /// Whether the resources are as the snapshot has them.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.forth.is_empty()
    }

    /// What differs, a line for each thing.
    #[must_use]
    pub fn describe(&self) -> Vec<String> {
        describe::lines(&self.forth)
    }

    /// What would lose data, or fail on a table that has rows.
    #[must_use]
    pub fn dangers(&self) -> Vec<Danger> {
        danger::dangers(&self.forth)
    }

    /// What keeps others waiting, or what programs of before do not outlive.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        danger::warnings(&self.forth)
    }

    /// The migrations for PostgreSQL, in their order, and those for SQLite.
    #[must_use]
    pub fn scripts(&self) -> (Vec<Script>, Vec<Script>) {
        sql::scripts(&self.forth, &self.back)
    }
}
