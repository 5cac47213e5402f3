//! The command line of every application.
//!
//! Machine output is on stdout, everything for people on stderr.

mod cargo;
mod completions;
mod config;
#[cfg(all(feature = "dev", unix))]
mod dev;
mod doctor;
mod generate;
mod health;
mod help;
mod keys;
mod migrate;
mod migrate_schema;
mod new;
mod openapi;
mod password;
mod routes;
mod seed;
mod style;
mod token;
mod user;
mod words;

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use tokio::runtime::Runtime;

use crate::Error;
use crate::config::{Config, Environment, Faults, Inspection, LogConfig, Warning};
use crate::db::Db;
use crate::telemetry::Telemetry;

use super::listener::Handed;
use super::{App, observe, preflight, serve};

/// `EX_CONFIG` of sysexits.h: something is configured in an unsuitable way.
const EXIT_CONFIG: u8 = 78;
/// As clap itself has it.
const EXIT_USAGE: u8 = 2;

#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve requests until SIGTERM or SIGINT (what happens without a command)
    Serve,
    /// Bring the database to the schema of this program, or back
    #[command(subcommand)]
    Migrate(migrate::Migrate),
    /// List every route: method, path, who may, and what answers
    Routes(routes::Routes),
    /// Print who may do what, by role: yes (every row) or own; of fields r (read), c (created with), u (updated)
    Roles,
    /// Make accounts, and change what they may do
    #[command(subcommand)]
    User(user::User),
    /// Fill the database with rows to try things out with; what is there stays
    Seed(seed::Seed),
    /// Make keys for tokens, and rotate them
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Print the OpenAPI document, or compare it with a file
    Openapi(openapi::Openapi),
    /// Print an access token; makes the account if there is none
    Token(token::Token),
    /// Look at settings, database, migrations, clock, keys and disk, and say what is wrong and how it is put right
    Doctor(doctor::Doctor),
    /// Ask the service that runs with these settings whether it is ready; fails if it is not
    Health,
    /// Tell the settings
    #[command(subcommand)]
    Config(config::Config),
    /// Print what a shell needs to complete commands
    Completions(completions::Completions),
    /// Make a project of one's own, with a resource, migrations, tests and CI
    New(new::New),
    /// Serve from the sources: build anew when one changes, without refusing a request meanwhile
    #[cfg(all(feature = "dev", unix))]
    Dev(dev::Dev),
    /// Write sources: a resource with its migration
    #[command(subcommand)]
    Generate(generate::Generate),
}

/// Why a command failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The arguments don't fit.
    Usage(String),
    /// A setting or a declaration is at fault.
    Config(String),
    /// Anything else.
    Failed(String),
    /// All is said already; with this exit code.
    Told(u8),
}

impl Failure {
    pub(super) fn failed(error: impl std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }

    pub(super) fn config(error: impl std::fmt::Display) -> Self {
        Self::Config(error.to_string())
    }
}

/// What a command works with.
pub(super) struct Session {
    pub(super) app: App,
    pub(super) config: Config,
    pub(super) db: Db,
}

impl Session {
    /// Makes the database fit for this program: applies what is pending where that is wanted, else there may be nothing.
    async fn bring_up(&self) -> Result<(), Failure> {
        let migrations = self.app.all_migrations();
        if self.config.auto_migrate {
            migrations.run(&self.db).await.map_err(Failure::failed)?;
            return Ok(());
        }
        let pending = migrations
            .pending(&self.db)
            .await
            .map_err(Failure::failed)?;
        if pending.is_empty() {
            return Ok(());
        }
        let name = self.app.package.name;
        Err(Failure::config(preflight::pending_fault(name, &pending)))
    }
}

/// The commands, under the name of the program.
fn command(name: &'static str, version: &'static str, about: &'static str) -> clap::Command {
    let command = Arguments::command().name(name).bin_name(name);
    help::with_examples(command.version(version).about(about), name)
}

/// Parses the arguments, runs the command, says what went wrong.
pub(super) fn run(app: App) -> ExitCode {
    let super::Package {
        name,
        version,
        description,
    } = app.package;
    let matches = command(name, version, description).get_matches();
    let arguments = match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => arguments,
        Err(error) => error.exit(),
    };
    match start(app, arguments.command.unwrap_or(Command::Serve)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Usage(message)) => complain(name, &message, EXIT_USAGE),
        Err(Failure::Config(message)) => complain(name, &message, EXIT_CONFIG),
        Err(Failure::Failed(message)) => complain(name, &message, 1),
        Err(Failure::Told(code)) => ExitCode::from(code),
    }
}

fn complain(name: &str, message: &str, code: u8) -> ExitCode {
    advise(&format!("{name}: {message}"));
    ExitCode::from(code)
}

/// Says something to whoever typed the command.
#[expect(
    clippy::print_stderr,
    reason = "the command line speaks to people here"
)]
fn advise(line: &str) {
    eprintln!("{line}");
}

/// Writes what a command is asked for. A reader that has read enough is no failure.
fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(Failure::failed),
    }
}

/// The same for programs.
fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(Failure::failed)?;
    print(&(text + "\n"))
}

/// An error of the kit with its causes: here it is the operator who reads it.
fn explain(error: &Error) -> Failure {
    let mut text = error.detail().to_owned();
    for fault in error.faults() {
        let _ = write!(text, "\n  {}: {}", fault.field, fault.message);
    }
    if let Some(cause) = error.cause_chain() {
        let _ = write!(text, ": {cause}");
    }
    Failure::Failed(text)
}

/// The faults of the settings, where a command could do its work in spite of them.
fn report_faults(inspection: &Inspection) -> Result<(), Failure> {
    if inspection.faults.is_empty() {
        return Ok(());
    }
    let faults = Faults::from(inspection.faults.clone());
    Err(Failure::config(faults))
}

fn start(app: App, command: Command) -> Result<(), Failure> {
    let command = match offline(&app, command) {
        Ok(done) => return done,
        Err(command) => command,
    };
    #[cfg(all(feature = "dev", unix))]
    let command = match command {
        Command::Dev(dev) => match dev.run(&app) {
            Some(done) => return done,
            None => Command::Serve,
        },
        other => other,
    };
    let environment = Environment::read().map_err(Failure::config)?;
    let inspection = Config::inspect(app.package.name, &environment);
    match command {
        Command::Routes(routes) => return routes.run(&app, &inspection),
        Command::Config(config) => return config.run(&environment, &inspection),
        Command::Health => return health::run(&inspection.config),
        _ => {}
    }
    // It takes variables out of the environment, which is for a time without threads.
    let handed = Handed::take();
    // All faults are to be found, also those that only a runtime can find.
    let runtime = Runtime::new().map_err(Failure::failed)?;
    runtime.block_on(async {
        match command {
            Command::Serve => serve_logged(app, inspection, handed).await,
            Command::Doctor(doctor) => doctor.run(&app, &inspection, &environment).await,
            command => work(command, app, inspection).await,
        }
    })
}

/// Does what needs neither settings nor a database; gives back what does.
fn offline(app: &App, command: Command) -> Result<Result<(), Failure>, Command> {
    match command {
        // Before the settings are read: a production that has no keys yet would not start.
        Command::Keys(keys::Keys::Generate(generate)) => Ok(generate.run()),
        Command::Roles => Ok(app
            .check()
            .map_err(Failure::config)
            .and_then(|()| print(&app.role_matrix()))),
        Command::Migrate(migrate) => migrate.offline(app).map_err(Command::Migrate),
        Command::New(new) => Ok(new.run()),
        Command::Generate(generate) => Ok(generate.run(app)),
        Command::Completions(completions) => {
            let name = app.package.name;
            let whole = self::command(name, app.package.version, app.package.description);
            Ok(completions.run(whole, name))
        }
        other => Err(other),
    }
}

async fn serve_logged(app: App, inspection: Inspection, handed: Handed) -> Result<(), Failure> {
    // With faults there is a report, and nothing to log.
    if !inspection.faults.is_empty() {
        return serve::serve(app, inspection, handed).await;
    }
    let traces = inspection.config.telemetry.traces.as_ref();
    let mut telemetry = Telemetry::init(&inspection.config.log, traces, app.package.version)
        .map_err(|error| explain(&error))?;
    telemetry.start();
    let served = tokio::select! {
        served = serve::serve(app, inspection, handed) => served,
        () = observe::reload_on_hangup(&telemetry) => Ok(()),
    };
    telemetry.end().await;
    served
}

pub(super) fn warn(warnings: &[Warning]) {
    for warning in warnings {
        tracing::warn!("{warning}");
    }
}

/// Does what needs a database.
async fn work(command: Command, app: App, inspection: Inspection) -> Result<(), Failure> {
    let mut report = preflight::settings(&app, &inspection);
    let db = preflight::open(&inspection, &mut report);
    let db = report.or(db).map_err(Failure::config)?;
    if !matches!(command, Command::Openapi(_) | Command::Keys(_)) {
        preflight::demand(&db).await?;
    }
    // Only what is served is traced: spans of no request would be kept, and never printed.
    let log = LogConfig {
        prints_spans: false,
        ..inspection.config.log.clone()
    };
    let _telemetry =
        Telemetry::init(&log, None, app.package.version).map_err(|error| explain(&error))?;
    warn(&inspection.warnings);
    let Inspection { config, .. } = inspection;
    let session = Session { app, config, db };
    match command {
        Command::Migrate(migrate) => migrate.run(session).await,
        Command::Openapi(openapi) => openapi.run(&session),
        Command::Token(token) => token.run(session).await,
        Command::Keys(keys) => keys.run(&session.config),
        Command::User(user) => user.run(session).await,
        Command::Seed(seed) => seed.run(session).await,
        // Done before.
        Command::Serve
        | Command::Routes(_)
        | Command::Roles
        | Command::Doctor(_)
        | Command::Config(_)
        | Command::Health
        | Command::Completions(_)
        | Command::New(_)
        | Command::Generate(_) => Ok(()),
        #[cfg(all(feature = "dev", unix))]
        Command::Dev(_) => Ok(()),
    }
}
