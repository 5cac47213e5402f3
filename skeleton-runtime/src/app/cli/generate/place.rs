//! Where a resource is written, and what else must change for it: the module that has the resources, and the App.

use std::fs;
use std::path::{Path, PathBuf};

use super::resource::Declaration;

/// The sources of a package.
#[derive(Debug)]
pub(super) struct Project {
    /// As one would name it from the current folder.
    sources: PathBuf,
}

/// How the package keeps its resources.
#[derive(Debug)]
enum Models {
    /// A file for each, and the file that declares them.
    Folder(PathBuf),
    /// All in one file.
    File(PathBuf),
    /// Not at all, so far.
    Absent,
}

/// A file as it is to be.
#[derive(Debug)]
pub(super) struct Edit {
    pub(super) path: PathBuf,
    pub(super) text: String,
    /// What is new in it.
    pub(super) shown: String,
}

/// What is to be done.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) edits: Vec<Edit>,
    /// What is left to the reader; a build does not have the resource before it is done.
    pub(super) notes: Vec<String>,
}

impl Project {
    pub(super) fn at(folder: &Path) -> Self {
        let here = Path::new(".").canonicalize().ok();
        let folder = here
            .and_then(|here| {
                folder
                    .canonicalize()
                    .ok()?
                    .strip_prefix(here)
                    .ok()
                    .map(Path::to_owned)
            })
            .unwrap_or_else(|| folder.to_owned());
        Self {
            sources: folder.join("src"),
        }
    }

    /// The resources that can be referred to.
    pub(super) fn resources(&self) -> Vec<String> {
        let mut names = vec!["User".to_owned()];
        for (_, text) in self.files() {
            let mut is_marked = false;
            for line in text.lines().map(str::trim) {
                is_marked |= line.starts_with("#[resource");
                if let Some((_, rest)) = line.split_once("pub struct ")
                    && std::mem::take(&mut is_marked)
                {
                    let name = rest.split(|letter: char| !letter.is_alphanumeric()).next();
                    names.extend(name.map(str::to_owned));
                }
            }
        }
        names
    }

    /// Everything that must be written for a resource.
    ///
    /// # Errors
    ///
    /// Where it is there already, and `force` does not say that this is known; where a file can't be read.
    pub(super) fn plan(&self, resource: &Declaration, force: bool) -> Result<Plan, String> {
        let mut plan = Plan::default();
        let name = &resource.name;
        match self.models() {
            Models::File(path) => {
                let text = read(&path)?;
                if text.contains(&format!("struct {name} ")) {
                    return Err(format!(
                        "{} has a `{name}` already\n  help: take it out first, or choose another name",
                        path.display()
                    ));
                }
                let items = resource.text();
                plan.edits.push(Edit {
                    text: format!("{}\n\n{items}", text.trim_end()),
                    shown: items,
                    path,
                });
            }
            Models::Folder(declarations) => {
                self.add_file(resource, force, &mut plan)?;
                let before = read(&declarations)?;
                plan.edits.extend(declare(resource, declarations, before));
            }
            Models::Absent => {
                self.add_file(resource, force, &mut plan)?;
                let path = self.sources.join("models/mod.rs");
                let doc = "//! The resources.\n".to_owned();
                plan.edits.extend(declare(resource, path, doc));
            }
        }
        self.register(name, &mut plan);
        Ok(plan)
    }

    fn models(&self) -> Models {
        let folder = self.sources.join("models");
        let file = self.sources.join("models.rs");
        let inside = folder.join("mod.rs");
        if inside.is_file() {
            Models::Folder(inside)
        } else if file.is_file() && folder.is_dir() {
            Models::Folder(file)
        } else if file.is_file() {
            Models::File(file)
        } else {
            Models::Absent
        }
    }

    /// The file of the resource itself.
    fn add_file(&self, resource: &Declaration, force: bool, plan: &mut Plan) -> Result<(), String> {
        let path = self
            .sources
            .join("models")
            .join(format!("{}.rs", resource.module()));
        if path.exists() && !force {
            return Err(format!(
                "{} is there already\n  help: say --force to write over it",
                path.display()
            ));
        }
        let imports = match resource.targets().as_slice() {
            [] => String::new(),
            [one] => format!("use super::{one};\n\n"),
            several => format!("use super::{{{}}};\n\n", several.join(", ")),
        };
        let items = resource.text();
        let text = format!("use skeleton_runtime::prelude::*;\n\n{imports}{items}");
        plan.edits.push(Edit {
            path,
            shown: text.clone(),
            text,
        });
        Ok(())
    }

    /// Adds it to the App, where there is one place for it.
    fn register(&self, name: &str, plan: &mut Plan) {
        let line = format!(".resource::<models::{name}>()");
        let files = self.files();
        let mut apps = files.iter().filter(|(_, text)| text.contains("App::new("));
        let edited = match (apps.next(), apps.next()) {
            (Some((path, text)), None) if declares_models(text) => {
                if text.contains(&format!("::{name}>()")) || text.contains(&format!("<{name}>()")) {
                    return;
                }
                with_line(text, &line).map(|text| (path, text))
            }
            _ => None,
        };
        match edited {
            Some((path, text)) => plan.edits.push(Edit {
                path: path.clone(),
                text,
                shown: format!("{line}\n"),
            }),
            None => plan.notes.push(format!(
                "to be done by hand, where the App is put together (and `mod models;`, if it is not there):\n    {line}"
            )),
        }
    }

    /// The Rust files with their texts.
    fn files(&self) -> Vec<(PathBuf, String)> {
        let mut found = Vec::new();
        let mut folders = vec![self.sources.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    found.extend(read(&path).ok().map(|text| (path, text)));
                }
            }
        }
        found.sort();
        found
    }
}

/// What can't be read must not be written over, as if nothing were there.
fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn declares_models(text: &str) -> bool {
    text.lines()
        .any(|line| line.trim().ends_with("mod models;"))
}

/// The App with one more line: behind its last resource, else behind its beginning.
fn with_line(text: &str, line: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut begins = (0..lines.len()).filter(|at| lines[*at].contains("App::new("));
    let (begin, None) = (begins.next()?, begins.next()) else {
        return None;
    };
    let chain = lines[begin + 1..]
        .iter()
        .take_while(|line| line.trim_start().starts_with('.'));
    let length = chain.count();
    let chain = begin + 1..begin + 1 + length;
    // A call that goes over several lines is beyond what lines tell.
    let is_resource = |at: &usize| lines[*at].trim().starts_with(".resource::<");
    let at = chain.clone().rfind(is_resource).map_or(begin, |at| at);
    if length == 0 || !lines[at].trim_end().ends_with(')') {
        return None;
    }
    let next = lines[begin + 1];
    let indent = &next[..next.len() - next.trim_start().len()];
    let mut lines: Vec<String> = lines.into_iter().map(str::to_owned).collect();
    lines.insert(at + 1, format!("{indent}{line}"));
    Some(lines.join("\n") + "\n")
}

/// `mod …;` and `pub use …;`, each among its like and in the order of their names, as rustfmt has them.
fn declare(resource: &Declaration, path: PathBuf, before: String) -> Option<Edit> {
    let module = resource.module();
    let items = resource.items();
    let items = match items.as_slice() {
        [one] => one.clone(),
        several => format!("{{{}}}", several.join(", ")),
    };
    let mut text = before;
    let mut shown = String::new();
    for (statement, of_kind) in [
        (format!("mod {module};"), "mod "),
        (format!("pub use {module}::{items};"), "pub use "),
    ] {
        if is_declared(&text, &statement) {
            continue;
        }
        text = inserted(&text, &statement, of_kind);
        shown.push_str(&statement);
        shown.push('\n');
    }
    (!shown.is_empty()).then_some(Edit { path, text, shown })
}

fn is_declared(text: &str, statement: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim();
        line == statement || line == format!("pub {statement}")
    })
}

/// The text with a statement more.
fn inserted(text: &str, statement: &str, of_kind: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let is_like = |line: &&str| {
        let line = line
            .strip_prefix("pub ")
            .filter(|_| of_kind == "mod ")
            .unwrap_or(line);
        line.starts_with(of_kind)
    };
    let key = |line: &str| {
        let line = line
            .strip_prefix("pub ")
            .filter(|_| of_kind == "mod ")
            .unwrap_or(line);
        line.trim_start_matches(of_kind).to_owned()
    };
    let likes: Vec<usize> = (0..lines.len()).filter(|at| is_like(&lines[*at])).collect();
    let after = likes.iter().find(|at| key(lines[**at]) > key(statement));
    let mut new: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    let is_public = |at: &usize| of_kind == "mod " && lines[*at].starts_with("pub ");
    let statement = if likes.first().is_some_and(is_public) {
        format!("pub {statement}")
    } else {
        statement.to_owned()
    };
    match (after, likes.last()) {
        (Some(at), _) => new.insert(*at, statement),
        (None, Some(last)) => {
            // The last one may go over several lines.
            let ends = (*last..lines.len()).find(|at| lines[*at].trim_end().ends_with(';'));
            new.insert(ends.unwrap_or(*last) + 1, statement);
        }
        (None, None) => new.extend([String::new(), statement]),
    }
    new.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: &str = "pub mod models;\n\npub fn app() -> App {\n    App::new(package!())\n        .migrations(m)\n        \
        .resource::<models::A>()\n        .routes(r)\n}\n";

    #[test]
    fn a_resource_stands_behind_the_last_one() {
        let line = ".resource::<models::B>()";
        let edited = with_line(APP, line).unwrap();
        assert!(
            edited.contains("models::A>()\n        .resource::<models::B>()\n        .routes"),
            "{edited}"
        );
        let without = APP.replace("        .resource::<models::A>()\n", "");
        let edited = with_line(&without, line).unwrap();
        assert!(
            edited.contains("package!())\n        .resource::<models::B>()\n        .migr"),
            "{edited}"
        );
    }

    #[test]
    fn what_can_not_be_read_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let models = folder.path().join("src/models.rs");
        fs::create_dir(folder.path().join("src")).unwrap();
        fs::write(&models, b"// caf\xe9\n").unwrap();
        let project = Project::at(folder.path());
        let declaration = Declaration::parse("Tag", &["name:string".to_owned()], &project);
        let fault = project.plan(&declaration.unwrap(), false).unwrap_err();
        assert!(fault.contains("models.rs: "), "{fault}");
    }

    #[test]
    fn an_app_on_one_line_or_two_apps_are_left_alone() {
        assert_eq!(with_line("    App::new(package!()).run()\n", "x"), None);
        assert_eq!(with_line(&format!("{APP}{APP}"), "x"), None);
    }

    #[test]
    fn declarations_stay_in_order() {
        let before = "//! Doc.\n\nmod note;\n\npub use note::{\n    Note,\n};\n";
        let after = inserted(before, "mod tag;", "mod ");
        let after = inserted(&after, "pub use tag::Tag;", "pub use ");
        let after = inserted(&after, "mod article;", "mod ");
        let after = inserted(&after, "pub use article::Article;", "pub use ");
        assert_eq!(
            after,
            "//! Doc.\n\nmod article;\nmod note;\nmod tag;\n\npub use article::Article;\npub use note::{\n    Note,\n};\n\
             pub use tag::Tag;\n"
        );
        assert_eq!(
            inserted("pub mod b;\n", "mod a;", "mod "),
            "pub mod a;\npub mod b;\n"
        );
        assert!(is_declared("pub mod a;\n", "mod a;"));
    }
}
