//! `migrate generate`, `migrate baseline` and `migrate check`.

use std::fmt::{Display, Write as _};
use std::path::{Path, PathBuf};

use chrono::Utc;

use super::super::App;
use super::super::build::is_of_the_kit;
use super::migrate::tell;
use super::{Failure, Session};
use crate::schema::{Change, Declared, MigrationsFolder, Schema};

/// Writes the migrations that lead from the snapshot to the resources, and the new snapshot.
pub(super) fn generate(
    app: &App,
    name: &str,
    allow_destructive: bool,
    dir: Option<PathBuf>,
) -> Result<(), Failure> {
    let declared = declared(app)?;
    let folder = folder(app, dir)?;
    let snapshot = match folder.snapshot().map_err(Failure::config)? {
        Some(snapshot) => snapshot,
        None if folder.has_migrations() => {
            return Err(Failure::Failed(format!(
                "{} has migrations, but no schema.json that says what they lead to\n  help: if they lead to what the \
                 resources need, run `migrate baseline` once; else put the schema.json there that belongs to them",
                folder.path().display()
            )));
        }
        None => Schema::empty(),
    };
    let change = Change::between(&snapshot, &declared).map_err(|faults| impossible(&faults))?;
    advise(&declared, &change);
    if change.is_empty() {
        advice("nothing to generate: the resources are as the snapshot has them");
        return Ok(());
    }
    let dangers = change.dangers();
    if !dangers.is_empty() && !allow_destructive {
        return Err(Failure::Failed(format!(
            "this would lose data, or fail on tables that have rows:{}\n  nothing is written; to write it all the same, \
             say --allow-destructive",
            lines(&dangers)
        )));
    }
    let written = folder
        .write(name, Utc::now(), &change, declared.schema())
        .map_err(Failure::failed)?;
    for path in written.migrations.iter().chain([&written.snapshot]) {
        tell(&path.display().to_string())?;
    }
    for line in change.describe() {
        advice(&line);
    }
    if app.all_migrations().origin().is_none() {
        advice("add them to the App: .migrations(migrations!(\"migrations\"))");
    } else if written.is_first {
        advice(
            "touch the file that says `migrations!` before the next build: cargo sees new migrations only by a schema.json that it knows",
        );
    }
    advice("read what was written, then build again and apply it: migrate run");
    Ok(())
}

/// Writes the snapshot of the resources alone.
pub(super) fn baseline(app: &App, dir: Option<PathBuf>) -> Result<(), Failure> {
    let declared = declared(app)?;
    let folder = folder(app, dir)?;
    if folder.snapshot().map_err(Failure::config)?.is_some() {
        return Err(Failure::Failed(format!(
            "{} has a schema.json already\n  help: to bring it to the resources, run `migrate generate NAME`",
            folder.path().display()
        )));
    }
    let snapshot = folder
        .write_snapshot(declared.schema())
        .map_err(Failure::failed)?;
    tell(&snapshot.display().to_string())?;
    advice("to see whether a database has this schema, run `migrate check --db`");
    Ok(())
}

/// Fails where the resources are not as the snapshot has them.
pub(super) fn check(app: &App, dir: Option<PathBuf>) -> Result<(), Failure> {
    let declared = declared(app)?;
    let (snapshot, place) = match folder(app, dir) {
        Ok(folder) => {
            let snapshot = folder.snapshot().map_err(Failure::config)?;
            (
                snapshot,
                folder.path().join("schema.json").display().to_string(),
            )
        }
        Err(failure) => match embedded(app)? {
            Some(snapshot) => (Some(snapshot), "the snapshot in this program".to_owned()),
            None => return Err(failure),
        },
    };
    let snapshot = snapshot.ok_or_else(|| no_snapshot(&place))?;
    let change = Change::between(&snapshot, &declared).map_err(|faults| impossible(&faults))?;
    for note in declared.notes() {
        advice(&format!("note: {note}"));
    }
    if change.is_empty() {
        return tell("the resources are as the snapshot has them");
    }
    Err(Failure::Failed(format!(
        "the resources are not as {place} has them:{}\n  help: run `migrate generate NAME`",
        lines(&change.describe())
    )))
}

/// Fails where the database is not as the snapshot has it.
pub(super) async fn check_database(session: &Session, dir: Option<PathBuf>) -> Result<(), Failure> {
    let snapshot = match (
        dir.is_none()
            .then(|| embedded(&session.app))
            .transpose()?
            .flatten(),
        dir,
    ) {
        (Some(snapshot), _) => snapshot,
        (None, dir) => {
            let folder = folder(&session.app, dir)?;
            let snapshot = folder.snapshot().map_err(Failure::config)?;
            snapshot.ok_or_else(|| no_snapshot(&folder.path().display().to_string()))?
        }
    };
    let mut differences = Vec::new();
    for schema in [Declared::kit().schema(), &snapshot] {
        let found = crate::schema::differences(&session.db, schema).await;
        differences.extend(found.map_err(Failure::failed)?);
    }
    if differences.is_empty() {
        return tell("the database is as the snapshot has it");
    }
    let pending = session
        .app
        .all_migrations()
        .pending(&session.db)
        .await
        .map_err(Failure::failed)?;
    let help = if pending.is_empty() {
        "no migration is pending, so somebody changed it by hand: write a migration that undoes or takes over the change"
    } else {
        "migrations are pending: run `migrate run` first"
    };
    Err(Failure::Failed(format!(
        "the database is not as the snapshot has it:{}\n  help: {help}",
        lines(&differences)
    )))
}

/// What the application's own resources need; the tables of the kit come with the kit.
fn declared(app: &App) -> Result<Declared, Failure> {
    app.check().map_err(Failure::config)?;
    let metas: Vec<_> = app
        .resources
        .iter()
        .map(|mounted| (mounted.meta)())
        .filter(|meta| !is_of_the_kit(meta))
        .collect();
    let kit = Declared::kit();
    let mut faults = Vec::new();
    for meta in &metas {
        if kit.schema().table(meta.table).is_some() {
            faults.push(format!(
                "`{}`: the table `{}` is one of the kit's; give it another `table = \"…\"`",
                meta.name, meta.table
            ));
        }
    }
    if faults.is_empty() {
        Ok(Declared::new(&metas))
    } else {
        Err(Failure::Config(faults.join("\n")))
    }
}

/// The folder that was named, that of the sources, or `migrations` here.
fn folder(app: &App, dir: Option<PathBuf>) -> Result<MigrationsFolder, Failure> {
    if let Some(dir) = dir {
        return Ok(MigrationsFolder::new(dir));
    }
    let sources = app
        .all_migrations()
        .origin()
        .and_then(|origin| origin.folder);
    if let Some(sources) = sources.filter(|path| Path::new(path).is_dir()) {
        return Ok(MigrationsFolder::new(clean(Path::new(sources))));
    }
    let here = PathBuf::from("migrations");
    if here.is_dir() || Path::new("Cargo.toml").is_file() {
        return Ok(MigrationsFolder::new(here));
    }
    Err(Failure::Failed(
        "there is no folder of migrations here\n  help: run it from the sources, as `cargo run -- migrate …`, or say where \
         it is with --dir"
            .to_owned(),
    ))
}

/// Without `..`, so that it can be read; relative to the current folder where it is within.
fn clean(path: &Path) -> PathBuf {
    let full = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let here = Path::new(".").canonicalize().ok();
    here.and_then(|here| full.strip_prefix(here).map(Path::to_owned).ok())
        .unwrap_or(full)
}

/// The snapshot that was built into the program.
fn embedded(app: &App) -> Result<Option<Schema>, Failure> {
    let text = app
        .all_migrations()
        .origin()
        .and_then(|origin| origin.snapshot);
    text.map(Schema::parse).transpose().map_err(Failure::Config)
}

fn no_snapshot(place: &str) -> Failure {
    Failure::Failed(format!(
        "{place}: there is no snapshot\n  help: run `migrate generate NAME`, or `migrate baseline`"
    ))
}

fn impossible(faults: &[String]) -> Failure {
    Failure::Failed(format!("no migration can be written:{}", lines(faults)))
}

fn lines(all: &[impl Display]) -> String {
    let mut text = String::new();
    for one in all {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "\n  - {one}");
    }
    text
}

fn advise(declared: &Declared, change: &Change) {
    for warning in change.warnings() {
        advice(&format!("warning: {warning}"));
    }
    for note in declared.notes() {
        advice(&format!("note: {note}"));
    }
}

#[expect(
    clippy::print_stderr,
    reason = "the command line speaks to people here"
)]
fn advice(line: &str) {
    eprintln!("{line}");
}
