//! Figures: printed, and added to the file that `FAULTS_REPORT` names, as a row of a table in Markdown.

#![expect(
    clippy::print_stdout,
    reason = "figures are what the tests are run for"
)]

use std::fmt::Display;
use std::fs::File;
use std::io::Write as _;
use std::time::Duration;

/// Tells what came of a fault: its name, and figures with theirs.
pub fn tell(fault: &str, figures: &[(&str, &dyn Display)]) {
    let figures: Vec<_> = figures
        .iter()
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    let row = format!("| {fault} | {} |", figures.join(", "));
    println!("{row}");
    if let Some(path) = std::env::var_os("FAULTS_REPORT") {
        let mut file = File::options()
            .create(true)
            .append(true)
            .open(path)
            .unwrap();
        writeln!(file, "{row}").unwrap();
    }
}

/// Says that a test is tried once more.
pub fn again(why: &str) {
    println!("AGAIN: {why}");
}

/// Says that a test can't be had here; CI does not allow it.
pub fn skip(why: &str) {
    println!("SKIPPED: {why}");
}

/// A time as it is told.
pub fn ms(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}
