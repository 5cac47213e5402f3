//! PostgreSQL clusters of a test's own, to be stopped, killed and frozen.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

/// A cluster on a port of its own, gone with this.
#[derive(Debug)]
pub struct Cluster {
    programs: PathBuf,
    account: Option<String>,
    folder: TempDir,
    port: u16,
}

impl Cluster {
    /// A running cluster; none, and a word of it, where the programs are missing.
    pub fn start() -> Option<Self> {
        let cluster = Self::stopped()?;
        cluster.up();
        Some(cluster)
    }

    /// A cluster that is made, and does not run.
    pub fn stopped() -> Option<Self> {
        let programs = script("find_programs");
        if programs.is_empty() {
            crate::report::skip("PostgreSQL's server programs are not installed");
            return None;
        }
        let account = script("server_account");
        let cluster = Self {
            programs: programs.into(),
            account: (!account.is_empty()).then_some(account),
            folder: tempfile::tempdir().unwrap(),
            port: kept_port(),
        };
        cluster.init();
        Some(cluster)
    }

    fn init(&self) {
        let folder = self.folder.path();
        if let Some(account) = &self.account {
            let owned = Command::new("chown").arg(account).arg(folder).status();
            assert!(owned.unwrap().success());
        }
        let data = self.data();
        let arguments = ["--username=postgres", "--auth=trust", "--encoding=UTF8"];
        let locale = ["--locale=C", "--no-sync", "--pgdata", &data];
        self.must("initdb", &[&arguments[..], &locale[..]].concat());
        // Synchronous as anywhere: what is acknowledged must outlive a kill.
        let settings =
            "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = 200\n";
        let file = folder.join("data/postgresql.conf");
        let before = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, before + settings).unwrap();
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn must(&self, program: &str, arguments: &[&str]) {
        assert!(self.run(program, arguments), "{program} {arguments:?}");
    }

    /// Runs a program of PostgreSQL's, and tells whether it succeeded.
    fn run(&self, program: &str, arguments: &[&str]) -> bool {
        let path = self.programs.join(program);
        let mut command = match &self.account {
            None => Command::new(path),
            Some(account) => {
                let mut command = Command::new("runuser");
                command.args(["-u", account, "--"]).arg(path);
                command
            }
        };
        let done = command
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        done.is_ok_and(|done| done.success())
    }

    /// Starts it, and waits until it accepts.
    pub fn up(&self) {
        let log = self.folder.path().join("data/server.log");
        let options = format!("-p {}", self.port);
        let log = log.display().to_string();
        let arguments = ["start", "--wait", "--silent", "--pgdata", &self.data()];
        let further = ["--log", &log, "--options", &options];
        self.must("pg_ctl", &[&arguments[..], &further[..]].concat());
    }

    /// Stops it as an administrator does: open connections are cut.
    pub fn down(&self) {
        let arguments = ["stop", "--mode=fast", "--silent", "--pgdata", &self.data()];
        self.must("pg_ctl", &arguments);
    }

    /// Sends a signal to every process of it, as `KILL`, `STOP` or `CONT`.
    pub fn signal(&self, name: &str) {
        let postmaster = self.postmaster().expect("the cluster runs");
        assert!(
            send(name, &postmaster),
            "{name} does not reach {postmaster}"
        );
        match name {
            "KILL" => {
                assert!(is_gone_soon(&postmaster), "{postmaster} does not go");
                // What it would complain of at the next start.
                let _ = std::fs::remove_file(self.folder.path().join("data/postmaster.pid"));
            }
            "STOP" => assert!(is_frozen_soon(&postmaster), "{postmaster} goes on"),
            _ => {}
        }
    }

    fn postmaster(&self) -> Option<String> {
        let file = self.folder.path().join("data/postmaster.pid");
        let text = std::fs::read_to_string(file).ok()?;
        text.lines().next().map(str::to_owned)
    }

    /// What the service is given.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// A connection of the test's own.
    pub async fn connect(&self) -> Client {
        let (client, connection) = tokio_postgres::connect(&self.url(), NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let Some(postmaster) = self.postmaster() else {
            return;
        };
        send("CONT", &postmaster);
        // One that is killed leaves its shared memory behind.
        let stop = ["stop", "--mode=immediate", "--silent", "--pgdata"];
        if !self.run("pg_ctl", &[&stop[..], &[&self.data()]].concat()) {
            send("KILL", &postmaster);
            is_gone_soon(&postmaster);
        }
    }
}

/// Sends a signal to a postmaster and its children; whether it reached all that are there. The postmaster comes first,
/// for it would start anew what ends.
fn send(signal: &str, postmaster: &str) -> bool {
    let children = children(postmaster);
    let mut is_reached = send_one(signal, postmaster);
    for child in children {
        is_reached &= send_one(signal, &child) || has_ended(&child);
    }
    is_reached
}

fn send_one(signal: &str, process: &str) -> bool {
    let sent = Command::new("kill")
        .args([&format!("-{signal}"), process])
        .stderr(Stdio::null())
        .status();
    sent.is_ok_and(|sent| sent.success())
}

fn children(parent: &str) -> Vec<String> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let processes = entries.filter_map(|entry| entry.file_name().into_string().ok());
    processes
        .filter(|process| stat(process).is_some_and(|(_, of)| of == parent))
        .collect()
}

/// The state of a process, and its parent.
fn stat(process: &str) -> Option<(String, String)> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // Behind the name, which may hold anything.
    let mut rest = stat.rsplit_once(") ")?.1.split(' ').map(str::to_owned);
    Some((rest.next()?, rest.next()?))
}

/// Waits for its end.
fn is_gone_soon(process: &str) -> bool {
    soon(|| has_ended(process))
}

/// Waits until neither a postmaster nor any of its children runs.
fn is_frozen_soon(postmaster: &str) -> bool {
    let is_still = |process: &str| stat(process).is_none_or(|(state, _)| "TZX".contains(&state));
    soon(|| is_still(postmaster) && children(postmaster).iter().all(|child| is_still(child)))
}

/// What is left of it is an entry that nobody asked for.
fn has_ended(process: &str) -> bool {
    stat(process).is_none_or(|(state, _)| "ZX".contains(&state))
}

/// Waits until it holds, for ten seconds at most.
fn soon(holds: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !holds() {
        if Instant::now() > deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    true
}

/// A free port that the system gives to nobody while the one who listens there is away: below those of clients, which a
/// client that comes too early could even connect to itself.
///
/// # Panics
///
/// When none is free.
pub fn kept_port() -> u16 {
    let first = 20_000 + u16::try_from(std::process::id() % 8_000).unwrap();
    let mut ports =
        (first..first + 4_000).filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    ports.nth(fresh().into()).expect("a free port")
}

/// Another one each time, so that two that are asked for at once differ.
fn fresh() -> u8 {
    static NUMBER: AtomicU8 = AtomicU8::new(0);
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

/// What a function of `scripts/postgres-programs.sh` prints.
fn script(function: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let words = format!("say() {{ :; }}; . scripts/postgres-programs.sh; {function}");
    let output = Command::new("bash")
        .args(["-c", &words])
        .current_dir(root)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key and the number of the shared memory that a running cluster has.
    fn memory(cluster: &Cluster) -> String {
        let file = cluster.folder.path().join("data/postmaster.pid");
        let text = std::fs::read_to_string(file).unwrap();
        let line = text.lines().nth(6).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    }

    fn is_there(memory: &str) -> bool {
        let segments = std::fs::read_to_string("/proc/sysvipc/shm").unwrap();
        let mut lines = segments.lines();
        lines.any(|line| line.split_whitespace().nth(1) == Some(memory))
    }

    #[test]
    fn no_memory_is_left_of_a_cluster_that_was_frozen() {
        let Some(cluster) = Cluster::start() else {
            return;
        };
        let memory = memory(&cluster);
        assert!(is_there(&memory));
        cluster.signal("STOP");
        drop(cluster);
        assert!(!is_there(&memory), "{memory}");
    }

    #[test]
    fn no_memory_is_left_of_a_cluster_that_was_killed_and_came_back() {
        let Some(cluster) = Cluster::start() else {
            return;
        };
        let before = memory(&cluster);
        cluster.signal("KILL");
        assert!(is_there(&before));
        cluster.up();
        let after = memory(&cluster);
        drop(cluster);
        assert!(!is_there(&before) && !is_there(&after));
    }
}
