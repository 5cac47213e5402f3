//! Where connections come from: an address of our own, or sockets that whoever started us has bound already.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::net::TcpListener;

use crate::config::Environment;

use super::cli::Failure;
use super::preflight::unusable;

/// Long enough for the next request of a client that keeps asking.
const LINGER: Duration = Duration::from_secs(1);

/// Of connections that are not taken yet. With the standard library's 128, a crowd that comes at once is told nothing, and
/// tries again after a second.
#[cfg(unix)]
const BACKLOG: i32 = 4096;

/// Sockets that are handed over as systemd does it (`LISTEN_FDS`): the first is the service's, the second that of
/// `MANAGEMENT_ADDR`. Connections wait in them while nobody serves, so a restart refuses none.
pub(super) struct Handed {
    #[cfg(unix)]
    sockets: listenfd::ListenFd,
    #[cfg(unix)]
    taken: usize,
}

impl Handed {
    /// Takes them out of the environment. To be called once, before there are threads.
    pub(super) fn take() -> Self {
        Self {
            #[cfg(unix)]
            sockets: listenfd::ListenFd::from_env(),
            #[cfg(unix)]
            taken: 0,
        }
    }

    /// The next socket that was handed over; without one, a socket bound to the address that `setting` set.
    pub(super) fn listener(
        &mut self,
        address: SocketAddr,
        setting: &'static str,
    ) -> Result<TcpListener, Failure> {
        let listener = match self.next()? {
            Some(handed) => handed,
            None => bind(address, setting)?,
        };
        listener.set_nonblocking(true).map_err(Failure::failed)?;
        TcpListener::from_std(listener).map_err(Failure::failed)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        #[cfg(unix)]
        return self.sockets.len();
        #[cfg(not(unix))]
        0
    }

    /// How long connections are worth keeping at the end: whoever handed a socket over has a successor for it.
    pub(super) fn linger(&self) -> Duration {
        if self.count() > 0 {
            LINGER
        } else {
            Duration::ZERO
        }
    }

    #[cfg(unix)]
    fn next(&mut self) -> Result<Option<std::net::TcpListener>, Failure> {
        let index = self.taken;
        self.taken += 1;
        self.sockets.take_tcp_listener(index).map_err(|error| {
            Failure::Config(format!(
                "LISTEN_FDS: {error}\n  help: hand over listening TCP sockets: that of the service, then that of \
                 MANAGEMENT_ADDR"
            ))
        })
    }

    #[cfg(not(unix))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "as on Unix")]
    fn next(&mut self) -> Result<Option<std::net::TcpListener>, Failure> {
        Ok(None)
    }
}

/// A socket that takes connections from now on.
pub(super) fn bind(
    address: SocketAddr,
    setting: &'static str,
) -> Result<std::net::TcpListener, Failure> {
    let listener = std::net::TcpListener::bind(address)
        .map_err(|error| Failure::config(unusable(address, setting, &error)))?;
    // As many as come at once may wait; the system may allow fewer.
    #[cfg(unix)]
    rustix::net::listen(&listener, BACKLOG).map_err(Failure::failed)?;
    Ok(listener)
}

/// Where a program on this machine finds what listens at an address: who listens everywhere is asked at home.
pub(super) fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Tells whoever started us that connections are taken now (`NOTIFY_SOCKET`, as of systemd's `Type=notify`).
pub(super) fn tell_ready() {
    #[cfg(unix)]
    if let Some(path) = Environment::notify_socket()
        && let Err(error) = notify(&path)
    {
        tracing::warn!(%error, "NOTIFY_SOCKET: nobody can be told that the service is ready");
    }
}

#[cfg(unix)]
fn notify(path: &std::ffi::OsStr) -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    use std::os::linux::net::SocketAddrExt as _;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::net::{SocketAddr, UnixDatagram};

    let socket = UnixDatagram::unbound()?;
    let address = match path.as_bytes() {
        // A name without a file, which Linux alone has.
        #[cfg(target_os = "linux")]
        [b'@', name @ ..] => SocketAddr::from_abstract_name(name)?,
        _ => SocketAddr::from_pathname(path)?,
    };
    socket.send_to_addr(b"READY=1", &address).map(drop)
}
