//! What is looked at before anything is served or changed: settings, declarations, addresses, the database.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};

use crate::config::{Fault, Inspection};
use crate::db::{Db, OpenError, Reach};

use super::App;
use super::cli::Failure;
use super::listener::Handed;
use super::report::{Report, fault};
use super::schema;

/// The variables that say which database it is.
pub(super) const DATABASE: [&str; 6] = [
    "DATABASE_URL",
    "DB_HOST",
    "DB_PORT",
    "DB_NAME",
    "DB_USER",
    "DB_PASSWORD",
];

/// A database that its URL does not keep from being used.
pub(super) struct Found {
    pub(super) db: Db,
    /// Why it is out of reach, if it is: the service is to wait for it.
    pub(super) away: Option<String>,
}

/// What is wrong with the settings and the declarations.
pub(super) fn settings(app: &App, inspection: &Inspection) -> Report {
    let mut report = Report::default();
    for fault in &inspection.faults {
        report.add(fault);
    }
    for warning in &inspection.warnings {
        report.warn(warning);
    }
    for fault in app.faults() {
        report.add(&fault);
    }
    report
}

/// The database of the settings, as far as the settings tell one. Connects nowhere.
pub(super) fn open(inspection: &Inspection, report: &mut Report) -> Option<Db> {
    if inspection.blames(&DATABASE) {
        return None;
    }
    match Db::open(&inspection.config.database) {
        Ok(db) => Some(db),
        Err(error) => {
            let fix =
                "write `sqlite://PATH` or `postgres://USER:PASSWORD@HOST:PORT/NAME?sslmode=…`";
            report.fault("DATABASE_URL", error.to_string(), fix);
            None
        }
    }
}

/// Everything that keeps the service from being served. A PostgreSQL that is out of reach is a warning: the service
/// waits for it.
pub(super) async fn check(
    app: &App,
    inspection: &Inspection,
    handed: &Handed,
) -> Result<Found, Report> {
    let mut report = settings(app, inspection);
    for fault in addresses(inspection, handed.count()) {
        report.add(&fault);
    }
    let Some(db) = open(inspection, &mut report) else {
        return Err(report);
    };
    let (is_there, away) = match db.reach().await {
        Reach::There => (true, None),
        #[cfg(feature = "postgres")]
        Reach::Away(why) => {
            report.warn(&format!("the database is out of reach: {why}"));
            (false, Some(why))
        }
        Reach::Refused { wrong, fix } => {
            report.fault("DATABASE_URL", wrong, fix);
            (false, None)
        }
    };
    if is_there && !inspection.config.auto_migrate && !inspection.blames(&["AUTO_MIGRATE"]) {
        match app.all_migrations().pending(&db).await {
            Ok(pending) if pending.is_empty() => {}
            Ok(pending) => report.add(&pending_fault(app.package.name, &pending)),
            Err(error) if error.is_unavailable() => report.warn(&error),
            Err(error) => report.fault(
                "DATABASE_URL",
                format!("names a database whose migrations can't be read: {error}"),
                "let this user read the tables of the database",
            ),
        }
    }
    report.or(Some(Found { db, away }))
}

/// What keeps a command from the database, which waits for nothing.
pub(super) async fn demand(db: &Db) -> Result<(), Failure> {
    match db.reach().await {
        Reach::There => Ok(()),
        #[cfg(feature = "postgres")]
        Reach::Away(why) => Err(Failure::Failed(format!(
            "the database is out of reach: {why}\n  help: start it, or set DATABASE_URL to where it is"
        ))),
        Reach::Refused { wrong, fix } => {
            let mut report = Report::default();
            report.fault("DATABASE_URL", wrong, fix);
            Err(Failure::config(report))
        }
    }
}

/// What is wrong with a parameter of the URL, or with what it names.
pub(super) fn unusable_url(error: &OpenError) -> Fault {
    fault(
        "DATABASE_URL",
        format!("can't be used: {}", error.reason()),
        "write `sqlite://PATH` or `postgres://USER:PASSWORD@HOST:PORT/NAME?sslmode=verify-full`",
    )
}

pub(super) fn pending_fault(program: &str, pending: &[String]) -> Fault {
    let [what, wrong] = schema::told(pending);
    fault(
        what,
        wrong,
        format!("run `{program} migrate run`, or set AUTO_MIGRATE=true"),
    )
}

/// Both at once, so that two of one address are found. The first ones are not asked where sockets were handed over.
fn addresses(inspection: &Inspection, handed: usize) -> Vec<Fault> {
    let http = &inspection.config.http;
    let main = (!inspection.blames(&["HOST", "PORT"])).then_some((http.address, "PORT"));
    let management = http.management.map(|address| (address, "MANAGEMENT_ADDR"));
    let (mut held, mut faults) = (Vec::new(), Vec::new());
    for (address, setting) in main.into_iter().chain(management).skip(handed) {
        match TcpListener::bind(address) {
            Ok(listener) => held.push(listener),
            Err(error) => faults.push(unusable(address, setting, &error)),
        }
    }
    faults
}

/// What it means that an address can't be listened on.
pub(super) fn unusable(
    address: SocketAddr,
    setting: &'static str,
    error: &std::io::Error,
) -> Fault {
    let fix = match error.kind() {
        ErrorKind::AddrInUse => {
            format!("end what listens there, or set {setting} to one that is free")
        }
        ErrorKind::AddrNotAvailable => {
            "take an address of this machine: 127.0.0.1, or 0.0.0.0 for all that it has".to_owned()
        }
        ErrorKind::PermissionDenied => {
            format!("set {setting} to a port over 1023, or let the program use lower ones")
        }
        _ => format!("set {setting} to another one"),
    };
    fault(
        setting,
        format!("names {address}, where this program can't listen: {error}"),
        fix,
    )
}
