//! The folder with an application's migrations.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::{Change, Schema, Script};

/// The snapshot's name in the folder.
const SNAPSHOT: &str = "schema.json";

/// What begins the name of a migration.
const STAMP: &str = "%Y-%m-%d-%H%M%S";

/// The folder that has `postgres`, `sqlite` and `schema.json`.
///
/// ```
/// use skeleton_runtime::schema::{FolderError, MigrationsFolder, Schema};
///
/// fn snapshot() -> Result<Schema, FolderError> {
///     let folder = MigrationsFolder::new("migrations");
///     Ok(folder.snapshot()?.unwrap_or_else(Schema::empty))
/// }
/// ```
#[derive(Debug, Clone)]
pub struct MigrationsFolder(PathBuf);

/// What was written.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::schema::{Change, Declared, FolderError, MigrationsFolder, Written};
///
/// fn write(change: &Change, declared: &Declared) -> Result<(), FolderError> {
///     let folder = MigrationsFolder::new("migrations");
///     let written: Written = folder.write("add_tags", Utc::now(), change, declared.schema())?;
///     for path in &written.migrations {
///         println!("{}", path.display());
///     }
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The folders of the new migrations.
    pub migrations: Vec<PathBuf>,
    /// The snapshot.
    pub snapshot: PathBuf,
    /// Whether there was none before.
    pub is_first: bool,
}

/// Why a folder could not be read or written.
///
/// ```
/// use skeleton_runtime::schema::MigrationsFolder;
///
/// let folder = std::env::temp_dir().join("no migrations");
/// # std::fs::create_dir_all(&folder).unwrap();
/// # std::fs::write(folder.join("schema.json"), "no JSON").unwrap();
/// let error = MigrationsFolder::new(&folder).snapshot().unwrap_err();
/// assert!(error.to_string().contains("schema.json"));
/// ```
#[derive(Debug)]
pub struct FolderError {
    path: PathBuf,
    reason: String,
}

impl fmt::Display for FolderError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.path.display(), self.reason)
    }
}

impl std::error::Error for FolderError {}

impl FolderError {
    fn new(path: &Path, reason: impl fmt::Display) -> Self {
        Self {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }
}

/// What becomes of a file, with its path where it fails.
trait At<T> {
    fn at(self, path: &Path) -> Result<T, FolderError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T, FolderError> {
        self.map_err(|error| FolderError::new(path, error))
    }
}

impl MigrationsFolder {
    /// A folder, which need not be there yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The snapshot; `None` where there is none yet.
    ///
    /// # Errors
    ///
    /// When it can't be read, or is none.
    pub fn snapshot(&self) -> Result<Option<Schema>, FolderError> {
        let path = self.0.join(SNAPSHOT);
        match fs::read_to_string(&path) {
            Ok(text) => Schema::parse(&text)
                .map(Some)
                .map_err(|reason| FolderError::new(&path, reason)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(FolderError::new(&path, error)),
        }
    }

    /// Whether migrations are there, of either database.
    #[must_use]
    pub fn has_migrations(&self) -> bool {
        self.latest().is_some()
    }

    /// Writes a change as migrations called `name`, and the schema that it leads to as the snapshot.
    ///
    /// Their versions are of `now`, or right behind the latest that is there.
    ///
    /// # Errors
    ///
    /// A name that is none, files that can't be written. The snapshot is written last.
    pub fn write(
        &self,
        name: &str,
        now: DateTime<Utc>,
        change: &Change,
        schema: &Schema,
    ) -> Result<Written, FolderError> {
        if !is_name(name) {
            let reason = format!(
                "`{name}` is no name for a migration; use small letters, digits and `_`, as `add_tags`"
            );
            return Err(FolderError::new(&self.0, reason));
        }
        let now = now.naive_utc();
        let after = self
            .latest()
            .and_then(|latest| latest.checked_add_signed(TimeDelta::seconds(1)));
        let first = after.map_or(now, |after| after.max(now));
        let (postgres, sqlite) = change.scripts();
        let mut migrations = Vec::new();
        for (database, scripts) in [("postgres", postgres), ("sqlite", sqlite)] {
            for (offset, script) in (0..).zip(&scripts) {
                let stamp = first + TimeDelta::seconds(offset);
                migrations.push(self.migration(database, name, stamp, script)?);
            }
        }
        let is_first = !self.0.join(SNAPSHOT).exists();
        Ok(Written {
            migrations,
            snapshot: self.write_snapshot(schema)?,
            is_first,
        })
    }

    /// Writes the snapshot alone, and says where.
    ///
    /// # Errors
    ///
    /// When it can't be written.
    pub fn write_snapshot(&self, schema: &Schema) -> Result<PathBuf, FolderError> {
        let path = self.0.join(SNAPSHOT);
        let draft = self.0.join(".schema.json.new");
        fs::create_dir_all(&self.0).at(&self.0)?;
        fs::write(&draft, schema.to_json()).at(&draft)?;
        fs::rename(&draft, &path).at(&path)?;
        Ok(path)
    }

    /// Writes one migration.
    fn migration(
        &self,
        database: &str,
        name: &str,
        stamp: NaiveDateTime,
        script: &Script,
    ) -> Result<PathBuf, FolderError> {
        let stamp = stamp.format(STAMP);
        let folder = self
            .0
            .join(database)
            .join(format!("{stamp}_{name}{}", script.suffix));
        fs::create_dir_all(&folder).at(&folder)?;
        let mut files = vec![
            ("up.sql", script.up.as_str()),
            ("down.sql", script.down.as_str()),
        ];
        if !script.in_transaction {
            files.push(("metadata.toml", "run_in_transaction = false\n"));
        }
        for (file, text) in files {
            let path = folder.join(file);
            fs::write(&path, text).at(&path)?;
        }
        Ok(folder)
    }

    /// The version of the latest migration of either database.
    fn latest(&self) -> Option<NaiveDateTime> {
        let folders = ["postgres", "sqlite"].map(|database| fs::read_dir(self.0.join(database)));
        let entries = folders.into_iter().flatten().flatten().flatten();
        let stamps = entries.filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version: String = name
                .split('_')
                .next()?
                .chars()
                .filter(char::is_ascii_digit)
                .collect();
            NaiveDateTime::parse_from_str(&version, "%Y%m%d%H%M%S").ok()
        });
        stamps.max()
    }
}

fn is_name(name: &str) -> bool {
    let is_plain =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    !name.is_empty() && name.len() <= 80 && name.chars().all(is_plain)
}
