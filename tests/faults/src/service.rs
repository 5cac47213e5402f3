//! The service as a process of its own.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use skeleton_tests::{command, free_port, printed, signal, wait_until_listening};
use tempfile::TempDir;

/// A service in a folder of its own, killed when this goes. What it says is in a file of that folder.
#[derive(Debug)]
pub struct Service {
    child: Child,
    program: PathBuf,
    port: u16,
    environment: Vec<(String, String)>,
    folder: TempDir,
}

const SECRET: &str = "kX2v9QmZr4T7yLw1Pb6Hc8Nd3Fg5Js0A";

impl Service {
    /// Starts `program` with these settings, and waits until it takes connections. Whether it is ready is another
    /// question: `Service::ready`.
    pub fn start(program: &str, settings: &[(&str, &str)]) -> Self {
        Self::start_on(free_port(), program, settings)
    }

    /// The same on a port that is known before.
    pub fn start_on(port: u16, program: &str, settings: &[(&str, &str)]) -> Self {
        let mut environment = vec![("JWT_SECRET_KEY".to_owned(), SECRET.to_owned())];
        let settings = settings.iter();
        environment.extend(settings.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let folder = tempfile::tempdir().unwrap();
        let child = spawn(Path::new(program), port, &environment, folder.path());
        let mut service = Self {
            child,
            program: program.into(),
            port,
            environment,
            folder,
        };
        service.wait_until_listening();
        service
    }

    fn wait_until_listening(&mut self) {
        let folder = self.folder.path();
        wait_until_listening(&mut self.child, self.port, || log(folder));
    }

    /// Starts it again, once it has ended, with the same settings on the same port.
    pub fn restart(&mut self) {
        self.child = spawn(
            &self.program,
            self.port,
            &self.environment,
            self.folder.path(),
        );
        self.wait_until_listening();
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The folder that it runs in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// All that it has said, over restarts too.
    pub fn log(&self) -> String {
        log(self.folder.path())
    }

    /// Whether the process lives.
    pub fn lives(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Sends a signal: `TERM`, `KILL`, `STOP`.
    pub fn signal(&self, name: &str) {
        signal(self.child.id(), name);
    }

    /// Waits for its end, for so long at most.
    pub async fn ended(&mut self, limit: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Some(status);
            }
            if Instant::now() > deadline {
                return None;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// What another command of the program prints.
    pub fn command(&self, arguments: &[&str]) -> String {
        let program = self.program.to_str().unwrap();
        printed(command(program, self.folder.path(), &self.environment).args(arguments))
    }

    /// A token that may do all.
    pub fn token(&self) -> String {
        let token = self.command(&["token", "--email", "load@example.com", "--role", "ADMIN"]);
        token.trim().to_owned()
    }

    /// A line of `/proc/PID/status`, as `VmRSS`, in its own unit; 0 where there is none.
    pub fn figure(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id()));
        let status = status.unwrap_or_default();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        number.unwrap_or_default()
    }

    /// How many descriptors it has open.
    pub fn descriptors(&self) -> usize {
        let open = std::fs::read_dir(format!("/proc/{}/fd", self.id()));
        open.map_or(0, Iterator::count)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // Answers are many, and known to the test.
            let log = self.log();
            let is_telling =
                |line: &&str| !line.contains("\"answered\"") || line.contains("\"ERROR\"");
            let lines: Vec<_> = log.lines().filter(is_telling).collect();
            let last = &lines[lines.len().saturating_sub(20)..];
            eprintln!("what the service said last:\n{}", last.join("\n"));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn log(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("log")).unwrap()
}

fn spawn(program: &Path, port: u16, environment: &[(String, String)], folder: &Path) -> Child {
    let log = File::options()
        .create(true)
        .append(true)
        .open(folder.join("log"))
        .unwrap();
    let mut command: Command = command(program.to_str().unwrap(), folder, environment);
    command
        .env("PORT", port.to_string())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}
