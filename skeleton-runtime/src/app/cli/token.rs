//! `token`: an access token for trying things out, and for scripts.

use std::time::Duration;

use clap::Args;

use crate::auth::{Authenticator, Client};

use super::user::find;
use super::{Failure, Session, explain, print};

/// A year: longer than anybody should need.
const MAX_HOURS: u64 = 8760;

#[derive(Debug, Args)]
pub(super) struct Token {
    /// The account; it is made, without a password, if there is none
    #[arg(long, default_value = "dev@example.com")]
    email: String,
    /// The role of a new account, as MEMBER; an account that exists keeps its own, and must have this one
    #[arg(long)]
    role: Option<String>,
    /// How long the token holds
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u64).range(1..=MAX_HOURS))]
    hours: u64,
}

impl Token {
    pub(super) async fn run(self, session: Session) -> Result<(), Failure> {
        session.bring_up().await?;
        let Session { app, config, db } = session;
        let roles = app.roles;
        let role = match &self.role {
            None => roles.default_role(),
            Some(name) => find(roles, name)?,
        };
        let authenticator =
            Authenticator::new(&config.auth, roles, db.clone()).map_err(|error| explain(&error))?;
        let account = authenticator
            .accounts()
            .ensure(&self.email, role)
            .await
            .map_err(|error| explain(&error))?;
        let lifetime = Duration::from_secs(self.hours * 3600);
        let token = authenticator
            .issue_for(&account, lifetime, &Client::command("token"))
            .await
            .map_err(|error| explain(&error))?;
        db.close();
        print(&format!("{}\n", token.token.expose()))
    }
}
