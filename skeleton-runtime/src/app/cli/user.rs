//! `user`: accounts in the hands of whoever runs the service.

use clap::{Args, Subcommand};
use serde_json::json;

use crate::auth::{Account, Authenticator, Email, RoleRef, Roles};
use crate::error::Code;
use crate::{Error, Secret};

use super::password::Password;
use super::style::{Style, table};
use super::{Failure, Session, advise, explain, print, print_json};

#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// Make an account
    Create {
        /// The e-mail to log in with
        email: String,
        /// Its role, as ADMIN; without it the one that registration gives
        #[arg(long)]
        role: Option<String>,
        #[command(flatten)]
        password: Password,
    },
    /// Give an account another role
    SetRole {
        /// The account's e-mail
        email: String,
        /// The role, as ADMIN
        role: String,
    },
    /// Give an account a new password, and end its sessions
    SetPassword {
        /// The account's e-mail
        email: String,
        #[command(flatten)]
        password: Password,
    },
    /// Lock an account out, and end its sessions
    Disable {
        /// The account's e-mail
        email: String,
    },
    /// Let an account in again
    Enable {
        /// The account's e-mail
        email: String,
    },
    /// List the accounts, by e-mail
    List(List),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
}

impl User {
    pub(super) async fn run(self, session: Session) -> Result<(), Failure> {
        session.bring_up().await?;
        let roles = session.app.roles;
        let authenticator = Authenticator::new(&session.config.auth, roles, session.db.clone())
            .map_err(|error| explain(&error))?;
        let done = self.act(&authenticator, session.config.log.color).await;
        session.db.close();
        done
    }

    async fn act(self, authenticator: &Authenticator, has_color: bool) -> Result<(), Failure> {
        let roles = authenticator.roles();
        match self {
            Self::Create {
                email,
                role,
                password,
            } => {
                let email = address(&email)?;
                let role = role.map_or(Ok(roles.default_role()), |name| find(roles, &name))?;
                create(authenticator, &email, role, password).await
            }
            Self::SetRole { email, role } => {
                let (email, role) = (Email::comparable(&email), find(roles, &role)?);
                let account = authenticator.set_role(&email, role).await;
                let account = account.map_err(|error| told(&email, &error))?;
                advise(&format!("{} is {} now", account.email, account.role));
                Ok(())
            }
            Self::SetPassword { email, password } => {
                let email = Email::comparable(&email);
                let (password, is_generated) = password.read().await?;
                let account = authenticator.set_password(&email, &password).await;
                let account = account.map_err(|error| told(&email, &error))?;
                hand_over(&password, is_generated)?;
                advise(&format!(
                    "{} has a new password; its sessions have ended",
                    account.email
                ));
                Ok(())
            }
            Self::Disable { email } => set_disabled(authenticator, &email, true).await,
            Self::Enable { email } => set_disabled(authenticator, &email, false).await,
            Self::List(list) => list.run(authenticator, has_color).await,
        }
    }
}

async fn create(
    authenticator: &Authenticator,
    email: &Email,
    role: RoleRef,
    password: Password,
) -> Result<(), Failure> {
    let taken = authenticator.accounts().find_by_email(email).await;
    if taken.map_err(|error| explain(&error))?.is_some() {
        return Err(told(email, &Error::conflict(Vec::new())));
    }
    let (password, is_generated) = password.read().await?;
    let account = authenticator.create_account(email, &password, role).await;
    let account = account.map_err(|error| told(email, &error))?;
    hand_over(&password, is_generated)?;
    advise(&format!("{} is made, {}", account.email, account.role));
    Ok(())
}

async fn set_disabled(
    authenticator: &Authenticator,
    email: &str,
    is_disabled: bool,
) -> Result<(), Failure> {
    let email = Email::comparable(email);
    let account = authenticator.set_disabled(&email, is_disabled).await;
    let Account { email, .. } = account.map_err(|error| told(&email, &error))?;
    advise(&if is_disabled {
        format!("{email} is locked out; its sessions have ended")
    } else {
        format!("{email} may log in")
    });
    Ok(())
}

impl List {
    async fn run(&self, authenticator: &Authenticator, has_color: bool) -> Result<(), Failure> {
        let (mut all, mut last) = (Vec::new(), None);
        loop {
            let page = authenticator.accounts().page(last.as_ref()).await;
            let page = page.map_err(|error| explain(&error))?;
            let Some(account) = page.last() else {
                break;
            };
            last = Some(Email::comparable(&account.email));
            all.extend(page);
        }
        if self.json {
            let view = |account: &Account| {
                json!({
                    "id": account.id,
                    "email": account.email,
                    "role": account.role,
                    "disabled": account.disabled,
                    "has_password": account.has_password(),
                    "created_at": account.created_at,
                })
            };
            return print_json(&all.iter().map(view).collect::<Vec<_>>());
        }
        let rows: Vec<_> = all.into_iter().map(row).collect();
        let head = ["e-mail", "role", "state", "made"];
        print(&table(Style::stdout(has_color), head, &rows))
    }
}

fn row(account: Account) -> [String; 4] {
    let state = match (account.disabled, account.has_password()) {
        (true, _) => "locked out",
        (false, true) => "may log in",
        (false, false) => "has no password",
    };
    let made = account.created_at.format("%Y-%m-%d %H:%M").to_string();
    [account.email, account.role, state.to_owned(), made]
}

/// The one thing that the output of the command is for: it can be told once only.
fn hand_over(password: &Secret<String>, is_generated: bool) -> Result<(), Failure> {
    if is_generated {
        print(&format!("{}\n", password.expose()))?;
    }
    Ok(())
}

fn address(text: &str) -> Result<Email, Failure> {
    Email::parse(text).map_err(|fault| explain(&Error::validation(vec![fault])))
}

pub(super) fn find(roles: &'static Roles, name: &str) -> Result<RoleRef, Failure> {
    roles.find(&name.to_uppercase()).ok_or_else(|| {
        Failure::Usage(format!(
            "unknown role {name}\n  help: name one of {}",
            roles.names.join(", ")
        ))
    })
}

/// What the operator can do about it, where that is known.
fn told(email: &Email, error: &Error) -> Failure {
    let email = email.as_str();
    match error.code() {
        Code::NotFound => Failure::Failed(format!(
            "there is no account {email}\n  help: `user list` has all of them"
        )),
        Code::Conflict => Failure::Failed(format!(
            "there is an account {email} already\n  help: change it with `user set-role`, `user set-password` or `user \
             enable`"
        )),
        Code::LastOwner => Failure::Failed(format!(
            "{email} is the last account of the highest role\n  help: give that role to another account first"
        )),
        _ => explain(error),
    }
}
