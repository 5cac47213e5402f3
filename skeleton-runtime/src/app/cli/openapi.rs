//! `openapi`: the document, for a file that is reviewed with the code.

use std::path::PathBuf;

use clap::Args;

use super::{Failure, Session, print};

#[derive(Debug, Args)]
pub(super) struct Openapi {
    /// Print nothing; fail unless FILE holds the document
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,
}

impl Openapi {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let Session { app, config, db } = session;
        let document = app.describe(config, db).map_err(Failure::config)?;
        let Some(path) = self.check else {
            return print(&document);
        };
        let kept = std::fs::read_to_string(&path).map_err(|error| {
            let (path, name) = (path.display(), app.package.name);
            Failure::Failed(format!(
                "{path}: {error}\n  help: write it with `{name} openapi > {path}`"
            ))
        })?;
        let Some((line, is, was)) = first_difference(&document, &kept) else {
            return Ok(());
        };
        let path = path.display();
        Err(Failure::Failed(format!(
            "{path} is not the document of this program; line {line} should be\n  {is}\nand is\n  {was}\n  help: look \
             at what changed, then write it with `{} openapi > {path}`",
            app.package.name
        )))
    }
}

/// The number of the first line that differs, and both its texts.
fn first_difference<'a>(is: &'a str, was: &'a str) -> Option<(usize, &'a str, &'a str)> {
    const NOTHING: &str = "(nothing)";
    if is == was {
        return None;
    }
    let (mut is, mut was) = (is.lines(), was.lines());
    let mut number = 1;
    loop {
        match (is.next(), was.next()) {
            (None, None) => return Some((number, "(the end of a line)", NOTHING)),
            (is, was) if is == was => number += 1,
            (is, was) => return Some((number, is.unwrap_or(NOTHING), was.unwrap_or(NOTHING))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_found() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some((2, "b", "c")));
        assert_eq!(first_difference("a\n", "a\nb\n").unwrap().0, 2);
        assert!(first_difference("a\n", "a").is_some());
    }
}
