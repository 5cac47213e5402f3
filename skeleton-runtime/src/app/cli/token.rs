//! `token`: an access token for trying things out, and for scripts.

use std::time::Duration;

use clap::Args;

use crate::auth::{Account, Accounts, Authenticator, Client, Email, RoleRef, Roles};
use crate::error::Code;

use super::user::find;
use super::{Failure, Session, explain, print};

/// A year: longer than anybody should need.
const MAX_HOURS: u64 = 8760;

#[derive(Debug, Args)]
pub(super) struct Token {
    /// The account; it is made, without a password, if there is none
    #[arg(long, default_value = "dev@example.com")]
    email: String,
    /// The role of a new account, by default the one that registration gives; an account that is there must have it
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
        let authenticator =
            Authenticator::new(&config.auth, roles, db.clone()).map_err(|error| explain(&error))?;
        let account = self.account(authenticator.accounts(), roles).await?;
        let lifetime = Duration::from_secs(self.hours * 3600);
        let token = authenticator
            .issue_for(&account, lifetime, &Client::command("token"))
            .await
            .map_err(|error| explain(&error))?;
        db.close();
        print(&format!("{}\n", token.token.expose()))
    }

    async fn account(
        &self,
        accounts: &Accounts,
        roles: &'static Roles,
    ) -> Result<Account, Failure> {
        let role = match &self.role {
            Some(name) => find(roles, name)?,
            None => self.own_role(accounts, roles).await?,
        };
        let account = accounts.ensure(&self.email, role).await;
        account.map_err(|error| match error.code() {
            Code::Conflict => Failure::Failed(format!(
                "{}\n  help: `user set-role` and `user enable` change that; --email names another account",
                error.detail()
            )),
            _ => explain(&error),
        })
    }

    /// That of an account that is there, else the one that registration gives.
    async fn own_role(
        &self,
        accounts: &Accounts,
        roles: &'static Roles,
    ) -> Result<RoleRef, Failure> {
        let Ok(email) = Email::parse(&self.email) else {
            return Ok(roles.default_role());
        };
        let account = accounts.find_by_email(&email).await;
        let account = account.map_err(|error| explain(&error))?;
        let own = account.and_then(|account| roles.find(&account.role));
        Ok(own.unwrap_or_else(|| roles.default_role()))
    }
}
