//! `dev`: no request is refused while sources change, and nothing is left behind.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use skeleton_tests::signal;

use super::fixture::Project;

/// Far more than a build of one crate takes.
const PATIENCE: Duration = Duration::from_mins(3);

const APP: &str = r#"//! Tells which build it is.

pub mod models;

use skeleton_runtime::prelude::*;

/// Which build this is.
#[utoipa::path(get, path = "/build", responses((status = 200, body = String)))]
#[requires_role(public)]
async fn build() -> Result<Json<&'static str>> {
    Ok(Json("BUILD"))
}

/// The application.
#[must_use]
pub fn app() -> App {
    App::new(package!())
        .migrations(migrations!("migrations"))
        .resource::<models::Note>()
        .routes(routes!(build))
}
"#;

/// `dev`, and what it told so far.
struct Dev {
    child: Child,
    log: Arc<Mutex<String>>,
    port: u16,
}

impl Dev {
    fn start(project: &Project) -> Self {
        let mut child = project
            .command(project.program().to_str().unwrap())
            .arg("dev")
            .env("PORT", "0")
            .env("RUST_LOG", "warn")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (written, stderr) = (log.clone(), child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                *written.lock().unwrap() += &(line + "\n");
            }
        });
        let mut dev = Self {
            child,
            log,
            port: 0,
        };
        dev.wait_for("listening on http://127.0.0.1:");
        let log = dev.log.lock().unwrap().clone();
        let (_, rest) = log.split_once("127.0.0.1:").unwrap();
        dev.port = rest.split(';').next().unwrap().parse().unwrap();
        dev
    }

    /// Waits until it has told this, and forgets what it told so far.
    fn wait_for(&self, text: &str) {
        let begun = Instant::now();
        loop {
            let mut log = self.log.lock().unwrap();
            if log.contains(text) {
                if self.port != 0 {
                    log.clear();
                }
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "no `{text}` in:\n{log}");
            drop(log);
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until `/build` has this answer.
    fn wait_until_build(&self, build: &str) {
        let begun = Instant::now();
        while ask(self.port).unwrap() != build {
            let log = self.log.lock().unwrap();
            assert!(begun.elapsed() < PATIENCE, "no build {build}:\n{log}");
            drop(log);
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What `/build` answers, on a connection of its own.
fn ask(port: u16) -> Result<String, String> {
    let asked = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(
            stream,
            "GET /build HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    let answer = asked().map_err(|error| error.to_string())?;
    let body = answer
        .split_once("\r\n\r\n")
        .filter(|_| answer.starts_with("HTTP/1.1 200"));
    let body = body.and_then(|(_, body)| body.strip_prefix('"')?.strip_suffix('"'));
    body.map(str::to_owned).ok_or(answer.clone())
}

/// A client that keeps its connection for as long as it is not told to open another.
struct Keeper {
    port: u16,
    stream: Option<BufReader<TcpStream>>,
}

impl Keeper {
    fn ask(&mut self) -> Result<(), String> {
        self.answer().map_err(|error| {
            self.stream = None;
            format!("on a connection that is kept: {error}")
        })
    }

    fn answer(&mut self) -> std::io::Result<()> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => BufReader::new(TcpStream::connect(("127.0.0.1", self.port))?),
        };
        write!(stream.get_mut(), "GET /build HTTP/1.1\r\nhost: a\r\n\r\n")?;
        let (mut head, mut length) = (String::new(), 0);
        while !head.ends_with("\r\n\r\n") {
            let begin = head.len();
            if stream.read_line(&mut head)? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(value) = head[begin..].strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
        }
        stream.read_exact(&mut vec![0; length])?;
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        self.stream = (!head.contains("connection: close")).then_some(stream);
        Ok(())
    }
}

/// Clients that ask without a pause; each answer that is none is kept.
struct Clients {
    over: Arc<AtomicBool>,
    threads: Vec<JoinHandle<(usize, Vec<String>)>>,
}

impl Clients {
    fn start(port: u16) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let threads = (0..4).map(|number| {
            let over = over.clone();
            let mut keeper = Keeper { port, stream: None };
            std::thread::spawn(move || {
                let (mut answered, mut failed) = (0, Vec::new());
                while !over.load(Ordering::Relaxed) {
                    let asked = if number == 0 {
                        keeper.ask()
                    } else {
                        ask(port).map(drop)
                    };
                    match asked {
                        Ok(()) => answered += 1,
                        Err(error) => failed.push(error),
                    }
                    std::thread::sleep(Duration::from_millis(5));
                }
                (answered, failed)
            })
        });
        let threads = threads.collect();
        Self { over, threads }
    }

    fn end(self) {
        self.over.store(true, Ordering::Relaxed);
        for thread in self.threads {
            let (answered, failed) = thread.join().unwrap();
            assert!(failed.is_empty(), "{answered} answered, and:\n{failed:?}");
            assert!(answered > 100, "{answered}");
        }
    }
}

/// The services that `dev` started from a program.
fn processes(program: &Path) -> Vec<u32> {
    let program = program.to_str().unwrap();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let id = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok());
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        if let Some(id) = id
            && line.trim_end() == format!("{program} dev --serve")
        {
            found.push(id);
        }
    }
    found
}

fn wait_until_gone(program: &Path) {
    skeleton_tests::wait_for("end of the service", || {
        processes(program).is_empty().then_some(())
    });
}

#[test]
fn no_request_is_refused_while_sources_change() {
    let project = Project::new("diary");
    let app = |build: &str| project.write("src/lib.rs", &APP.replace("BUILD", build));
    app("one");
    project.run("cargo", &["build"]);
    let mut dev = Dev::start(&project);
    // Nobody serves yet: this one waits.
    assert_eq!(ask(dev.port).unwrap(), "one");
    let clients = Clients::start(dev.port);

    app("two");
    dev.wait_until_build("two");
    project.write("src/lib.rs", "no Rust at all");
    dev.wait_for("the build failed; the one before goes on");
    assert_eq!(ask(dev.port).unwrap(), "two");

    // Mended, with a migration besides.
    for database in ["postgres", "sqlite"] {
        let folder = format!("migrations/{database}/2027-01-01-000000_create_tags");
        let up = "CREATE TABLE tags (name TEXT PRIMARY KEY);\n";
        project.write(&format!("{folder}/up.sql"), up);
        project.write(&format!("{folder}/down.sql"), "DROP TABLE tags;\n");
    }
    app("three");
    dev.wait_until_build("three");
    let program = project.program();
    let status = project.run(program.to_str().unwrap(), &["migrate", "status"]);
    assert!(
        status.contains("applied  2027-01-01-000000_create_tags"),
        "{status}"
    );

    settings_count_too(&project, &dev);
    clients.end();
    one_that_ended_is_started_again(&project, &dev);

    signal(dev.child.id(), "INT");
    assert_eq!(dev.child.wait().unwrap().code(), Some(0));
    assert!(processes(&program).is_empty(), "nothing is left");
    assert!(ask(dev.port).is_err(), "nobody listens");

    nothing_outlives_a_kill(&project);
}

/// `.env` changes what serves without a build; settings that can't be used change nothing.
fn settings_count_too(project: &Project, dev: &Dev) {
    dev.log.lock().unwrap().clear();
    project.write(".env", "BODY_LIMIT_BYTES=none\n");
    dev.wait_for("the new build did not start");
    assert_eq!(ask(dev.port).unwrap(), "three");
    project.write(".env", "BODY_LIMIT_BYTES=1000\n");
    dev.wait_for("the new build serves");
}

fn one_that_ended_is_started_again(project: &Project, dev: &Dev) {
    // The one before may be finishing its last requests.
    let serving = skeleton_tests::wait_for("one service", || {
        let processes = processes(&project.program());
        (processes.len() == 1).then(|| processes[0])
    });
    signal(serving, "KILL");
    dev.wait_for("the service ended by itself");
    let port = dev.port;
    let waiting = std::thread::spawn(move || ask(port));
    project.write("src/lib.rs", &APP.replace("BUILD", "four"));
    assert_eq!(waiting.join().unwrap().unwrap(), "four");
}

fn nothing_outlives_a_kill(project: &Project) {
    let dev = Dev::start(project);
    assert_eq!(ask(dev.port).unwrap(), "four");
    assert_eq!(processes(&project.program()).len(), 1);
    signal(dev.child.id(), "KILL");
    wait_until_gone(&project.program());
}
