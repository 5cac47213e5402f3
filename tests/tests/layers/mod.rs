//! Which module of a crate imports which, told from its tokens.

mod scan;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::sources;
use scan::{Found, scan};

/// Who may do what in a crate, by top-level module.
pub(crate) struct Rules<'a> {
    /// The modules, lowest first.
    pub(crate) order: &'a [&'a str],
    /// Modules that import what they like, and that nobody imports.
    pub(crate) outside: &'a [&'a str],
    pub(crate) reads_environment: &'a [&'a str],
    pub(crate) reads_arguments: &'a [&'a str],
    pub(crate) names_problems: &'a [&'a str],
}

impl Rules<'_> {
    fn place(&self, module: &str) -> Option<usize> {
        self.order.iter().position(|known| *known == module)
    }

    fn is_outside(&self, module: &str) -> bool {
        self.outside.contains(&module)
    }
}

/// The sources of a crate.
#[derive(Default)]
pub(crate) struct Crate {
    files: Vec<File>,
    /// Names at the root of the crate that are not modules, with the module that they come from.
    names: BTreeMap<String, String>,
}

struct File {
    path: PathBuf,
    /// The top-level module that the file belongs to.
    module: String,
    found: Vec<(usize, Found)>,
}

impl Crate {
    /// Takes in a file: `path` is for messages, `inside` leads to it from `lib.rs`. A file of tests is passed over.
    pub(crate) fn add(&mut self, path: &Path, inside: &Path, source: &str) {
        let mut modules: Vec<String> = inside
            .with_extension("")
            .iter()
            .map(|part| part.display().to_string())
            .collect();
        if modules.iter().any(|module| module == "tests") {
            return;
        }
        let module = modules[0].clone();
        if modules.last().is_some_and(|last| last == "mod") {
            modules.pop();
        }
        let tokens = sources::tokens(path, source);
        if module == "lib" {
            self.names.extend(scan::exports(&tokens));
            modules.pop();
        }
        for name in scan::exported_macros(&tokens) {
            self.names.insert(name, module.clone());
        }
        self.files.push(File {
            path: path.to_owned(),
            module,
            found: scan(&tokens, modules.len()),
        });
    }

    /// Each fault with its place and what to do, in the order of the files.
    pub(crate) fn check(&self, rules: &Rules<'_>) -> Vec<String> {
        let mut faults = Vec::new();
        for file in &self.files {
            let module = file.module.as_str();
            let path = file.path.display();
            if rules.place(module).is_none() && !rules.is_outside(module) {
                faults.push(format!(
                    "{path}: module `{module}` has no place among the layers\n    help: give it one in tests/tests/layering.rs"
                ));
                continue;
            }
            for (line, found) in &file.found {
                if let Some(fault) = self.fault(rules, module, found) {
                    faults.push(format!("{path}:{line}: {fault}"));
                }
            }
        }
        faults
    }

    fn fault(&self, rules: &Rules<'_>, module: &str, found: &Found) -> Option<String> {
        let (deed, allowed) = match found {
            Found::Import(name) => return self.import_fault(rules, module, name),
            Found::Environment(what) => (format!("reads `{what}`"), rules.reads_environment),
            Found::Arguments(what) => (format!("reads `{what}`"), rules.reads_arguments),
            Found::Problem => (
                "names the media type of problems".to_owned(),
                rules.names_problems,
            ),
        };
        let names: Vec<String> = allowed.iter().map(|name| format!("`{name}`")).collect();
        (!allowed.contains(&module)).then(|| {
            format!(
                "`{module}` {deed}\n    help: only {} may; ask it",
                names.join(" and ")
            )
        })
    }

    fn import_fault(&self, rules: &Rules<'_>, module: &str, name: &str) -> Option<String> {
        if rules.is_outside(module) || name == module {
            return None;
        }
        if name == "*" {
            return Some(
                "`crate::*` hides what is imported\n    help: name the modules".to_owned(),
            );
        }
        if rules.is_outside(name) {
            return Some(format!(
                "`{module}` imports `crate::{name}`, which is for users of the crate\n    help: import from where it is defined"
            ));
        }
        let target = if rules.place(name).is_some() {
            name
        } else if let Some(target) = self.names.get(name) {
            target
        } else {
            return Some(format!(
                "`crate::{name}` is no module with a place among the layers\n    help: give it one in tests/tests/layering.rs"
            ));
        };
        // What has no place came from another crate.
        let imported = rules.place(target)?;
        if Some(imported) <= rules.place(module) {
            return None;
        }
        let origin = if target == name {
            String::new()
        } else {
            format!(" (of `{target}`)")
        };
        Some(format!(
            "`{module}` imports `crate::{name}`{origin} from its right\n    order: {}\n    help: move what both need to the left, or have the right one pass it in",
            rules.order.join(", ")
        ))
    }
}
