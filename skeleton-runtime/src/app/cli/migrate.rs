//! `migrate …`: from the resources to migrations, from migrations to a database, and back.

use std::path::PathBuf;

use clap::Subcommand;

use super::super::App;
use super::migrate_schema as schema;
use super::{Failure, Session, print};

#[derive(Debug, Subcommand)]
pub(super) enum Migrate {
    /// Write the migrations that lead from the snapshot to the resources; needs no database
    Generate {
        /// What the migration is called, as `add_tags`
        name: String,
        /// Also write what loses data, or fails on a table that has rows
        #[arg(long)]
        allow_destructive: bool,
        /// The folder of the migrations [default: that of the sources, or `migrations`]
        #[arg(long)]
        dir: Option<PathBuf>,
    },
    /// Write the snapshot alone, for migrations that were written by hand so far
    Baseline {
        /// The folder of the migrations [default: that of the sources, or `migrations`]
        #[arg(long)]
        dir: Option<PathBuf>,
    },
    /// Tell how the resources differ from the snapshot; fails if they do
    Check {
        /// Tell how the database differs from the snapshot instead
        #[arg(long)]
        db: bool,
        /// The folder of the migrations [default: that of the sources, or `migrations`]
        #[arg(long)]
        dir: Option<PathBuf>,
    },
    /// Apply all pending migrations
    Run,
    /// Take the newest migrations back
    Revert {
        /// How many
        #[arg(default_value_t = 1)]
        count: usize,
    },
    /// Take the newest migrations back and apply them again
    Redo {
        /// How many
        #[arg(default_value_t = 1)]
        count: usize,
    },
    /// List all migrations, and whether each is applied
    Status,
}

impl Migrate {
    /// Does what needs no database; gives back what needs one.
    pub(super) fn offline(self, app: &App) -> Result<Result<(), Failure>, Self> {
        match self {
            Self::Generate {
                name,
                allow_destructive,
                dir,
            } => Ok(schema::generate(app, &name, allow_destructive, dir)),
            Self::Baseline { dir } => Ok(schema::baseline(app, dir)),
            Self::Check { db: false, dir } => Ok(schema::check(app, dir)),
            other => Err(other),
        }
    }

    pub(super) async fn run(self, session: Session) -> Result<(), Failure> {
        let migrations = session.app.all_migrations();
        let db = &session.db;
        match self {
            Self::Generate { .. } | Self::Baseline { .. } => {}
            Self::Check { dir, .. } => schema::check_database(&session, dir).await?,
            Self::Run => {
                let applied = migrations.run(db).await.map_err(Failure::failed)?;
                list("applied", "nothing to apply", &applied)?;
            }
            Self::Revert { count } => {
                let reverted = migrations
                    .revert(db, count)
                    .await
                    .map_err(Failure::failed)?;
                list("reverted", "nothing to revert", &reverted)?;
            }
            Self::Redo { count } => {
                let redone = migrations.redo(db, count).await.map_err(Failure::failed)?;
                list("redone", "nothing to redo", &redone)?;
            }
            Self::Status => {
                let status = migrations.status(db).await.map_err(Failure::failed)?;
                for migration in status {
                    let state = match (migration.applied, migration.known) {
                        (true, true) => "applied",
                        (true, false) => "unknown",
                        (false, _) => "pending",
                    };
                    tell(&format!("{state}  {}", migration.name))?;
                }
            }
        }
        session.db.close();
        Ok(())
    }
}

/// One line for each migration.
fn list(done: &str, nothing: &str, names: &[String]) -> Result<(), Failure> {
    for name in names {
        tell(&format!("{done} {name}"))?;
    }
    if names.is_empty() {
        tell(nothing)?;
    }
    Ok(())
}

pub(super) fn tell(line: &str) -> Result<(), Failure> {
    print(&format!("{line}\n"))
}
