//! Migrations: embedded in the program, applied in the order of their versions, once each.
//!
//! A migration is a folder `<version>_<name>` with `up.sql` and, where it can be undone, `down.sql`, once for each
//! database. What was applied stands in the table that Diesel's own command line uses, so either can take over from
//! the other.
//!
//! Instances that start together wait for each other: behind an advisory lock on PostgreSQL, behind a lock on a file
//! beside the database (`<database>.migrate-lock`) on SQLite. Each migration runs in a transaction of its own,
//! unless it says otherwise. On PostgreSQL no statement time-out applies. On SQLite foreign keys are not enforced
//! meanwhile, for dropping a table that is rebuilt would delete what refers to it; instead all references are
//! checked before each commit.

mod error;
mod lock;
mod run;
mod source;
mod split;

use std::sync::Arc;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};

use super::backend::AnyBackend;

pub use error::MigrateError;
use source::{Migration, read};

/// The migrations of a program, for both databases. Cheap to clone.
///
/// ```
/// use skeleton_runtime::db::Migrations;
///
/// // Those of accounts and sessions, which each application has; `migrations!("migrations")` gives one's own.
/// assert!(Migrations::kit().names().iter().any(|name| name.ends_with("create_kit")));
/// ```
#[derive(Clone, Default)]
pub struct Migrations {
    sets: Vec<Arc<Set>>,
    origin: Option<Origin>,
}

/// Where the application's migrations come from; the kit has none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin {
    /// The folder in the sources, in a program that is built for development.
    pub(crate) folder: Option<&'static str>,
    /// The text of its `schema.json`, if it has one.
    pub(crate) snapshot: Option<&'static str>,
}

/// The migrations of one folder.
struct Set {
    postgres: EmbeddedMigrations,
    sqlite: EmbeddedMigrations,
}

/// Where a migration stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationStatus {
    /// Its version, by which they are ordered: the digits of its name, as `20260131120000`.
    pub version: String,
    /// The name of its folder; its version where this program does not have it.
    pub name: String,
    /// Whether the database has it.
    pub applied: bool,
    /// Whether this program has it. One that it lacks was applied by another program, likely a newer one.
    pub known: bool,
}

impl Migrations {
    /// The migrations of one folder: `migrations!("migrations")` writes this.
    pub fn new(postgres: EmbeddedMigrations, sqlite: EmbeddedMigrations) -> Self {
        Self {
            sets: vec![Arc::new(Set { postgres, sqlite })],
            origin: None,
        }
    }

    /// Says where they come from: the folder of the sources, and the snapshot of the schema beside them.
    #[must_use]
    pub fn from_folder(
        mut self,
        folder: Option<&'static str>,
        snapshot: Option<&'static str>,
    ) -> Self {
        self.origin = Some(Origin { folder, snapshot });
        self
    }

    /// Where the application's migrations come from.
    pub(crate) fn origin(&self) -> Option<Origin> {
        self.origin
    }

    /// The tables that this crate itself needs: `users`, and those of sessions, throttles and idempotency.
    pub fn kit() -> Self {
        // A new migration comes with a new snapshot, by which cargo sees that this is to be compiled anew.
        const _: &str = include_str!("../../../migrations/schema.json");
        const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
        const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
        Self::new(POSTGRES, SQLITE)
    }

    /// Several sets in one order, that of their versions.
    pub fn merged<'a>(all: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut merged = Self::default();
        for one in all {
            merged.sets.extend(one.sets.iter().cloned());
            merged.origin = one.origin.or(merged.origin);
        }
        merged
    }

    /// The names of all, of either database, in the order of their versions. Reads nothing but this program.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = [AnyBackend::Postgres, AnyBackend::Sqlite]
            .into_iter()
            .filter_map(|backend| self.ordered(backend).ok())
            .flatten()
            .map(|migration| (migration.version, migration.name))
            .collect();
        names.sort();
        names.dedup();
        names.into_iter().map(|(_, name)| name).collect()
    }

    /// Those for one database, ordered by version.
    fn ordered(&self, backend: AnyBackend) -> Result<Vec<Migration>, MigrateError> {
        let mut ordered = Vec::new();
        for set in &self.sets {
            let source = match backend {
                AnyBackend::Postgres => &set.postgres,
                AnyBackend::Sqlite => &set.sqlite,
            };
            ordered.extend(read(source)?);
        }
        ordered.sort_by(|left, right| left.version.cmp(&right.version));
        for pair in ordered.windows(2) {
            if let [first, second] = pair
                && first.version == second.version
            {
                return Err(MigrateError::SameVersion(
                    first.name.clone(),
                    second.name.clone(),
                ));
            }
        }
        Ok(ordered)
    }
}

impl std::fmt::Debug for Migrations {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = |backend| -> Vec<String> {
            let ordered = self.ordered(backend).unwrap_or_default();
            ordered
                .into_iter()
                .map(|migration| migration.name)
                .collect()
        };
        formatter
            .debug_struct("Migrations")
            .field("postgres", &names(AnyBackend::Postgres))
            .field("sqlite", &names(AnyBackend::Sqlite))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::source::tests::embedded;
    use super::*;

    #[test]
    fn sets_are_merged_in_the_order_of_versions() {
        let late = Migrations::new(embedded!("20270101000000_late"), embedded!());
        let early = Migrations::new(embedded!("2025-01-01-000000_early"), embedded!());
        let middle = || embedded!("2026-01-01-000000_middle");
        let middle = Migrations::new(middle(), middle());
        let all = Migrations::merged([&late, &middle, &early]);
        let expected = "Migrations { postgres: [\"2025-01-01-000000_early\", \"2026-01-01-000000_middle\", \
                        \"20270101000000_late\"], sqlite: [\"2026-01-01-000000_middle\"] }";
        assert_eq!(format!("{all:?}"), expected);
        let names = [
            "2025-01-01-000000_early",
            "2026-01-01-000000_middle",
            "20270101000000_late",
        ];
        assert_eq!(all.names(), names);
    }

    #[test]
    fn a_version_is_taken_once() {
        let twice = embedded!("2025-01-01-000000_one", "20250101000000_other");
        let error = Migrations::new(embedded!(), twice)
            .ordered(AnyBackend::Sqlite)
            .err();
        assert!(
            matches!(error, Some(MigrateError::SameVersion(..))),
            "{error:?}"
        );
    }
}
