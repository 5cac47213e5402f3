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
        self.run("initdb", &[&arguments[..], &locale[..]].concat());
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

    fn run(&self, program: &str, arguments: &[&str]) {
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
            .status()
            .unwrap();
        assert!(done.success(), "{program} {arguments:?}: {done}");
    }

    /// Starts it, and waits until it accepts.
    pub fn up(&self) {
        let log = self.folder.path().join("data/server.log");
        let options = format!("-p {}", self.port);
        let log = log.display().to_string();
        let arguments = ["start", "--wait", "--silent", "--pgdata", &self.data()];
        let further = ["--log", &log, "--options", &options];
        self.run("pg_ctl", &[&arguments[..], &further[..]].concat());
    }

    /// Stops it as an administrator does: open connections are cut.
    pub fn down(&self) {
        let arguments = ["stop", "--mode=fast", "--silent", "--pgdata", &self.data()];
        self.run("pg_ctl", &arguments);
    }

    /// Sends a signal to every process of it, as `KILL`, `STOP` or `CONT`.
    pub fn signal(&self, name: &str) {
        let postmaster = self.postmaster().expect("the cluster runs");
        let children = Command::new("ps")
            .args(["-o", "pid=", "--ppid", &postmaster])
            .output()
            .unwrap();
        let children = String::from_utf8(children.stdout).unwrap();
        // The postmaster first: it would start anew what ends.
        let processes = std::iter::once(postmaster.as_str()).chain(children.split_whitespace());
        for process in processes {
            let _ = Command::new("kill")
                .args([&format!("-{name}"), process])
                .stderr(Stdio::null())
                .status();
        }
        if name == "KILL" {
            self.wait_until_gone(&postmaster);
        }
    }

    fn wait_until_gone(&self, postmaster: &str) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while Path::new(&format!("/proc/{postmaster}/stat")).exists() && is_alive(postmaster) {
            assert!(Instant::now() < deadline, "{postmaster} does not go");
            std::thread::sleep(Duration::from_millis(10));
        }
        // What it would complain of at the next start.
        let _ = std::fs::remove_file(self.folder.path().join("data/postmaster.pid"));
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
        if self.postmaster().is_some() {
            self.signal("CONT");
            self.signal("KILL");
        }
    }
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

/// Whether the process is more than an entry that nobody asked for.
fn is_alive(process: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let state = stat.rsplit_once(") ").map(|(_, rest)| rest.chars().next());
    !matches!(state, None | Some(Some('Z' | 'X')))
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
