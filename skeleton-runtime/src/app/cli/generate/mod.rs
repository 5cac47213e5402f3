//! `generate`: sources, written as one would write them.

mod check;
mod field;
mod place;
mod resource;

use std::path::PathBuf;
use std::process::Command;

use clap::{Args, Subcommand};

use super::super::App;
use super::cargo::{self, Package};
use super::migrate::tell;
use super::words::plural_snake;
use super::{Failure, advise};
use place::{Plan, Project};
use resource::Declaration;

#[derive(Debug, Subcommand)]
pub(super) enum Generate {
    /// Write a resource and its migration, and add it to the App
    Resource(Resource),
}

#[derive(Debug, Args)]
#[command(after_help = field::HELP)]
pub(super) struct Resource {
    /// What it is called, as `BlogPost`
    name: String,
    /// Its fields, as `title:string:unique`; `id`, `created_at` and `updated_at` come by themselves
    #[arg(value_name = "FIELD:TYPE")]
    fields: Vec<String>,
    /// Print what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Write over a resource that is there
    #[arg(long)]
    force: bool,
    /// Leave the migration for later
    #[arg(long)]
    no_migration: bool,
}

impl Generate {
    pub(super) fn run(self, app: &App) -> Result<(), Failure> {
        let Self::Resource(resource) = self;
        resource.run(app)
    }
}

impl Resource {
    fn run(self, app: &App) -> Result<(), Failure> {
        let package = Package::find(app.package.name)?;
        let project = Project::at(package.folder());
        let declaration = Declaration::parse(&self.name, &self.fields, &project)
            .map_err(|faults| refuse(&faults))?;
        let plan = project
            .plan(&declaration, self.force)
            .map_err(Failure::Failed)?;
        if self.dry_run {
            for edit in &plan.edits {
                tell(&format!("// {}\n{}", edit.path.display(), edit.shown))?;
            }
            plan.advise();
            return Ok(());
        }
        plan.write()?;
        for edit in &plan.edits {
            tell(&edit.path.display().to_string())?;
        }
        plan.advise();
        let migration = format!("create_{}", plural_snake(&self.name));
        if self.no_migration || !plan.is_complete() {
            advise(&format!(
                "then: cargo run -- migrate generate {migration}, and: cargo run -- migrate run"
            ));
            return Ok(());
        }
        migrate(app.package.name, &migration)
    }
}

fn refuse(faults: &[String]) -> Failure {
    Failure::Usage(format!("{}\n\n{}", faults.join("\n"), field::HELP))
}

/// This program does not have the new resource: the one that is built now has.
fn migrate(package: &str, name: &str) -> Result<(), Failure> {
    let mut command = Command::new("cargo");
    command.args(["run", "--quiet", "--package", package]);
    if let Some(program) = cargo::program() {
        command.args(["--bin", &program]);
    }
    let arguments = ["--", "migrate", "generate", name];
    advise("building it, for its migration");
    let ended = command.args(arguments).status().map_err(cargo::missing)?;
    if ended.success() {
        return Ok(());
    }
    Err(Failure::Failed(format!(
        "the resource is written, its migration is not, for the reason above\n  help: mend that, then: cargo run -- migrate \
         generate {name}"
    )))
}

impl Plan {
    /// What is left to the reader.
    fn advise(&self) {
        for note in &self.notes {
            advise(note);
        }
    }

    /// Whether a build has the resource.
    fn is_complete(&self) -> bool {
        self.notes.is_empty()
    }

    fn write(&self) -> Result<(), Failure> {
        for edit in &self.edits {
            let failed = |error| Failure::failed(format!("{}: {error}", edit.path.display()));
            let folder = edit.path.parent().map(PathBuf::from).unwrap_or_default();
            std::fs::create_dir_all(folder).map_err(failed)?;
            std::fs::write(&edit.path, &edit.text).map_err(failed)?;
        }
        Ok(())
    }
}
