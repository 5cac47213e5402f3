//! Which changes are worth a build.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::event::{CreateKind, EventKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::super::{Failure, cargo};

/// An editor writes a file in several steps, and a checkout many files.
const QUIET: Duration = Duration::from_millis(100);

/// Folders whose files go into a program whatever they are called.
const WHOLE: [&str; 4] = ["src", "migrations", "templates", "assets"];

/// The sources of the workspace, and of what it depends on by path.
pub(super) struct Watch {
    watcher: RecommendedWatcher,
    events: UnboundedReceiver<notify::Result<Event>>,
    target: PathBuf,
    /// Whether there was a change that nobody was told of yet.
    has_changed: bool,
}

impl Watch {
    pub(super) fn start() -> Result<Self, Failure> {
        let sources = cargo::Sources::find()?;
        let (sender, events) = unbounded_channel();
        let watcher = notify::recommended_watcher(move |event| {
            // Nobody listens any more when all of this ends.
            let _ = sender.send(event);
        });
        let mut watch = Self {
            watcher: watcher.map_err(unwatched)?,
            events,
            target: sources.target,
            has_changed: false,
        };
        let mut folders = BTreeSet::new();
        for folder in sources.folders {
            watch.collect(folder, &mut folders);
        }
        watch.add(&folders)?;
        Ok(watch)
    }

    /// A folder and those in it that may hold sources.
    fn collect(&self, folder: PathBuf, found: &mut BTreeSet<PathBuf>) {
        let mut open = vec![folder];
        while let Some(folder) = open.pop() {
            if !found.insert(folder.clone()) {
                continue;
            }
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
                if is_folder && self.may_hold_sources(&entry.path()) {
                    open.push(entry.path());
                }
            }
        }
    }

    fn may_hold_sources(&self, folder: &Path) -> bool {
        let name = folder.file_name().and_then(|name| name.to_str());
        let is_other = name.is_none_or(|name| name.starts_with('.') || name == "node_modules");
        !is_other && folder != self.target && !folder.join("CACHEDIR.TAG").exists()
    }

    fn add(&mut self, folders: &BTreeSet<PathBuf>) -> Result<(), Failure> {
        for folder in folders {
            self.watcher
                .watch(folder, RecursiveMode::NonRecursive)
                .map_err(unwatched)?;
        }
        Ok(())
    }

    /// Waits for a change that a build may show, and until such changes pause. Given up and called again, it forgets
    /// none.
    pub(super) async fn changed(&mut self) {
        while !self.has_changed {
            self.has_changed = self.next().await;
        }
        // A database in the same folder may never pause.
        while tokio::time::timeout(QUIET, self.change()).await.is_ok() {}
        self.has_changed = false;
    }

    async fn change(&mut self) {
        while !self.next().await {}
    }

    /// Whether the next thing that happens is a change of a source.
    async fn next(&mut self) -> bool {
        let event = match self.events.recv().await {
            Some(Ok(event)) => event,
            // Some were lost, perhaps.
            Some(Err(_)) => return true,
            None => std::future::pending().await,
        };
        if matches!(event.kind, EventKind::Access(_)) {
            return false;
        }
        let mut has_changed = event.need_rescan();
        for path in &event.paths {
            let may_be_folder = !matches!(event.kind, EventKind::Create(CreateKind::File));
            if may_be_folder && path.is_dir() {
                has_changed |= self.add_new(path);
            }
            has_changed |= is_source(path);
        }
        has_changed
    }

    /// A folder that came to be may have its files already.
    fn add_new(&mut self, folder: &Path) -> bool {
        if !self.may_hold_sources(folder) {
            return false;
        }
        let mut folders = BTreeSet::new();
        self.collect(folder.to_owned(), &mut folders);
        // One that is gone again is none.
        let _ = self.add(&folders);
        let mut files = folders.iter().flat_map(fs::read_dir).flatten().flatten();
        files.any(|entry| is_source(&entry.path()))
    }
}

/// Whether a program may become another one by this file.
fn is_source(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return false;
    };
    if name == ".env" {
        return true;
    }
    if name.starts_with(['.', '#']) || name.ends_with(['~', '#']) {
        return false;
    }
    let extension = Path::new(name)
        .extension()
        .and_then(|extension| extension.to_str());
    match extension {
        Some("rs" | "sql" | "toml") => true,
        Some("lock") => name == "Cargo.lock",
        Some("swp" | "swx" | "tmp" | "bak") | None => false,
        Some(_) => {
            let mut folders = path.iter().filter_map(|part| part.to_str());
            folders.any(|folder| WHOLE.contains(&folder))
        }
    }
}

fn unwatched(error: impl std::fmt::Display) -> Failure {
    Failure::Failed(format!(
        "the sources can't be watched: {error}\n  help: on Linux, raise fs.inotify.max_user_watches and max_user_instances"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(path: &str) -> Event {
        let kind = EventKind::Modify(notify::event::ModifyKind::Any);
        Event::new(kind).add_path(path.into())
    }

    #[tokio::test]
    async fn what_is_no_source_puts_nothing_off() {
        let (sender, events) = unbounded_channel();
        let mut watch = Watch {
            watcher: notify::recommended_watcher(|_| {}).unwrap(),
            events,
            target: PathBuf::new(),
            has_changed: false,
        };
        sender.send(Ok(changed("/a/src/lib.rs"))).unwrap();
        let busy = async {
            for _ in 0..200 {
                sender.send(Ok(changed("/a/app.db-wal"))).unwrap();
                tokio::time::sleep(QUIET / 4).await;
            }
        };
        tokio::select! {
            () = watch.changed() => {}
            () = busy => panic!("the change is told of before the database pauses"),
        }
    }

    #[test]
    fn what_goes_into_a_program_is_a_source() {
        for path in [
            "/a/src/lib.rs",
            "/a/Cargo.toml",
            "/a/Cargo.lock",
            "/a/.env",
            "/a/migrations/schema.json",
            "/a/migrations/sqlite/1_x/up.sql",
            "/a/src/page.html",
        ] {
            assert!(is_source(Path::new(path)), "{path}");
        }
        for path in [
            "/a/app.db-wal",
            "/a/app.db.migrate-lock",
            "/a/src/.lib.rs.swp",
            "/a/src/lib.rs~",
            "/a/src/4913",
            "/a/README.md",
            "/a/src/#lib.rs#",
        ] {
            assert!(!is_source(Path::new(path)), "{path}");
        }
    }
}
