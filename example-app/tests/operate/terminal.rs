//! What only happens on a terminal: colours, and questions whose answers nobody sees.
#![cfg(unix)]

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use skeleton_tests::command;

use super::{PROGRAM, Place, owned};

/// The two ends of a terminal: what a person holds, and what the program has.
fn terminal() -> (File, File) {
    let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&person).unwrap();
    unlockpt(&person).unwrap();
    let name = ptsname(&person, Vec::new()).unwrap();
    let program = OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(OFlags::NOCTTY.bits().cast_signed())
        .open(name.to_str().unwrap())
        .unwrap();
    (File::from(person), program)
}

/// What comes from a file, as it comes.
fn reader(mut file: impl std::io::Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 1024];
        while let Ok(length @ 1..) = file.read(&mut buffer) {
            let _ = sender.send(String::from_utf8_lossy(&buffer[..length]).into_owned());
        }
    });
    receiver
}

fn wait_for(receiver: &mpsc::Receiver<String>, text: &str) {
    let mut all = String::new();
    while !all.contains(text) {
        let next = receiver.recv_timeout(Duration::from_secs(30));
        all.push_str(&next.unwrap_or_else(|_| panic!("{text} is not in:\n{all}")));
    }
}

/// Answers the questions for a password; the exit code, and what the terminal showed.
fn answer(place: &Place, first: &str, second: &str) -> (Option<i32>, String) {
    let (person, program) = terminal();
    let mut child = command(PROGRAM, place.path(), &owned(&[]))
        .args(["user", "create", "ann@example.com"])
        .stdin(Stdio::from(program.try_clone().unwrap()))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let questions = reader(child.stderr.take().unwrap());
    let shown = reader(person.try_clone().unwrap());
    for (question, answer) in [("Password: ", first), ("Again: ", second)] {
        wait_for(&questions, question);
        writeln!(&person, "{answer}").unwrap();
    }
    let code = child.wait().unwrap().code();
    // It echoes again.
    writeln!(&person, "the end").unwrap();
    let mut all = String::new();
    while !all.contains("the end") {
        all.push_str(&shown.recv_timeout(Duration::from_secs(30)).unwrap());
    }
    drop(program);
    (code, all)
}

#[test]
fn a_password_is_asked_for_twice_and_never_shown() {
    let place = Place::new(&[]);
    let (code, shown) = answer(&place, "seven wild geese", "seven wild ducks");
    assert_eq!(code, Some(1), "they differ");
    assert!(!shown.contains("wild"), "{shown:?}");
    let (code, shown) = answer(&place, "seven wild geese", "seven wild geese");
    assert_eq!(code, Some(0));
    assert!(!shown.contains("wild"), "{shown:?}");
    assert!(
        place
            .run(&["user", "list"])
            .done()
            .contains("ann@example.com")
    );
}

#[test]
fn colors_are_for_terminals_and_no_color_switches_them_off() {
    let place = Place::new(&[]);
    let on_terminal = |settings: &[(&str, &str)], arguments: &[&str]| {
        let (mut person, program) = terminal();
        let mut child = command(PROGRAM, place.path(), &owned(settings))
            .args(arguments)
            .stdout(Stdio::from(program.try_clone().unwrap()))
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        drop(program);
        let mut text = Vec::new();
        // At its end a terminal gives an error.
        let _ = person.read_to_end(&mut text);
        child.wait().unwrap();
        String::from_utf8_lossy(&text).into_owned()
    };
    for arguments in [
        &["routes"][..],
        &["config", "show"],
        &["doctor"],
        &["--help"],
    ] {
        let has_color =
            |settings: &[(&str, &str)]| on_terminal(settings, arguments).contains('\u{1b}');
        assert!(has_color(&[("TERM", "xterm")]), "{arguments:?}");
        assert!(
            !has_color(&[("TERM", "xterm"), ("NO_COLOR", "1")]),
            "{arguments:?}"
        );
        assert!(
            !place.run(arguments).out.contains('\u{1b}'),
            "{arguments:?}"
        );
    }
}
