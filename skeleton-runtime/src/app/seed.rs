//! `seed`: rows to try an application out with.

use std::io::{self, IsTerminal as _, Write as _};

use axum::extract::FromRef as _;
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;

use crate::auth::{Account, Authenticator, Email, RoleSet};
use crate::config::Profile;
use crate::db::Db;
use crate::error::{Code, Error};
use crate::resource::{Repository, Resource};
use crate::{Result, Secret};

use super::AppState;

type Work = dyn FnOnce(Seeder) -> LocalBoxFuture<'static, Result<()>> + Send + Sync;

/// What the application gave to be done.
pub(super) struct Seed(Box<Work>);

impl std::fmt::Debug for Seed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Seed")
    }
}

impl Seed {
    pub(super) fn new<F, Fut>(seed: F) -> Self
    where
        F: FnOnce(Seeder) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + 'static,
    {
        Self(Box::new(|seeder| seed(seeder).boxed_local()))
    }

    pub(super) async fn run(self, seeder: Seeder) -> Result<()> {
        (self.0)(seeder).await
    }
}

/// What became of one thing that is to be there.
///
/// ```
/// # use skeleton_runtime::prelude::*;
///
/// fn told(seeded: Seeded) -> &'static str {
///     match seeded {
///         Seeded::Made => "made",
///         Seeded::There => "is there already",
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seeded {
    /// It was made.
    Made,
    /// It was there already, and is left as it is.
    There,
}

/// What a seed works with: repositories without rules, accounts, and progress for whoever watches.
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// # #[resource] pub struct Article { pub id: Uuid, pub title: String }
///
/// async fn seed(seeder: Seeder) -> Result<()> {
///     let articles = seeder.repository::<Article>();
///     seeder
///         .each("articles", ["One", "Two"], async |title| {
///             // Where the title were `unique`, one that is there would be known by its 409.
///             let title = title.to_owned();
///             articles.create(NewArticle { title }).await?;
///             Ok(Seeded::Made)
///         })
///         .await
/// }
/// ```
#[derive(Debug)]
pub struct Seeder {
    state: AppState,
    profile: Profile,
}

impl Seeder {
    pub(super) fn new(state: AppState, profile: Profile) -> Self {
        Self { state, profile }
    }

    /// The state that handlers have.
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// The database, for queries of one's own.
    pub fn db(&self) -> &Db {
        self.state.db()
    }

    /// The rows of a resource, without rules.
    pub fn repository<T: Resource>(&self) -> Repository<T> {
        Repository::new(self.state.services())
    }

    /// The rows of a resource in the hands of an account, which becomes the owner of those that are made. Its rules do
    /// not bind.
    pub fn repository_of<T: Resource>(&self, account: &Account) -> Repository<T> {
        Repository::for_account(self.state.services(), account)
    }

    /// The account with this e-mail. One that is not there is made with this role and password; in production without
    /// the password, since everybody can read it in the sources.
    ///
    /// # Errors
    ///
    /// 422 for what is no e-mail, or a password that nobody may have; 503 while the database is out of reach.
    pub async fn account(
        &self,
        email: &str,
        role: impl RoleSet,
        password: &str,
    ) -> Result<Account> {
        let email = Email::parse(email).map_err(|fault| Error::validation(vec![fault]))?;
        let authenticator = Authenticator::from_ref(&self.state);
        let accounts = authenticator.accounts();
        if let Some(account) = accounts.find_by_email(&email).await? {
            say(&format!("{} is there, {}", account.email, account.role));
            return Ok(account);
        }
        let role = role.role();
        let made = if self.profile == Profile::Production {
            accounts.create(&email, None, role).await
        } else {
            let password = Secret::new(password.to_owned());
            authenticator.create_account(&email, &password, role).await
        };
        match made {
            // Somebody else was quicker.
            Err(error) if error.code() == Code::Conflict => {
                accounts.find_by_email(&email).await?.ok_or(error)
            }
            made => {
                let account = made?;
                say(&format!("{} is made, {}", account.email, account.role));
                Ok(account)
            }
        }
    }

    /// Does `work` for each of `items`, and says how far it is. `name` is what they are, as `articles`.
    ///
    /// A 409 `conflict` of `work` means that the thing is there: another row has a value that must be unique.
    ///
    /// # Errors
    ///
    /// The first other error of `work`; what was done before stays.
    pub async fn each<T>(
        &self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut work: impl AsyncFnMut(T) -> Result<Seeded>,
    ) -> Result<()> {
        let items: Vec<T> = items.into_iter().collect();
        let mut progress = Progress::new(name, items.len());
        for item in items {
            match work(item).await {
                Ok(Seeded::Made) => progress.made += 1,
                Ok(Seeded::There) => {}
                Err(error) if error.code() == Code::Conflict => {}
                Err(error) => {
                    progress.end();
                    return Err(error);
                }
            }
            progress.step();
        }
        progress.end();
        Ok(())
    }
}

/// One line that grows on a terminal, and is written once elsewhere.
struct Progress<'a> {
    name: &'a str,
    total: usize,
    done: usize,
    made: usize,
    is_live: bool,
}

impl<'a> Progress<'a> {
    fn new(name: &'a str, total: usize) -> Self {
        Self {
            name,
            total,
            done: 0,
            made: 0,
            is_live: io::stderr().is_terminal(),
        }
    }

    fn step(&mut self) {
        self.done += 1;
        if self.is_live {
            let line = format!("\r{} {}/{}", self.name, self.done, self.total);
            // Progress that nobody can see is no reason to stop.
            let _ = io::stderr().write_all(line.as_bytes());
        }
    }

    fn end(&self) {
        if self.is_live {
            let _ = io::stderr().write_all(b"\r");
        }
        let there = self.done - self.made;
        say(&format!(
            "{} {}/{}: {} made, {there} there already",
            self.name, self.done, self.total, self.made
        ));
    }
}

#[expect(clippy::print_stderr, reason = "progress is for people")]
fn say(line: &str) {
    eprintln!("{line}");
}
