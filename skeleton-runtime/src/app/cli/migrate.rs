//! `migrate run`, `migrate revert` and `migrate status`.

use clap::Subcommand;

use super::{Failure, Session};

#[derive(Debug, Subcommand)]
pub(super) enum Migrate {
    /// Apply all pending migrations
    Run,
    /// Take the newest migrations back
    Revert {
        /// How many
        #[arg(default_value_t = 1)]
        count: usize,
    },
    /// List all migrations, and whether each is applied
    Status,
}

impl Migrate {
    #[expect(clippy::print_stdout, reason = "the output of a command")]
    pub(super) async fn run(self, session: Session) -> Result<(), Failure> {
        let migrations = session.app.all_migrations();
        match self {
            Self::Run => {
                let applied = migrations.run(&session.db).await.map_err(Failure::failed)?;
                for version in &applied {
                    println!("applied {version}");
                }
                if applied.is_empty() {
                    println!("nothing to apply");
                }
            }
            Self::Revert { count } => {
                let reverted = migrations
                    .revert(&session.db, count)
                    .await
                    .map_err(Failure::failed)?;
                for version in &reverted {
                    println!("reverted {version}");
                }
                if reverted.is_empty() {
                    println!("nothing to revert");
                }
            }
            Self::Status => {
                for migration in migrations
                    .status(&session.db)
                    .await
                    .map_err(Failure::failed)?
                {
                    let state = if migration.applied {
                        "applied"
                    } else {
                        "pending"
                    };
                    println!("{state}  {}", migration.name);
                }
            }
        }
        session.db.close();
        Ok(())
    }
}
