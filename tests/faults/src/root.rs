//! What only root may do.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs a program as root, where that may be had; whether it succeeded.
pub fn as_root(program: &str, arguments: &[&str]) -> bool {
    let mut command = if is_root() {
        Command::new(program)
    } else {
        let mut command = Command::new("sudo");
        command.args(["-n", program]);
        command
    };
    let done = command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    done.is_ok_and(|done| done.success())
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// Whether files of this folder can be made immutable: that needs root, and a file system that knows it.
pub fn can_make_immutable(folder: &Path) -> bool {
    let probe = folder.join("probe");
    std::fs::write(&probe, "").unwrap();
    let may = set_immutable(&[&probe], true) && set_immutable(&[&probe], false);
    std::fs::remove_file(probe).unwrap();
    may
}

/// Makes files immutable, or changeable again; whether that succeeded.
pub fn set_immutable(files: &[&Path], immutable: bool) -> bool {
    let attribute = if immutable { "+i" } else { "-i" };
    let files = files.iter().map(|file| file.display().to_string());
    let files: Vec<_> = files.collect();
    let mut arguments = vec![attribute];
    arguments.extend(files.iter().map(String::as_str));
    as_root("chattr", &arguments)
}
