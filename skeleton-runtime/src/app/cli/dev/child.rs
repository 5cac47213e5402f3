//! The processes that serve.

use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use command_fds::{CommandFdExt as _, FdMapping};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::net::UnixDatagram;
use tokio::process::{Child, ChildStdin};
use tokio::task::JoinSet;

use super::super::Failure;
use super::build::Program;

/// The first descriptor that is handed over, behind the standard ones.
const FIRST: i32 = 3;

/// A service. It ends by itself when this process does, whose end of its standard input is closed then.
struct Service {
    child: Child,
    _stdin: Option<ChildStdin>,
}

/// A service that is not ready yet.
pub(super) struct Candidate {
    service: Service,
    news: Ear,
}

/// Where a service says that it is ready.
struct Ear {
    socket: UnixDatagram,
    path: PathBuf,
}

/// The services that are ready, and those that finish their last requests.
#[derive(Default)]
pub(super) struct Children {
    newest: Option<Service>,
    ending: JoinSet<()>,
}

impl Candidate {
    /// Starts it, with the sockets.
    pub(super) fn start(program: &Program, sockets: &[TcpListener]) -> Result<Self, Failure> {
        let news = Ear::open().map_err(Failure::failed)?;
        let mut mappings = Vec::new();
        for (child_fd, socket) in (FIRST..).zip(sockets) {
            let parent_fd = OwnedFd::from(socket.try_clone().map_err(Failure::failed)?);
            mappings.push(FdMapping {
                parent_fd,
                child_fd,
            });
        }
        let mut command = Command::new(&program.path);
        command
            .args(["dev", "--serve"])
            .env("LISTEN_FDS", sockets.len().to_string())
            .env_remove("LISTEN_PID")
            .env("NOTIFY_SOCKET", &news.path)
            .stdin(Stdio::piped())
            .fd_mappings(mappings)
            .map_err(Failure::failed)?;
        // A group of its own: Ctrl-C is for this process, which ends the others in their order.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = tokio::process::Command::from(command)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| Failure::failed(format!("{}: {error}", program.path.display())))?;
        Ok(Self {
            service: Service {
                // Waiting for a child would close it.
                _stdin: child.stdin.take(),
                child,
            },
            news,
        })
    }

    /// Waits until it takes connections.
    ///
    /// # Errors
    ///
    /// How it ended instead.
    pub(super) async fn ready(&mut self) -> Result<(), String> {
        tokio::select! {
            () = self.news.ready() => Ok(()),
            ended = self.service.child.wait() => Err(told(ended)),
        }
    }

    pub(super) async fn abandon(mut self) {
        let _ = self.service.child.kill().await;
    }
}

impl Ear {
    fn open() -> std::io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("skeleton-dev-{}-{count}.sock", std::process::id());
        let path = std::env::temp_dir().join(name);
        // Of a process that had the same number.
        let _ = std::fs::remove_file(&path);
        Ok(Self {
            socket: UnixDatagram::bind(&path)?,
            path,
        })
    }

    async fn ready(&self) {
        let mut message = [0; 64];
        while let Ok(length) = self.socket.recv(&mut message).await {
            if message[..length].starts_with(b"READY=1") {
                return;
            }
        }
        std::future::pending::<()>().await;
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Service {
    /// Lets it finish its requests.
    async fn end(mut self) {
        if let Some(id) = self.child.id().and_then(|id| i32::try_from(id).ok()) {
            let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
        }
        let _ = self.child.wait().await;
    }
}

impl Children {
    /// Puts a service that is ready in the place of the one before.
    pub(super) fn replace(&mut self, candidate: Candidate) {
        if let Some(old) = self.newest.replace(candidate.service) {
            self.ending.spawn(old.end());
        }
    }

    pub(super) fn has_newest(&self) -> bool {
        self.newest.is_some()
    }

    /// For the message that a change came to nothing.
    pub(super) fn who_serves(&self) -> &'static str {
        if self.has_newest() {
            "the one before goes on"
        } else {
            "requests wait for the next change"
        }
    }

    /// Waits for the end of the newest by itself, and tells how it was.
    pub(super) async fn newest_ended(&mut self) -> String {
        let Some(newest) = &mut self.newest else {
            return std::future::pending().await;
        };
        let ended = newest.child.wait().await;
        self.newest = None;
        told(ended)
    }

    /// Lets all of them finish.
    pub(super) async fn end(&mut self) {
        if let Some(newest) = self.newest.take() {
            self.ending.spawn(newest.end());
        }
        while self.ending.join_next().await.is_some() {}
    }

    /// Ends all of them at once.
    pub(super) async fn kill(&mut self) {
        self.newest = None;
        // Each is killed as its task is dropped.
        self.ending.shutdown().await;
    }
}

fn told(ended: std::io::Result<ExitStatus>) -> String {
    ended.map_or_else(|error| error.to_string(), |status| status.to_string())
}
