//! How many files the process may have open, of which each connection is one.

use crate::config::Config;

/// For the log, the database's own files, the collector, and what the application opens.
const RESERVE: usize = 64;

/// Asks for as many as the system lets us have, and leaves some of them for what is no client's connection.
pub(super) fn bound(config: &mut Config) {
    let Some(open) = most() else { return };
    // SQLite has three for each connection: the file, its log, and the index of that.
    let own = RESERVE + 3 * (config.database.pool_size + 1);
    let room = open.saturating_sub(own).max(1);
    if room < config.http.connection_limit {
        tracing::warn!(
            connections = room,
            files = open,
            "CONNECTION_LIMIT is more than the system's limit of open files (`ulimit -n`) has room for"
        );
        config.http.connection_limit = room;
    }
}

/// The soft limit is for programs that can't count beyond 1,024; the hard one is meant.
#[cfg(unix)]
fn most() -> Option<usize> {
    use rustix::process::{Resource, getrlimit, setrlimit};

    let mut limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        let mut raised = limit;
        raised.current = raised.maximum;
        match setrlimit(Resource::Nofile, raised) {
            Ok(()) => limit = raised,
            Err(error) => tracing::debug!(%error, "the limit of open files stays"),
        }
    }
    limit.current.and_then(|files| usize::try_from(files).ok())
}

#[cfg(not(unix))]
fn most() -> Option<usize> {
    None
}
