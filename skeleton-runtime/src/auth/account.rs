//! Accounts: rows of the table `users`.

use chrono::{DateTime, SubsecRound, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::administration::LOCK;
use super::email::Email;
use super::schema::users;
use super::{RoleRef, Roles, sql};
use crate::Secret;
use crate::db::{self, Connection, Db, Statement, Value};
use crate::error::{Code, Error, Result};

/// More than a person reads at once.
const PAGE: i64 = 1000;

/// Somebody who can log in.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::auth::{Account, Accounts, Email};
///
/// async fn is_locked_out(accounts: &Accounts, email: &Email) -> Result<bool> {
///     let account: Option<Account> = accounts.find_by_email(email).await?;
///     Ok(account.is_some_and(|account| account.disabled))
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Account {
    /// A UUID of version 7: accounts sort by the time they were made.
    pub id: Uuid,
    /// Trimmed and lower-cased; unique.
    pub email: String,
    /// The name of the role, as stored: the application may have dropped a role that rows still have.
    pub role: String,
    /// Whether logging in is refused.
    pub disabled: bool,
    /// When the account was made, in microseconds.
    pub created_at: DateTime<Utc>,
    /// When it was last changed, in microseconds.
    pub updated_at: DateTime<Utc>,
    /// A PHC string; `None` for an account that has no password to log in with.
    pub(super) password_hash: Option<Secret<String>>,
}

type Row = (
    Uuid,
    String,
    Option<String>,
    String,
    bool,
    DateTime<Utc>,
    DateTime<Utc>,
);

impl From<Row> for Account {
    fn from((id, email, password_hash, role, disabled, created_at, updated_at): Row) -> Self {
        let password_hash = password_hash.map(Secret::new);
        Self {
            id,
            email,
            role,
            disabled,
            created_at,
            updated_at,
            password_hash,
        }
    }
}

impl Account {
    /// An account that is to be made.
    pub(super) fn new(email: &Email, password_hash: Option<Secret<String>>, role: RoleRef) -> Self {
        // What PostgreSQL stores, so that the answer is the row.
        let now = Utc::now().trunc_subsecs(6);
        Self {
            id: Uuid::now_v7(),
            email: email.as_str().to_owned(),
            role: role.name().to_owned(),
            disabled: false,
            created_at: now,
            updated_at: now,
            password_hash,
        }
    }

    /// Whether there is a password to log in with.
    pub fn has_password(&self) -> bool {
        self.password_hash.is_some()
    }
}

/// Writes a new account.
pub(super) async fn insert(connection: &mut Connection, account: &Account) -> Result<()> {
    diesel::insert_into(users::table)
        .values((
            users::id.eq(account.id),
            users::email.eq(&account.email),
            users::password_hash.eq(account.password_hash.as_ref().map(Secret::expose)),
            users::role.eq(&account.role),
            users::disabled.eq(account.disabled),
            users::created_at.eq(account.created_at),
            users::updated_at.eq(account.updated_at),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// The accounts of a database.
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::auth::{Accounts, Email, RoleSet};
///
/// async fn invite(accounts: &Accounts, email: &str) -> Result<Uuid> {
///     let email = Email::parse(email).map_err(|fault| Error::validation(vec![fault]))?;
///     // Without a password nobody can log in to it.
///     let account = accounts.create(&email, None, Role::Member.role()).await?;
///     Ok(account.id)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Accounts {
    db: Db,
    roles: &'static Roles,
}

impl Accounts {
    pub(super) fn new(db: Db, roles: &'static Roles) -> Self {
        Self { db, roles }
    }

    /// The account with this id.
    ///
    /// # Errors
    ///
    /// 503 `unavailable` when the database can't be asked.
    pub async fn find(&self, id: Uuid) -> Result<Option<Account>> {
        let mut connection = self.db.read().await?;
        let row = users::table
            .find(id)
            .first::<Row>(&mut connection)
            .await
            .optional()?;
        Ok(row.map(Account::from))
    }

    /// The account with this e-mail.
    ///
    /// # Errors
    ///
    /// 503 `unavailable` when the database can't be asked.
    pub async fn find_by_email(&self, email: &Email) -> Result<Option<Account>> {
        let mut connection = self.db.read().await?;
        let query = users::table.filter(users::email.eq(email.as_str()));
        let row = query.first::<Row>(&mut connection).await.optional()?;
        Ok(row.map(Account::from))
    }

    /// Makes an account. Of several at the same instant with one e-mail, the unique index lets one through.
    ///
    /// # Errors
    ///
    /// 409 `conflict` naming `email` when it is taken; 503 `unavailable` when the database can't be asked.
    pub async fn create(
        &self,
        email: &Email,
        password_hash: Option<Secret<String>>,
        role: RoleRef,
    ) -> Result<Account> {
        let account = Account::new(email, password_hash, role);
        if role != self.roles.highest() {
            insert(&mut self.db.connection().await?, &account).await?;
            return Ok(account);
        }
        // Whoever looks for an owner under the lock finds all there are.
        let made = self.db.transaction(async |connection| {
            db::lock_name(connection, LOCK).await?;
            insert(connection, &account).await
        });
        made.await?;
        Ok(account)
    }

    /// How many have this role and may log in.
    ///
    /// # Errors
    ///
    /// 503 `unavailable` when the database can't be asked.
    pub async fn count_of(&self, role: RoleRef) -> Result<i64> {
        let mut connection = self.db.read().await?;
        let query = users::table.filter(users::role.eq(role.name()).and(users::disabled.eq(false)));
        Ok(query.count().get_result(&mut connection).await?)
    }

    /// Accounts by their e-mails, a thousand at most from behind `after`.
    ///
    /// # Errors
    ///
    /// 503 `unavailable` when the database can't be asked.
    pub async fn page(&self, after: Option<&Email>) -> Result<Vec<Account>> {
        let mut connection = self.db.read().await?;
        let after = after.map_or("", Email::as_str);
        let query = users::table.filter(users::email.gt(after));
        let query = query.order(users::email).limit(PAGE);
        let rows = query.load::<Row>(&mut connection).await?;
        Ok(rows.into_iter().map(Account::from).collect())
    }

    /// The account with this e-mail and role, made without a password if there is none: for whoever may use the
    /// database anyhow.
    ///
    /// An account that is there keeps its role: a command that only wants a token must not promote anybody, nor
    /// hand out a token that says less or more than the account.
    ///
    /// # Errors
    ///
    /// 422 `validation_failed` for what is no e-mail; 409 `conflict` when the account has another role or is
    /// disabled; 503 `unavailable` when the database can't be asked.
    pub async fn ensure(&self, email: &str, role: RoleRef) -> Result<Account> {
        let email = Email::parse(email).map_err(|fault| Error::validation(vec![fault]))?;
        let account = match self.find_by_email(&email).await? {
            Some(account) => account,
            None => match self.create(&email, None, role).await {
                // Somebody else was quicker.
                Err(error) if error.code() == Code::Conflict => {
                    self.find_by_email(&email).await?.ok_or(error)?
                }
                created => created?,
            },
        };
        if account.disabled {
            return Err(Error::new(
                Code::Conflict,
                format!("the account {} is disabled", account.email),
            ));
        }
        if self.roles.find(&account.role) != Some(role) {
            let Account {
                email, role: own, ..
            } = &account;
            let detail = format!(
                "the account {email} has the role {own}, not {}",
                role.name()
            );
            return Err(Error::new(Code::Conflict, detail));
        }
        Ok(account)
    }
}

/// Checks, within the transaction that begins a session, that the password is still the one that was verified, and
/// locks the account until the end of that transaction: a change of password either sees the session or is seen here.
///
/// `new` takes the place of `old`; they may be the same. The role that the account has; `None` when the password was
/// changed or the account disabled meanwhile.
pub(super) async fn confirm_password(
    connection: &mut Connection,
    id: Uuid,
    old: &Secret<String>,
    new: &Secret<String>,
) -> Result<Option<String>> {
    const SQL: &str = "UPDATE users SET password_hash = $1 WHERE id = $2 AND password_hash = $3 AND NOT disabled \
        RETURNING role";
    let hash = |hash: &Secret<String>| Value::Text(hash.expose().clone());
    let statement = Statement::with_binds(SQL, vec![hash(new), Value::Uuid(id), hash(old)]);
    let mut roles = connection.fetch(statement, |row| sql::text(row, 0)).await?;
    Ok(roles.pop())
}

/// Sets a new password, unless the old one was changed or the account disabled meanwhile: whether it did.
pub(super) async fn change_password(
    connection: &mut Connection,
    id: Uuid,
    old: &Secret<String>,
    new: &Secret<String>,
) -> Result<bool> {
    const SQL: &str = "UPDATE users SET password_hash = $1, updated_at = $2 \
        WHERE id = $3 AND password_hash = $4 AND NOT disabled";
    let hash = |hash: &Secret<String>| Value::Text(hash.expose().clone());
    let binds = vec![
        hash(new),
        Value::Timestamp(Utc::now().trunc_subsecs(6)),
        Value::Uuid(id),
        hash(old),
    ];
    let changed = Connection::execute(connection, Statement::with_binds(SQL, binds)).await?;
    Ok(changed > 0)
}
