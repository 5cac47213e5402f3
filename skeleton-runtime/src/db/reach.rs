//! Whether a database can be had at all.

#[cfg(feature = "sqlite")]
use crate::Error;

/// What became of a try to connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reach {
    /// A connection was made.
    There,
    /// None was, for a reason that may pass: why.
    #[cfg(feature = "postgres")]
    Away(String),
    /// None was, and none will be with these settings.
    Refused {
        /// What is wrong, as the rest of a sentence that begins with the setting.
        wrong: String,
        /// What to do about it.
        fix: &'static str,
    },
}

impl Reach {
    /// A file does not come back by itself.
    #[cfg(feature = "sqlite")]
    pub(super) fn unusable_file(error: &Error) -> Self {
        let cause = error.cause_chain().unwrap_or_else(|| error.to_string());
        Self::Refused {
            wrong: format!("names a file that can't be used: {cause}"),
            fix: "set DATABASE_URL to a SQLite file that this user may write, in a folder that is there",
        }
    }
}
