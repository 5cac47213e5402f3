//! The command line of every application.
//!
//! Machine output is on stdout, everything for people on stderr.

mod cargo;
#[cfg(all(feature = "dev", unix))]
mod dev;
mod generate;
mod keys;
mod migrate;
mod migrate_schema;
mod new;
mod openapi;
mod token;
mod words;

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use tokio::runtime::Runtime;

use crate::Error;
use crate::config::{Config, Environment};
use crate::db::Db;
use crate::telemetry::Telemetry;

use super::listener::Handed;
use super::{App, observe, serve};

/// `EX_CONFIG` of sysexits.h: something is configured in an unsuitable way.
const EXIT_CONFIG: u8 = 78;

/// As clap ends where arguments are wrong.
const EXIT_USAGE: u8 = 2;

#[derive(Debug, Parser)]
#[command(disable_help_subcommand = true)]
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
    /// Print who may do what, by role: yes (every row) or own; of fields r (read), c (created with), u (updated)
    Roles,
    /// Make keys for tokens, and rotate them
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Print the OpenAPI document, or compare it with a file
    Openapi(openapi::Openapi),
    /// Print an access token; makes the account if there is none
    Token(token::Token),
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

/// Parses the arguments, runs the command, says what went wrong.
pub(super) fn run(app: App) -> ExitCode {
    let name = app.package.name;
    let command = Arguments::command()
        .name(name)
        .bin_name(name)
        .version(app.package.version);
    let command = command.about(app.package.description);
    let matches = command.get_matches();
    let arguments = match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => arguments,
        Err(error) => error.exit(),
    };
    match start(app, arguments.command.unwrap_or(Command::Serve)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Usage(message)) => complain(name, &message, EXIT_USAGE),
        Err(Failure::Config(message)) => complain(name, &message, EXIT_CONFIG),
        Err(Failure::Failed(message)) => complain(name, &message, 1),
    }
}

#[expect(
    clippy::print_stderr,
    reason = "the command line speaks to people here"
)]
fn complain(name: &str, message: &str, code: u8) -> ExitCode {
    eprintln!("{name}: {message}");
    ExitCode::from(code)
}

/// A line for people.
#[expect(
    clippy::print_stderr,
    reason = "the command line speaks to people here"
)]
fn tell_people(line: &str) {
    eprintln!("{line}");
}

/// Writes what a command is asked for.
fn print(text: &str) -> Result<(), Failure> {
    io::stdout()
        .write_all(text.as_bytes())
        .map_err(Failure::failed)
}

/// An error of the kit with its causes: here it is the operator who reads it.
fn explain(error: &Error) -> Failure {
    let mut text = error.to_string();
    for fault in error.faults() {
        let _ = write!(text, "\n  {}: {}", fault.field, fault.message);
    }
    if let Some(cause) = error.cause_chain() {
        let _ = write!(text, ": {cause}");
    }
    Failure::Failed(text)
}

fn start(app: App, command: Command) -> Result<(), Failure> {
    // Before the settings are read: a production that has no keys yet would not start.
    if let Command::Keys(keys::Keys::Generate(generate)) = command {
        return generate.run();
    }
    if let Command::Roles = command {
        app.check().map_err(Failure::config)?;
        return print(&app.role_matrix());
    }
    let command = match command {
        Command::New(new) => return new.run(),
        Command::Generate(generate) => return generate.run(&app),
        #[cfg(all(feature = "dev", unix))]
        Command::Dev(dev) => match dev.run(&app) {
            Some(done) => return done,
            None => Command::Serve,
        },
        other => other,
    };
    // Needs neither settings nor a database.
    let command = match command {
        Command::Migrate(migrate) => match migrate.offline(&app) {
            Ok(done) => return done,
            Err(migrate) => Command::Migrate(migrate),
        },
        other => other,
    };
    let (config, warnings) = Environment::read()
        .and_then(|environment| Config::load(app.package.name, &environment))
        .map_err(Failure::config)?;
    // Only what is served is traced.
    let is_served = matches!(command, Command::Serve);
    let traces = config.telemetry.traces.as_ref().filter(|_| is_served);
    let mut telemetry = Telemetry::init(&config.log, traces, app.package.version)
        .map_err(|error| explain(&error))?;
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    app.check().map_err(Failure::config)?;
    let handed = Handed::take();
    let runtime = Runtime::new().map_err(Failure::failed)?;
    runtime.block_on(async {
        let db = Db::open(&config.database)
            .map_err(|error| Failure::Config(format!("DATABASE_URL: {error}")))?;
        let session = Session { app, config, db };
        match command {
            Command::Serve => {
                telemetry.start();
                let served = tokio::select! {
                    served = serve::serve(session, handed) => served,
                    () = observe::reload_on_hangup(&telemetry) => Ok(()),
                };
                telemetry.end().await;
                served
            }
            Command::Migrate(migrate) => migrate.run(session).await,
            Command::Openapi(openapi) => openapi.run(&session),
            Command::Token(token) => token.run(session).await,
            Command::Keys(keys) => keys.run(&session.config),
            // They need neither settings nor a database.
            Command::Roles | Command::New(_) | Command::Generate(_) => Ok(()),
            #[cfg(all(feature = "dev", unix))]
            Command::Dev(_) => Ok(()),
        }
    })
}
