//! A SQLite file that can't be written, or is another one all at once.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::json;
use skeleton_faults::client::send;
use skeleton_faults::load::mixed;
use skeleton_faults::report::{ms, skip, tell};
use skeleton_faults::root::{as_root, can_make_immutable, set_immutable};
use skeleton_faults::{Ledger, Load, Request, Tally, size};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::{SOON, ready};

fn url(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("app.db").display())
}

/// A load before, while and after something is broken; writes are refused meanwhile, and reads are not.
async fn while_broken(
    name: &str,
    folder: &Path,
    breaks: impl FnOnce(),
    mends: impl FnOnce(),
) -> Tally {
    let url = url(folder);
    let (mut service, token) = ready(&url, &[]).await;
    let port = service.port();
    let load = Load::start(port, 4, mixed(&token, name));
    sleep(Duration::from_millis(500)).await;
    breaks();
    let read = Request::get("/notes?limit=5").token(&token);
    written(port, &token, name, 503).await;
    let broken = Instant::now();
    sleep(size(Duration::from_secs(1), Duration::from_secs(10))).await;
    let answer = send(port, &read).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    mends();
    let mended = Instant::now();
    written(port, &token, name, 201).await;
    sleep(Duration::from_millis(300)).await;
    let tally = load.stop().await;
    tally.only(&[503]);
    assert!(service.lives());
    let (reads, writes) = (tally.reads(true), tally.reads(false));
    reads.only(&[]);
    let healed = writes.healed_after(mended).expect("it heals");
    let refused = writes.within(broken, mended).count(503);
    assert!(refused > 0, "no write was refused");
    let ledger = Ledger::open(&url);
    let kept = ledger.check(&[&tally]).await;
    assert_eq!(ledger.texts("PRAGMA integrity_check").await, ["ok"]);
    tell(
        &format!("SQLite: {name}"),
        &[
            ("reads", &format!("{:?}", reads.outcomes())),
            ("writes", &format!("{:?}", writes.outcomes())),
            ("refused meanwhile", &refused),
            ("writes again after", &ms(healed)),
            ("rows", &kept),
        ],
    );
    tally
}

/// Waits until a write is answered so: each time another one, for the file may have room for some yet.
async fn written(port: u16, token: &str, name: &str, status: u16) {
    let started = Instant::now();
    for number in 0.. {
        let note = json!({ "title": format!("{name}, probe {number} for {status}") });
        let request = Request::json("POST", "/notes", &note).token(token);
        let answer = send(port, &request).await.unwrap();
        let took = started.elapsed();
        assert!(
            took < SOON,
            "{} after {took:?}: {}",
            answer.status,
            answer.body
        );
        if answer.status == status {
            return;
        }
        sleep(Duration::from_millis(5)).await;
    }
}

/// A small disk of its own, gone with this. The log of SQLite alone comes to four megabytes before it begins anew.
struct Disk(tempfile::TempDir);

impl Disk {
    fn mount() -> Option<Self> {
        let disk = Self(tempfile::tempdir().unwrap());
        let owner = std::os::unix::fs::MetadataExt::uid(&disk.0.path().metadata().unwrap());
        let options = format!("size=32m,mode=0700,uid={owner}");
        let path = disk.0.path().display().to_string();
        as_root("mount", &["-t", "tmpfs", "-o", &options, "tmpfs", &path]).then_some(disk)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        as_root("umount", &["-l", &self.0.path().display().to_string()]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_disk_is_full() {
    let Some(disk) = Disk::mount() else {
        skip("a small disk can't be mounted: that needs root");
        return;
    };
    let filler = disk.0.path().join("filler");
    let fill = || {
        // As much as there is room for.
        let _ = std::fs::write(&filler, vec![1; 64 << 20]);
    };
    let empty = || std::fs::remove_file(&filler).unwrap();
    while_broken("disk full", disk.0.path(), fill, empty).await;
}

/// Files that may be immutable, and are not when this goes: else nobody could remove their folder.
struct Immutable([PathBuf; 2]);

impl Immutable {
    /// None yet; nothing where files of the folder can't be made so, which is told as a skip.
    fn none(folder: &Path) -> Option<Self> {
        if can_make_immutable(folder) {
            return Some(Self(["app.db", "app.db-wal"].map(|name| folder.join(name))));
        }
        skip(
            "files can't be made immutable here: that needs root, and a file system that knows it",
        );
        None
    }

    fn set(&self, immutable: bool) -> bool {
        set_immutable(&[&self.0[0], &self.0[1]], immutable)
    }
}

impl Drop for Immutable {
    fn drop(&mut self) {
        self.set(false);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_is_read_only() {
    let folder = tempfile::tempdir().unwrap();
    let Some(files) = Immutable::none(folder.path()) else {
        return;
    };
    let set = |immutable| assert!(files.set(immutable));
    while_broken("read-only file", folder.path(), || set(true), || set(false)).await;
}

/// A connection that is opened meanwhile can only read, and must not stay.
#[tokio::test(flavor = "multi_thread")]
async fn the_writer_is_opened_while_the_file_is_read_only() {
    let folder = tempfile::tempdir().unwrap();
    let Some(files) = Immutable::none(folder.path()) else {
        return;
    };
    let (service, token) = ready(&url(folder.path()), &[]).await;
    let asleep = Request::json("POST", "/drill/sleep/60", &json!({}));
    let mut gone = TcpStream::connect(("127.0.0.1", service.port()))
        .await
        .unwrap();
    gone.write_all(&asleep.bytes()).await.unwrap();
    sleep(Duration::from_millis(500)).await;
    assert!(files.set(true));
    // Its connection has a transaction open, and is closed.
    drop(gone);
    sleep(Duration::from_millis(500)).await;
    written(service.port(), &token, "while", 503).await;
    assert!(files.set(false));
    let mended = Instant::now();
    written(service.port(), &token, "after", 201).await;
    tell(
        "SQLite: the writer is opened while the file is read-only",
        &[("writes again after", &ms(mended.elapsed()))],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_on_a_read_only_file_writes_once_that_may_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let Some(files) = Immutable::none(folder.path()) else {
        return;
    };
    let (mut service, token) = ready(&url(folder.path()), &[]).await;
    let name = "read-only at the start";
    written(service.port(), &token, name, 201).await;
    service.signal("KILL");
    assert!(files.set(true));
    service.restart();
    written(service.port(), &token, name, 503).await;
    assert!(files.set(false));
    written(service.port(), &token, name, 201).await;
    assert!(service.lives());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (path, aside) = (folder.path().join("app.db"), folder.path().join("aside"));
    let replace = || {
        std::fs::copy(&path, folder.path().join("new")).unwrap();
        std::fs::rename(&path, &aside).unwrap();
        std::fs::rename(folder.path().join("new"), &path).unwrap();
    };
    let restore = || std::fs::rename(&aside, &path).unwrap();
    while_broken("file replaced", folder.path(), replace, restore).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let (path, aside) = (folder.path().join("app.db"), folder.path().join("aside"));
    let remove = || std::fs::rename(&path, &aside).unwrap();
    let restore = || std::fs::rename(&aside, &path).unwrap();
    while_broken("file removed", folder.path(), remove, restore).await;
}

/// Another process holds the writer's lock for three seconds.
async fn lock_is_held(patience: &str) -> (Tally, Duration) {
    let folder = tempfile::tempdir().unwrap();
    let url = url(folder.path());
    let settings = [("DATABASE_POOL_TIMEOUT_SECONDS", patience)];
    let (service, token) = ready(&url, &settings).await;
    let ledger = Ledger::open(&url);
    let load = Load::start(service.port(), 4, mixed(&token, "locked"));
    sleep(Duration::from_millis(300)).await;
    ledger.hold(Duration::from_secs(3)).await;
    let released = Instant::now();
    sleep(Duration::from_millis(1_500)).await;
    let tally = load.stop().await;
    ledger.check(&[&tally]).await;
    let healed = tally.reads(false).healed_after(released).expect("it heals");
    let reads = tally.reads(true);
    reads.only(&[]);
    assert!(
        reads.longest() < Duration::from_secs(1),
        "{:?}",
        reads.longest()
    );
    (tally, healed)
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_holds_the_lock() {
    let (patient, _) = lock_is_held("5").await;
    patient.only(&[]);
    let (impatient, healed) = lock_is_held("1").await;
    impatient.only(&[503]);
    assert!(impatient.count(503) > 0 && healed < SOON);
    tell(
        "SQLite: another process holds the lock for 3 s",
        &[
            ("with 5 s of patience", &format!("{:?}", patient.outcomes())),
            ("longest", &ms(patient.longest())),
            ("with 1 s", &format!("{:?}", impatient.outcomes())),
            ("writes again after", &ms(healed)),
        ],
    );
}
