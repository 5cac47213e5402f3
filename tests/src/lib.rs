//! What tests of whole programs share: a server of their own, curl, and the README's code blocks.
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "in a test a panic is the answer"
)]

pub mod commands;
#[cfg(doctest)]
pub mod macro_docs;
pub mod notebook;
pub mod otlp;
#[cfg(doctest)]
pub mod pages;

use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A served program in a folder of its own, with nothing configured but the port.
#[derive(Debug)]
pub struct Server {
    child: Child,
    program: String,
    port: u16,
    environment: Vec<(String, String)>,
    folder: TempDir,
    log: mpsc::Receiver<String>,
}

impl Server {
    /// Starts the program and waits until it is ready.
    pub fn start(program: &str, environment: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let environment: Vec<_> = environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let port = free_port();
        let mut child = command(program, folder.path(), &environment)
            .env("PORT", port.to_string())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, log) = mpsc::channel();
        let stderr = child.stderr.take().unwrap();
        // Read to the end, so that the pipe never fills up.
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let mut server = Self {
            child,
            program: program.to_owned(),
            port,
            environment,
            folder,
            log,
        };
        let log = &server.log;
        wait_until_listening(&mut server.child, port, || lines(log.try_iter()));
        server
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The folder that the program runs in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What was logged since this was last asked.
    pub fn log(&self) -> String {
        lines(self.log.try_iter())
    }

    /// What another command of the program prints.
    pub fn command(&self, arguments: &[&str]) -> String {
        printed(command(&self.program, self.folder.path(), &self.environment).args(arguments))
    }

    /// Asks the program to end, and gives its exit code.
    pub fn stop(mut self) -> Option<i32> {
        signal(self.child.id(), "TERM");
        self.wait()
    }

    /// Asks the program to end, and gives its exit code and all that it logged and nobody read.
    pub fn stop_and_read(mut self) -> (Option<i32>, String) {
        signal(self.child.id(), "TERM");
        let code = self.wait();
        (code, lines(self.log.iter()))
    }

    /// Waits for the program's end, and gives its exit code.
    pub fn wait(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(log: impl Iterator<Item = String>) -> String {
    log.collect::<Vec<_>>().join("\n")
}

/// Waits until a program takes connections on its port: for a minute at most, and as long as it runs. Else `log` is told.
pub fn wait_until_listening(child: &mut Child, port: u16, log: impl Fn() -> String) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        let ended = child.try_wait().unwrap();
        let is_late = Instant::now() > deadline;
        assert!(
            ended.is_none() && !is_late,
            "not serving: {ended:?}\n{}",
            log()
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// What a command prints, which must succeed.
pub fn printed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    let arguments: Vec<_> = command.get_args().collect();
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// Whether a program can be run, of those that the tests need and not every machine has.
pub fn is_installed(program: &str) -> bool {
    let found = Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    found.is_ok_and(|status| status.success())
}

/// Asks again until there is an answer, for half a minute at most.
pub fn wait_for<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "there is no {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Sends a signal to a process.
pub fn signal(process: u32, signal: &str) {
    let sent = Command::new("kill")
        .args([&format!("-{signal}"), &process.to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
}

/// Kills a process with its group, of which it is the first, and waits until none of it is left.
pub fn kill_group(child: &mut Child) {
    let group = format!("-{}", child.id());
    let reached = |signal: &str| {
        let kill = Command::new("kill")
            .args([signal, "--", &group])
            .stderr(Stdio::null())
            .status();
        kill.is_ok_and(|status| status.success())
    };
    reached("-KILL");
    let _ = child.kill();
    let _ = child.wait();
    let deadline = Instant::now() + Duration::from_secs(5);
    while reached("-0") && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A program in `folder`, with nothing of this process's own settings.
pub fn command(program: &str, folder: &Path, environment: &[(String, String)]) -> Command {
    let mut command = Command::new(program);
    // The last is where a program that was built to count its lines writes them to.
    let kept = ["PATH", "HOME", "LANG", "TMPDIR", "LLVM_PROFILE_FILE"];
    let kept = kept.map(|name| (name, std::env::var_os(name)));
    command.env_clear().current_dir(folder).stdin(Stdio::null());
    for (name, value) in kept {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    command
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// What curl prints.
pub fn curl(arguments: &[&str]) -> String {
    printed(Command::new("curl").arg("-sS").args(arguments))
}

/// The text of the README.
pub fn readme() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).unwrap()
}

/// The code blocks of a language.
pub fn fenced(markdown: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let blocks = markdown.split(&fence).skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap_or_default().to_owned())
        .collect()
}
