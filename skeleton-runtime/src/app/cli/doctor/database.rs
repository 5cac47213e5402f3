//! The database: whether it is there, what it has, and what time it thinks it is.

use chrono::{DateTime, Utc};

use crate::Result;
use crate::auth::Authenticator;
use crate::config::{Inspection, masked_url};
use crate::db::{AnyBackend, Db, Reach, Row, Statement};

use super::super::super::App;
use super::super::super::preflight::{self, pending_fault, unusable_url};
use super::Check;

const NAME: &str = "database";
/// What the leeway of tokens forgives.
const MOST_SECONDS_OFF: i64 = 30;
/// Worth to be looked at: clocks that are kept do not differ by that much.
const SECONDS_OFF: i64 = 2;

pub(super) async fn checks(app: &App, inspection: &Inspection) -> Vec<Check> {
    if inspection.blames(&preflight::DATABASE) {
        // Told with the settings.
        return Vec::new();
    }
    let db = match Db::open(&inspection.config.database) {
        Ok(db) => db,
        Err(error) => {
            let fault = unusable_url(&error);
            let message = format!("{} {}", fault.variable, fault.wrong);
            return vec![Check::config(NAME, message, fault.fix)];
        }
    };
    let shown = masked_url(inspection.config.database.url.expose());
    if let Some(check) = no_file_yet(&db, &shown) {
        return vec![check];
    }
    let checks = match db.reach().await {
        Reach::There => existing(app, inspection, &db, &shown).await,
        #[cfg(feature = "postgres")]
        Reach::Away(why) => {
            let fix =
                "start it, or set DATABASE_URL to where it is; a service that starts waits for it";
            vec![Check::fail(
                NAME,
                format!("{shown} is out of reach: {why}"),
                fix,
            )]
        }
        Reach::Refused { wrong, fix } => {
            vec![Check::config(NAME, format!("DATABASE_URL {wrong}"), fix)]
        }
    };
    db.close();
    checks
}

/// To look at a file makes none.
fn no_file_yet(db: &Db, shown: &str) -> Option<Check> {
    #[cfg(feature = "sqlite")]
    if let Some(path) = db.sqlite_path()
        && !path.exists()
    {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        return Some(match folder {
            Some(folder) if !folder.is_dir() => Check::config(
                NAME,
                format!("DATABASE_URL names {shown}, whose folder is not there"),
                format!("mkdir -p {}", folder.display()),
            ),
            _ => Check::ok(
                NAME,
                format!("{shown} is not there yet: the first start makes it"),
            ),
        });
    }
    let _ = (db, shown);
    None
}

async fn existing(app: &App, inspection: &Inspection, db: &Db, shown: &str) -> Vec<Check> {
    let mut checks = match db.backend() {
        AnyBackend::Postgres => server(inspection, db, shown).await,
        AnyBackend::Sqlite => vec![Check::ok(NAME, format!("{shown} can be read"))],
    };
    checks.push(migrations(app, inspection, db).await);
    checks.push(clock(db).await);
    checks.extend(owner(app, inspection, db).await);
    checks
}

/// What a server tells of itself.
async fn server(inspection: &Inspection, db: &Db, shown: &str) -> Vec<Check> {
    const ASK: &str = "SELECT current_setting('server_version'), current_setting('server_encoding'), \
        current_setting('max_connections')";
    let read = |row: &Row<'_>| {
        let text = |index| -> diesel::deserialize::Result<String> {
            Ok(row.raw(index)?.ok_or("NULL")?.as_str()?.to_owned())
        };
        Ok((text(0)?, text(1)?, text(2)?))
    };
    let told = db.fetch(Statement::new(ASK), read).await;
    let Some((version, encoding, connections)) = told.ok().and_then(|mut rows| rows.pop()) else {
        let fix = "see whether it is overloaded; the log of the server knows more";
        return vec![Check::fail(NAME, format!("{shown} does not answer"), fix)];
    };
    let mut checks = vec![Check::ok(
        NAME,
        format!("{shown} is PostgreSQL {version}, for {connections} connections"),
    )];
    if encoding != "UTF8" {
        checks.push(Check::config(
            NAME,
            format!("the database is encoded in {encoding}, which can't hold every text"),
            "make it anew, with ENCODING 'UTF8'",
        ));
    }
    let own = inspection.config.database.pool_size;
    let has_room = connections.parse::<usize>().map_or(true, |most| own < most);
    if !has_room {
        checks.push(Check::warn(
            NAME,
            format!("DATABASE_POOL_SIZE is {own}, and the server takes {connections} connections from all"),
            "lower DATABASE_POOL_SIZE, so that all instances together stay below that",
        ));
    }
    checks
}

async fn migrations(app: &App, inspection: &Inspection, db: &Db) -> Check {
    const NAME: &str = "migrations";
    let status = match app.all_migrations().status(db).await {
        Ok(status) => status,
        Err(error) => {
            let fix = "let this user read the tables of the database";
            return Check::config(NAME, error.to_string(), fix);
        }
    };
    let of = |applied: bool, known: bool| -> Vec<String> {
        let these = status
            .iter()
            .filter(|one| one.applied == applied && one.known == known);
        these.map(|one| one.name.clone()).collect()
    };
    let (pending, unknown) = (of(false, true), of(true, false));
    if !pending.is_empty() {
        let fault = pending_fault(app.package.name, &pending);
        let message = format!("{} {}", fault.variable, fault.wrong);
        return if inspection.config.auto_migrate {
            Check::warn(
                NAME,
                format!("{message}; the next start applies what is pending"),
                format!("start it, or run `{} migrate run`", app.package.name),
            )
        } else {
            Check::config(NAME, message, fault.fix)
        };
    }
    if !unknown.is_empty() {
        let message = format!(
            "the database has {} that this program does not: {}",
            unknown.len(),
            unknown.join(", ")
        );
        return Check::warn(
            NAME,
            message,
            "run the program that applied them: it is likely newer",
        );
    }
    Check::ok(NAME, format!("all {} are applied", of(true, true).len()))
}

async fn clock(db: &Db) -> Check {
    const NAME: &str = "clock";
    if db.backend() == AnyBackend::Sqlite {
        return Check::ok(NAME, "the database goes by the clock of this machine");
    }
    let before = Utc::now();
    let theirs = match time_of(db).await {
        Ok(theirs) => theirs,
        Err(error) => return Check::fail(NAME, error.to_string(), "see the database"),
    };
    let after = Utc::now();
    // On the way there it was later than before, and on the way back earlier than after.
    let off = if theirs < before {
        before - theirs
    } else if theirs > after {
        theirs - after
    } else {
        chrono::Duration::zero()
    };
    let message = format!(
        "{}.{:03} s off that of the database",
        off.num_seconds(),
        off.num_milliseconds() % 1000
    );
    let fix = "have both machines keep their time, as with chrony: tokens and sessions end by it";
    if off.num_seconds() < SECONDS_OFF {
        Check::ok(NAME, message)
    } else if off.num_seconds() < MOST_SECONDS_OFF {
        Check::warn(NAME, message, fix)
    } else {
        Check::fail(NAME, message, fix)
    }
}

async fn time_of(db: &Db) -> Result<DateTime<Utc>> {
    let ask = Statement::new("SELECT clock_timestamp()");
    let times = db
        .fetch(ask, |row| row.raw(0)?.ok_or("NULL")?.as_timestamp())
        .await?;
    times
        .first()
        .copied()
        .ok_or_else(|| crate::Error::internal("the database told no time"))
}

/// Somebody must be able to do everything.
async fn owner(app: &App, inspection: &Inspection, db: &Db) -> Option<Check> {
    let authenticator = Authenticator::new(&inspection.config.auth, app.roles, db.clone()).ok()?;
    let role = app.roles.highest().name();
    // Without its table there is none to look for.
    let count = authenticator.accounts().count_of(app.roles.highest());
    Some(match count.await.ok()? {
        0 => Check::warn(
            "accounts",
            format!("there is no {role}"),
            format!("{} user create EMAIL --role {role}", app.package.name),
        ),
        count => Check::ok("accounts", format!("{role}: {count}")),
    })
}
