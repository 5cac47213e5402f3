//! `config show`: the settings as they are in force, and where each comes from.

use clap::Subcommand;
use serde_json::json;

use crate::config::{Environment, Inspection};

use super::style::{Style, table};
use super::{Failure, print, print_json, report_faults};

#[derive(Debug, Subcommand)]
pub(super) enum Config {
    /// List every setting: its value (secrets masked), and whether it is from the environment, .env, a file or a default
    Show {
        /// Print JSON, for programs
        #[arg(long)]
        json: bool,
    },
}

impl Config {
    /// What can't be used is listed as it stands, and told behind the list.
    pub(super) fn run(
        &self,
        environment: &Environment,
        inspection: &Inspection,
    ) -> Result<(), Failure> {
        let Self::Show { json } = self;
        let config = &inspection.config;
        let settings = config.settings(environment).into_iter();
        if *json {
            let all: Vec<_> = settings
                .map(|setting| {
                    json!({
                        "name": setting.name,
                        "value": setting.value,
                        "source": setting.source.to_string(),
                    })
                })
                .collect();
            print_json(&all)?;
        } else {
            let rows: Vec<_> = settings
                .map(|setting| {
                    let value = setting.value.unwrap_or_else(|| "–".to_owned());
                    [setting.name.to_owned(), value, setting.source.to_string()]
                })
                .collect();
            let style = Style::stdout(config.log.color);
            print(&table(style, ["name", "value", "source"], &rows))?;
        }
        report_faults(inspection)
    }
}
