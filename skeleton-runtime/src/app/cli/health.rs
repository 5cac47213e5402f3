//! `health`: whether the service of these settings is ready, for images that have no other program to ask with.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::config::Config;

use super::super::listener::reachable;
use super::Failure;

/// For the connection, and for each part of the answer; the service itself takes two seconds at most.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Fails unless `/health/ready` is answered with 200.
pub(super) fn run(config: &Config) -> Result<(), Failure> {
    let address = reachable(config.http.management.unwrap_or(config.http.address));
    match ask(address) {
        Ok(200) => Ok(()),
        Ok(status) => Err(Failure::Failed(format!(
            "{address} answers {status}\n  help: GET /health says which part is missing"
        ))),
        Err(error) => Err(Failure::Failed(format!(
            "{address}: {error}\n  help: start the service, or set HOST and PORT (or MANAGEMENT_ADDR) as it has them"
        ))),
    }
}

/// The status of the answer.
fn ask(address: SocketAddr) -> std::io::Result<u16> {
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    write!(
        stream,
        "GET /health/ready HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
    )?;
    let mut head = [0; "HTTP/1.1 200".len()];
    stream.read_exact(&mut head)?;
    let status = std::str::from_utf8(&head).ok().and_then(|head| {
        let digits = head.strip_prefix("HTTP/1.1 ")?;
        digits.parse().ok()
    });
    status.ok_or_else(|| std::io::Error::other("it is no HTTP service"))
}
