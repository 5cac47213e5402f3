//! Where the file of a database is.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

/// The part of a URL behind `sqlite:`.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::db) enum SqlitePath {
    /// A file, made when it is not there.
    File(PathBuf),
    /// No file that would outlive the process.
    Memory,
}

impl SqlitePath {
    /// Reads `sqlite://PATH` and `sqlite::memory:`; the error says what is wrong.
    pub(in crate::db) fn parse(url: &str) -> Result<Self, String> {
        let rest = url.strip_prefix("sqlite:").unwrap_or(url);
        let path = rest.strip_prefix("//").unwrap_or(rest);
        if path == ":memory:" {
            return Ok(Self::Memory);
        }
        if path.is_empty() {
            return Err(
                "the path is missing; write `sqlite://app.db` or `sqlite:///var/lib/app/app.db`"
                    .to_owned(),
            );
        }
        if let Some((_, options)) = path.split_once('?') {
            return Err(format!("a SQLite URL has no options, found `?{options}`"));
        }
        // SQLite would take it for a URL of its own.
        let path = if path.starts_with("file:") {
            Path::new(".").join(path)
        } else {
            PathBuf::from(path)
        };
        Ok(Self::File(path))
    }
}

/// A folder of its own for a database that lives as long as the process, removed on drop.
#[derive(Debug)]
pub(in crate::db) struct PrivateFolder(PathBuf);

impl PrivateFolder {
    /// Makes it, for this user alone.
    pub(in crate::db) fn create() -> io::Result<Self> {
        let path = std::env::temp_dir().join(format!("skeleton-{}", Uuid::new_v4().simple()));
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path)?;
        Ok(Self(path))
    }

    /// The path of its database.
    pub(in crate::db) fn database(&self) -> PathBuf {
        self.0.join("memory.db")
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        // What is left behind is in the folder for temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use skeleton_fuzz::Fuzz;

    use super::*;

    const WORDS: &[&str] = &[
        "sqlite:",
        "sqlite://",
        "sqlite:///",
        ":memory:",
        "file:",
        "file:app.db",
        "file::memory:",
        "app.db",
        "./",
        "../",
        "?mode=ro",
        "?cache=shared",
        "#",
        "%3f",
    ];

    #[test]
    fn urls() {
        let file = |path: &str| Ok(SqlitePath::File(PathBuf::from(path)));
        assert_eq!(SqlitePath::parse("sqlite://app.db"), file("app.db"));
        assert_eq!(SqlitePath::parse("sqlite:app.db"), file("app.db"));
        assert_eq!(
            SqlitePath::parse("sqlite://./data/app.db"),
            file("./data/app.db")
        );
        assert_eq!(
            SqlitePath::parse("sqlite:///var/lib/app.db"),
            file("/var/lib/app.db")
        );
        assert_eq!(
            SqlitePath::parse("sqlite://file:app.db"),
            file("./file:app.db")
        );
        assert_eq!(SqlitePath::parse("sqlite::memory:"), Ok(SqlitePath::Memory));
        assert_eq!(
            SqlitePath::parse("sqlite://:memory:"),
            Ok(SqlitePath::Memory)
        );
        assert!(SqlitePath::parse("sqlite://").is_err());
        assert!(SqlitePath::parse("sqlite://app.db?mode=ro").is_err());
    }

    #[test]
    fn a_private_folder_goes_away() {
        let folder = PrivateFolder::create().unwrap();
        let path = folder.database();
        fs::write(&path, b"x").unwrap();
        drop(folder);
        assert!(!path.parent().unwrap().exists());
    }

    #[test]
    fn fuzz_a_url_is_a_path_or_refused() {
        let figures = Fuzz::target("sqlite-url").words(WORDS).run_text(|url| {
            let path = match SqlitePath::parse(url) {
                Ok(SqlitePath::File(path)) => path,
                Ok(SqlitePath::Memory) => {
                    assert!(url.ends_with(":memory:"), "{url:?}");
                    return "memory".to_owned();
                }
                // Without the options.
                Err(wrong) => return wrong.split('`').next().unwrap_or_default().to_owned(),
            };
            let path = path.to_str().expect("a text");
            assert!(!path.is_empty() && path != ":memory:", "{url:?}");
            let is_plain = !path.starts_with("file:") && !path.contains('?');
            assert!(is_plain, "{url:?} would be a URL of SQLite's own: {path:?}");
            let again = SqlitePath::parse(&format!("sqlite://{path}"));
            assert_eq!(again, Ok(SqlitePath::File(path.into())), "{url:?}");
            format!("{} {}", path.starts_with('/'), path.starts_with("./file:"))
        });
        assert!(figures.outcomes > 4, "{figures:?}");
    }
}
