//! Where settings come from.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io;
use std::path::Path;

use super::{Fault, Faults};

/// The file that is read beside the environment, in the current folder alone: a file further up could belong to
/// another project.
const DOTENV: &str = ".env";

/// Where development keeps the secret of its tokens, in the current folder.
pub(super) const KEPT_SECRET: &str = ".dev/jwt-secret";

/// Which of the two places a variable is from.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use skeleton_runtime::config::{Origin, Source};
///
/// let variables = BTreeMap::from([("PORT", "8001")]);
/// assert_eq!(variables.origin("PORT"), Origin::Environment);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The environment of the process.
    Environment,
    /// `.env` in the current folder.
    DotEnv,
}

/// A set of variables. The process reads [`Environment`]; tests read a map, and never touch the process.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use skeleton_runtime::config::Source;
///
/// let variables = BTreeMap::from([("PORT", "8001")]);
/// assert_eq!(variables.get("PORT"), Some(&"8001"));
/// assert_eq!(Source::names(&variables), ["PORT"]);
/// ```
pub trait Source {
    /// The value of a variable, if it is set.
    fn get(&self, name: &str) -> Option<OsString>;

    /// The names of all variables, to find those that are misspelled.
    fn names(&self) -> Vec<String>;

    /// Where a variable that is set comes from.
    fn origin(&self, _name: &str) -> Origin {
        Origin::Environment
    }

    /// The text of a file that a `NAME_FILE` variable names.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    fn read_file(&self, path: &Path) -> io::Result<String> {
        std::fs::read_to_string(path)
    }

    /// Keeps a secret that was made up in development, or gives the one that was kept before, so that tokens outlive
    /// the process and other commands can make some. `None` where nothing can be kept.
    fn keep_secret(&self, _made_up: &str) -> Option<String> {
        None
    }
}

/// The process environment over `.env` in the current folder: where both have a variable, the environment wins.
///
/// In `.env`, `$NAME` in a value is replaced; a value in single quotes is taken as it is.
///
/// ```no_run
/// use skeleton_runtime::config::{Config, Environment, Faults};
///
/// fn configured() -> Result<Config, Faults> {
///     let (config, warnings) = Config::load("newsroom", &Environment::read()?)?;
///     for warning in warnings {
///         eprintln!("{}: {}", warning.variable, warning.message);
///     }
///     Ok(config)
/// }
/// ```
#[derive(Clone)]
pub struct Environment {
    variables: BTreeMap<String, OsString>,
    /// Those that `.env` alone has.
    from_file: BTreeSet<String>,
}

impl Environment {
    /// Reads both, once.
    ///
    /// # Errors
    ///
    /// If `.env` is there and can't be read.
    pub fn read() -> Result<Self, Faults> {
        let mut variables = dotenv(Path::new(DOTENV)).map_err(|fault| Faults::from(vec![fault]))?;
        // A name that is not Unicode is none of ours.
        let environment =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        let mut from_file: BTreeSet<_> = variables.keys().cloned().collect();
        for (name, value) in environment {
            from_file.remove(&name);
            variables.insert(name, value);
        }
        Ok(Self {
            variables,
            from_file,
        })
    }

    /// `NOTIFY_SOCKET`: where whoever started the process waits to hear that it is ready.
    #[cfg(unix)]
    pub(crate) fn notify_socket() -> Option<OsString> {
        std::env::var_os("NOTIFY_SOCKET").filter(|path| !path.is_empty())
    }

    /// `RUST_LOG` as it stands in `.env` now, whatever the environment says.
    pub fn log_filter() -> Option<String> {
        let filter = dotenv(Path::new(DOTENV)).ok()?.remove("RUST_LOG")?;
        filter
            .into_string()
            .ok()
            .filter(|filter| !filter.trim().is_empty())
    }
}

impl Source for Environment {
    fn get(&self, name: &str) -> Option<OsString> {
        self.variables.get(name).cloned()
    }

    fn names(&self) -> Vec<String> {
        self.variables.keys().cloned().collect()
    }

    fn origin(&self, name: &str) -> Origin {
        if self.from_file.contains(name) {
            Origin::DotEnv
        } else {
            Origin::Environment
        }
    }

    fn keep_secret(&self, made_up: &str) -> Option<String> {
        keep_secret(Path::new(KEPT_SECRET), made_up).ok()
    }
}

/// For the owner's eyes alone. Of two processes that start at once, one writes and the other reads.
fn keep_secret(path: &Path, made_up: &str) -> io::Result<String> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(mut file) => {
            io::Write::write_all(&mut file, made_up.as_bytes())?;
            Ok(made_up.to_owned())
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let kept = std::fs::read_to_string(path)?;
            // One that was cut short is none.
            if kept.len() < made_up.len() {
                Err(io::ErrorKind::InvalidData.into())
            } else {
                Ok(kept)
            }
        }
        Err(error) => Err(error),
    }
}

/// The environment has secrets in it, so nothing of it is printed.
impl std::fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Environment")
            .finish_non_exhaustive()
    }
}

const READABLE: &str = "make it a file that this user may read, or remove it";

fn dotenv(path: &Path) -> Result<BTreeMap<String, OsString>, Fault> {
    let entries = match dotenvy::from_path_iter(path) {
        Ok(entries) => entries,
        Err(error) if error.not_found() => return Ok(BTreeMap::new()),
        Err(_) => {
            return Err(unreadable("can't be opened".to_owned(), READABLE));
        }
    };
    variables_of(entries)
}

/// What such a file has, wherever it is read from.
pub(super) fn variables_of<R: io::Read>(
    entries: dotenvy::Iter<R>,
) -> Result<BTreeMap<String, OsString>, Fault> {
    let mut variables = BTreeMap::new();
    let mut last = None;
    for entry in entries {
        if let Err(dotenvy::Error::Io(_)) = entry {
            return Err(unreadable("can't be read".to_owned(), READABLE));
        }
        // The error itself would print the line, and with it perhaps a secret.
        let Ok((name, value)) = entry else {
            let place = last.map_or_else(
                || "in its first entry".to_owned(),
                |name| format!("after {name}"),
            );
            return Err(unreadable(
                format!("can't be parsed {place}"),
                "write NAME=value, with single quotes around a value that has blanks, `$` or `#`",
            ));
        };
        // As in dotenvy itself, the first of two lines counts.
        variables
            .entry(name.clone())
            .or_insert_with(|| value.into());
        last = Some(name);
    }
    Ok(variables)
}

fn unreadable(wrong: String, fix: &'static str) -> Fault {
    Fault {
        variable: DOTENV.into(),
        wrong: wrong.into(),
        fix: fix.into(),
    }
}

/// Variables for tests.
impl Source for BTreeMap<&str, &str> {
    fn get(&self, name: &str) -> Option<OsString> {
        Self::get(self, name).map(Into::into)
    }

    fn names(&self) -> Vec<String> {
        self.keys().map(|name| (*name).to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of its own for each test, removed at the end.
    struct File(std::path::PathBuf);

    impl File {
        fn with(text: &str) -> Self {
            let path = std::env::temp_dir().join(format!("skeleton-{}.env", uuid::Uuid::new_v4()));
            std::fs::write(&path, text).unwrap();
            Self(path)
        }
    }

    impl Drop for File {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.0);
        }
    }

    #[test]
    fn reads_a_dotenv_file() {
        let file = File::with("# local\nPORT=9000\nJWT_SECRET_KEY='a $b #c'\n");
        let variables = dotenv(&file.0).unwrap();
        assert_eq!(variables["PORT"], "9000");
        assert_eq!(variables["JWT_SECRET_KEY"], "a $b #c");
    }

    #[test]
    fn a_missing_dotenv_file_is_no_fault() {
        assert!(dotenv(Path::new("/nowhere/.env")).unwrap().is_empty());
    }

    #[test]
    fn a_folder_in_its_place_is_told_as_such() {
        let fault = dotenv(&std::env::temp_dir()).unwrap_err();
        assert_eq!(fault.wrong, "can't be read");
    }

    #[test]
    fn a_broken_dotenv_file_names_the_place_and_not_the_text() {
        let file = File::with("PORT=9000\nJWT_SECRET_KEY=can ary secret\n");
        let fault = dotenv(&file.0).unwrap_err().to_string();
        assert!(fault.contains("after PORT"), "{fault}");
        assert!(!fault.contains("ary"), "{fault}");
    }
}
