//! Whether the file of a database is still the one that was opened.
//!
//! SQLite goes on with a file that was renamed, removed or replaced: what is written then is in a file that nobody finds
//! again. And a connection to the new file beside the log of the old one would break it.

use std::path::Path;
use std::sync::{Arc, OnceLock};

pub(super) const MOVED: &str = "the file of the database was moved, removed or replaced while it was open: put it \
     back, or start the service anew";

/// The file that the first connection opened.
#[derive(Debug, Clone, Default)]
pub(in crate::db) struct Origin(Arc<OnceLock<FileId>>);

/// What a file keeps when it is renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileId {
    device: u64,
    inode: u64,
}

impl Origin {
    /// Keeps the file that is there, unless there was one before.
    pub(super) fn note(&self, path: &Path) {
        if let Some(file) = FileId::of(path) {
            self.0.get_or_init(|| file);
        }
    }

    /// Whether the path still leads to the file; so it does before there is one.
    pub(super) fn is_in_place(&self, path: &Path) -> bool {
        match self.0.get() {
            Some(file) => FileId::of(path) == Some(*file),
            None => true,
        }
    }
}

impl FileId {
    #[cfg(unix)]
    fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let metadata = std::fs::metadata(path).ok()?;
        Some(Self {
            device: metadata.dev(),
            inode: metadata.ino(),
        })
    }

    /// An open file can be neither renamed nor removed there.
    #[cfg(not(unix))]
    fn of(_: &Path) -> Option<Self> {
        None
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_replaced_is_another() {
        let folder = tempfile::tempdir().unwrap();
        let (path, aside) = (folder.path().join("a"), folder.path().join("b"));
        let origin = Origin::default();
        assert!(origin.is_in_place(&path), "there is none yet");
        std::fs::write(&path, "1").unwrap();
        origin.note(&path);
        assert!(origin.is_in_place(&path));
        std::fs::rename(&path, &aside).unwrap();
        assert!(!origin.is_in_place(&path), "it is gone");
        std::fs::write(&path, "2").unwrap();
        origin.note(&path);
        assert!(!origin.is_in_place(&path), "it is another");
        std::fs::rename(&aside, &path).unwrap();
        assert!(origin.is_in_place(&path), "it is back");
    }
}
