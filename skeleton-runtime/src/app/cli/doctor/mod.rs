//! `doctor`: looks at all that a service needs, and says how to put right what is wrong.

mod checks;
mod database;

use std::fmt::Write as _;

use clap::Args;
use serde::Serialize;

use crate::config::{Environment, Inspection};

use super::super::App;
use super::style::{Color, Style};
use super::{EXIT_CONFIG, Failure, print, print_json};

#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Ok,
    Warn,
    Fail,
}

/// What one look found.
#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    status: Status,
    message: String,
    /// What to do about it; where nothing is wrong there is nothing to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
    /// Whether it is of the settings, or of what they name.
    #[serde(skip)]
    is_config: bool,
}

impl Check {
    fn ok(name: &'static str, message: impl Into<String>) -> Self {
        Self {
            name,
            status: Status::Ok,
            message: message.into(),
            fix: None,
            is_config: false,
        }
    }

    fn warn(name: &'static str, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            status: Status::Warn,
            fix: Some(fix.into()),
            ..Self::ok(name, message)
        }
    }

    fn fail(name: &'static str, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            status: Status::Fail,
            ..Self::warn(name, message, fix)
        }
    }

    /// A fault that keeps the service from starting.
    fn config(name: &'static str, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            is_config: true,
            ..Self::fail(name, message, fix)
        }
    }
}

#[derive(Serialize)]
struct Findings {
    /// The worst of all.
    status: Status,
    checks: Vec<Check>,
}

impl Doctor {
    pub(super) async fn run(
        self,
        app: &App,
        inspection: &Inspection,
        environment: &Environment,
    ) -> Result<(), Failure> {
        let mut checks = checks::settings(app, inspection, environment);
        checks.extend(checks::addresses(inspection));
        checks.extend(checks::keys(inspection, environment));
        checks.extend(database::checks(app, inspection).await);
        checks.push(checks::disk(inspection));
        let worst = checks.iter().map(|check| check.status).max();
        let findings = Findings {
            status: worst.unwrap_or(Status::Ok),
            checks,
        };
        if self.json {
            print_json(&findings)?;
        } else {
            print(&findings.text(Style::stdout(inspection.config.log.color)))?;
        }
        let mut failed = findings
            .checks
            .iter()
            .filter(|check| check.status == Status::Fail);
        match (findings.status, failed.any(|check| check.is_config)) {
            (Status::Ok | Status::Warn, _) => Ok(()),
            (Status::Fail, true) => Err(Failure::Told(EXIT_CONFIG)),
            (Status::Fail, false) => Err(Failure::Told(1)),
        }
    }
}

impl Findings {
    fn text(&self, style: Style) -> String {
        let width = self.checks.iter().map(|check| check.name.len()).max();
        let width = width.unwrap_or(0);
        let mut text = String::new();
        for check in &self.checks {
            let (word, color) = match check.status {
                Status::Ok => ("ok  ", Color::Green),
                Status::Warn => ("warn", Color::Yellow),
                Status::Fail => ("fail", Color::Red),
            };
            let (word, name) = (style.paint(color, word), check.name);
            // Writing to a `String` cannot fail.
            let _ = writeln!(text, "{word}  {name:width$}  {}", check.message);
            if let Some(fix) = &check.fix {
                let _ = writeln!(text, "      {:width$}  fix: {fix}", "");
            }
        }
        text
    }
}
