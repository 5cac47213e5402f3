//! `new`: a project of one's own, that builds, runs and passes its tests as it is.

mod kit;
mod name;
mod template;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Failure, advise};
use kit::Kit;

#[derive(Debug, Args)]
pub(super) struct New {
    /// The folder to make; what it is called is the name of the project
    path: PathBuf,
    /// The name of the project, where it is not that of the folder
    #[arg(long)]
    name: Option<String>,
    /// A checkout of the kit to depend on, in place of its published version [default: the checkout that this program
    /// was built from, if it is still there]
    #[arg(long, value_name = "PATH")]
    kit: Option<PathBuf>,
}

impl New {
    pub(super) fn run(self) -> Result<(), Failure> {
        let mut faults = Vec::new();
        let name = self.name.or_else(|| folder_name(&self.path));
        let name = name.unwrap_or_default();
        faults.extend(name::fault(&name));
        faults.extend(occupied(&self.path));
        let kit = Kit::choose(self.kit.as_deref()).unwrap_or_else(|fault| {
            faults.push(fault);
            Kit::published()
        });
        if !faults.is_empty() {
            return Err(Failure::Usage(faults.join("\n")));
        }
        for file in template::files(&name, &kit) {
            let path = self.path.join(file.path);
            write(&path, &file.text)
                .map_err(|error| Failure::failed(format!("{}: {error}", path.display())))?;
        }
        explain(&self.path, &name, &kit);
        Ok(())
    }
}

/// What the folder is called; of `.` and the like, what they stand for.
fn folder_name(path: &Path) -> Option<String> {
    let full = std::path::absolute(path).ok();
    let full = path.canonicalize().ok().or(full)?;
    Some(full.file_name()?.to_string_lossy().into_owned())
}

/// Nothing is overwritten; a fresh `git init` is no project yet.
fn occupied(path: &Path) -> Option<String> {
    let help = "help: name a folder that is empty, or not there yet";
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => return Some(format!("{}: {error}\n  {help}", path.display())),
    };
    let taken = entries.flatten().any(|entry| entry.file_name() != ".git");
    taken.then(|| format!("{} is not empty\n  {help}", path.display()))
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}

fn explain(path: &Path, name: &str, kit: &Kit) {
    let place = path.display();
    advise(&format!("made {name} in {place}"));
    if let Some(checkout) = kit.checkout() {
        advise(&format!(
            "it depends on the kit in {}: name a version in Cargo.toml before others build it",
            checkout.display()
        ));
    }
    let quoted = place.to_string();
    let quoted = if quoted.contains(char::is_whitespace) {
        format!("'{quoted}'")
    } else {
        quoted
    };
    advise(&format!(
        "next:\n  cd {quoted}\n  make test    # builds it, and runs its tests\n  make dev     # serves on http://127.0.0.1:8000, \
         and builds anew when a source changes\n  make         # lists the rest; README.md tells where things are"
    ));
}
