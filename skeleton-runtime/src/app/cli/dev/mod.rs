//! `dev`: serves from the sources, and swaps the process when they change.
//!
//! The socket belongs to this process, which hands it to each build of the service. So a connection waits in it where
//! nobody serves, and is never refused; the old build serves until the new one says that it is ready.

mod build;
mod child;
mod watch;

use std::io::Read as _;
use std::net::TcpListener;
use std::path::Path;
use std::time::SystemTime;

use clap::Args;
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::super::App;
use super::super::listener::bind;
use super::{Failure, advise};
use crate::config::{Config, Environment};
use build::{Build, Program};
use child::{Candidate, Children};
use watch::Watch;

#[derive(Debug, Args)]
pub(super) struct Dev {
    /// What `cargo build` is given besides
    #[arg(last = true, value_name = "CARGO ARGUMENTS")]
    cargo: Vec<String>,
    /// Be the one that serves
    #[arg(long, hide = true)]
    serve: bool,
}

/// What is built and served, and where.
struct Session {
    build: Build,
    sockets: Vec<TcpListener>,
    watch: Watch,
    signals: Signals,
    children: Children,
    /// What the newest child was started from.
    started: Option<(Program, Option<SystemTime>)>,
}

/// Why waiting ended.
enum News {
    Change,
    /// Somebody wants all of this to end.
    End,
}

impl Dev {
    /// Serves from the sources; `None` where this process is the one to serve.
    pub(super) fn run(self, app: &App) -> Option<Result<(), Failure>> {
        if self.serve {
            std::thread::spawn(end_with_parent);
            return None;
        }
        Some(Runtime::new().map_err(Failure::failed).and_then(|runtime| {
            let name = app.package.name;
            runtime.block_on(async { Session::new(name, self.cargo)?.run().await })
        }))
    }
}

/// Nothing is ever written there: it ends when the process that holds the other end does, however that was.
fn end_with_parent() {
    let mut nothing = Vec::new();
    let _ = std::io::stdin().read_to_end(&mut nothing);
    std::process::exit(0);
}

impl Session {
    fn new(package: &str, arguments: Vec<String>) -> Result<Self, Failure> {
        let (config, _) = Environment::read()
            .and_then(|environment| Config::load(package, &environment))
            .map_err(Failure::config)?;
        let service = bind(config.http.address, "PORT")?;
        let address = service.local_addr().map_err(Failure::failed)?;
        let management = config.http.management;
        let management = management.map(|address| bind(address, "MANAGEMENT_ADDR"));
        let mut sockets = vec![service];
        sockets.extend(management.transpose()?);
        let session = Self {
            build: Build::of(package, arguments)?,
            sockets,
            watch: Watch::start()?,
            signals: Signals::listen()?,
            children: Children::default(),
            started: None,
        };
        say(&format!("listening on http://{address}; Ctrl-C ends it"));
        Ok(session)
    }

    async fn run(mut self) -> Result<(), Failure> {
        let ended = self.serve().await;
        say("ending");
        tokio::select! {
            () = self.children.end() => {}
            () = self.signals.next() => self.children.kill().await,
        }
        ended
    }

    async fn serve(&mut self) -> Result<(), Failure> {
        loop {
            let built = tokio::select! {
                built = self.build.run() => built?,
                () = self.signals.next() => {
                    self.build.end().await;
                    return Ok(());
                }
            };
            let news = match built {
                None => {
                    say(&format!("the build failed; {}", self.children.who_serves()));
                    None
                }
                Some(program) => self.swap(program).await?,
            };
            let news = match news {
                Some(news) => news,
                None => self.wait().await,
            };
            match news {
                News::Change => {}
                News::End => return Ok(()),
            }
        }
    }

    /// Starts what was built, unless it is what serves already; ends what served before.
    async fn swap(&mut self, program: Program) -> Result<Option<News>, Failure> {
        let settings = modified(Path::new(".env"));
        let new = Some((program, settings));
        if self.started == new && self.children.has_newest() {
            return Ok(None);
        }
        let Some((program, _)) = &new else {
            return Ok(None);
        };
        let mut candidate = Candidate::start(program, &self.sockets)?;
        let ready = tokio::select! {
            ready = candidate.ready() => ready,
            () = self.watch.changed() => {
                candidate.abandon().await;
                return Ok(Some(News::Change));
            }
            () = self.signals.next() => {
                candidate.abandon().await;
                return Ok(Some(News::End));
            }
        };
        match ready {
            Ok(()) => {
                self.children.replace(candidate);
                self.started = new;
                say("the new build serves");
            }
            Err(why) => say(&format!(
                "the new build did not start ({why}); {}",
                self.children.who_serves()
            )),
        }
        Ok(None)
    }

    async fn wait(&mut self) -> News {
        loop {
            tokio::select! {
                () = self.watch.changed() => return News::Change,
                () = self.signals.next() => return News::End,
                how = self.children.newest_ended() => say(&format!(
                    "the service ended by itself ({how}); requests wait for the next change"
                )),
            }
        }
    }
}

/// When a file was last changed; `None` where there is none.
fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|file| file.modified()).ok()
}

fn say(line: &str) {
    advise(&format!("dev: {line}"));
}

/// Whatever asks a program in a terminal to end.
struct Signals([Signal; 3]);

impl Signals {
    fn listen() -> Result<Self, Failure> {
        let listen = |kind| signal(kind).map_err(Failure::failed);
        Ok(Self([
            listen(SignalKind::interrupt())?,
            listen(SignalKind::terminate())?,
            listen(SignalKind::hangup())?,
        ]))
    }

    async fn next(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}
