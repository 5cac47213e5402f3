//! `seed`: has the application fill its database.

use clap::Args;

use crate::config::Profile;

use super::super::seed::Seeder;
use super::{Failure, Session, explain};

#[derive(Debug, Args)]
pub(super) struct Seed {
    /// Also in production
    #[arg(long)]
    force: bool,
}

impl Seed {
    pub(super) async fn run(self, session: Session) -> Result<(), Failure> {
        if session.config.profile == Profile::Production && !self.force {
            return Err(Failure::Failed(
                "this is production, where rows to try things out with have no place\n  help: if they are meant, say --force"
                    .to_owned(),
            ));
        }
        if session.app.seed.is_none() {
            return Err(Failure::Failed(
                "this application has no seed\n  help: give it one, as `App::seed(seed)`"
                    .to_owned(),
            ));
        }
        session.bring_up().await?;
        let Session {
            mut app,
            config,
            db,
        } = session;
        let Some(seed) = app.seed.take() else {
            return Ok(());
        };
        let service = app.build(&config, db.clone()).map_err(Failure::config)?;
        let seeder = Seeder::new(service.state().clone(), config.profile);
        let seeded = seed.run(seeder).await;
        db.close();
        seeded.map_err(|error| explain(&error))
    }
}
