//! `serve` on a socket that whoever starts it has bound, as systemd does.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixDatagram;

use command_fds::{CommandFdExt as _, FdMapping};

use super::fixture::{PROGRAM, command, told};

#[test]
fn a_socket_that_is_handed_over_is_served_and_the_start_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let ear = folder.path().join("ready.sock");
    let ready = UnixDatagram::bind(&ear).unwrap();
    // It waits in the socket, before there is anybody to answer.
    let mut early = TcpStream::connect(address).unwrap();
    write!(
        early,
        "GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"
    )
    .unwrap();

    let mapping = FdMapping {
        parent_fd: listener.into(),
        child_fd: 3,
    };
    let mut serve = command(PROGRAM, folder.path());
    serve
        .arg("serve")
        .env("RUST_LOG", "error")
        .env("PORT", "1")
        .env("LISTEN_FDS", "1")
        .env("NOTIFY_SOCKET", &ear)
        .fd_mappings(vec![mapping])
        .unwrap();
    let mut child = serve.spawn().unwrap();
    drop(serve);
    let mut message = [0; 16];
    let length = ready.recv(&mut message).unwrap();
    assert_eq!(&message[..length], b"READY=1");
    let mut answer = String::new();
    early.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    skeleton_tests::signal(child.id(), "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(
        TcpStream::connect(address).is_err(),
        "nobody has it any more"
    );
}

#[test]
fn what_is_handed_over_and_is_no_socket_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mapping = FdMapping {
        parent_fd: std::fs::File::open("/dev/null").unwrap().into(),
        child_fd: 3,
    };
    let mut serve = command(PROGRAM, folder.path());
    serve.env("LISTEN_FDS", "1");
    let output = serve.fd_mappings(vec![mapping]).unwrap().output().unwrap();
    assert_eq!(output.status.code(), Some(78), "{}", told(&output));
    assert!(told(&output).contains("LISTEN_FDS"), "{}", told(&output));
}
