//! What is in an embedded migration.

use std::any::Any;

use diesel::QueryResult;
use diesel::connection::{BoxableConnection, SimpleConnection};
use diesel::migration::MigrationSource;
use diesel_migrations::EmbeddedMigrations;

use super::MigrateError;
use crate::db::backend::AnyBackend;

/// One migration for one database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Migration {
    /// What it is ordered by, as `20260131120000`.
    pub(super) version: String,
    /// The name of its folder.
    pub(super) name: String,
    /// The SQL to apply it.
    pub(super) up: String,
    /// The SQL to revert it, where there is a way back.
    pub(super) down: Option<String>,
    /// `false` when its `metadata.toml` says so, for what no transaction can hold, as `CREATE INDEX CONCURRENTLY`.
    pub(super) in_transaction: bool,
}

/// Reads the SQL of embedded migrations. They only run themselves, on a connection that blocks: so they run on one
/// that notes what it is told.
pub(super) fn read(source: &EmbeddedMigrations) -> Result<Vec<Migration>, MigrateError> {
    let migrations = MigrationSource::<AnyBackend>::migrations(source);
    let migrations = migrations.map_err(|error| MigrateError::Unreadable(error.to_string()))?;
    let read = migrations.iter().map(|migration| {
        let mut up = Notes::default();
        let ran = migration.run(&mut up);
        ran.map_err(|error| MigrateError::Unreadable(error.to_string()))?;
        let mut down = Notes::default();
        // Without `down.sql` it refuses.
        let reverted = migration.revert(&mut down).is_ok();
        Ok(Migration {
            version: migration.name().version().to_string(),
            name: migration.name().to_string(),
            up: up.sql,
            down: reverted.then_some(down.sql),
            in_transaction: migration.metadata().run_in_transaction(),
        })
    });
    read.collect()
}

/// A connection that runs nothing.
#[derive(Default)]
struct Notes {
    sql: String,
}

impl SimpleConnection for Notes {
    fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        query.clone_into(&mut self.sql);
        Ok(())
    }
}

impl BoxableConnection<AnyBackend> for Notes {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

#[cfg(test)]
pub(super) mod tests {
    use diesel_migrations::{EmbeddedMigration, EmbeddedName, TomlMetadataWrapper};

    use super::*;

    /// Migrations of these names, without SQL.
    macro_rules! embedded {
        ($($name:literal),*) => {{
            #[allow(unused_imports, reason = "there may be none")]
            use diesel_migrations::{
                EmbeddedMigration, EmbeddedMigrations, EmbeddedName, TomlMetadataWrapper,
            };
            const ALL: &[EmbeddedMigration] = &[$(EmbeddedMigration::new(
                "", None, EmbeddedName::new($name), TomlMetadataWrapper::new(true),
            )),*];
            EmbeddedMigrations::new(ALL)
        }};
    }
    pub(in super::super) use embedded;

    #[test]
    fn reads_all_of_it() {
        const SOURCE: EmbeddedMigrations = EmbeddedMigrations::new(&[
            EmbeddedMigration::new(
                "up 1",
                Some("down 1"),
                EmbeddedName::new("2025-01-01-000000_one"),
                TomlMetadataWrapper::new(true),
            ),
            EmbeddedMigration::new(
                "up 2",
                None,
                EmbeddedName::new("2_two"),
                TomlMetadataWrapper::new(false),
            ),
        ]);
        let one = Migration {
            version: "20250101000000".to_owned(),
            name: "2025-01-01-000000_one".to_owned(),
            up: "up 1".to_owned(),
            down: Some("down 1".to_owned()),
            in_transaction: true,
        };
        let two = Migration {
            version: "2".to_owned(),
            name: "2_two".to_owned(),
            up: "up 2".to_owned(),
            down: None,
            in_transaction: false,
        };
        assert_eq!(read(&SOURCE).unwrap(), [one, two]);
    }
}
