//! The pages of the documentation, and what must hold for every block of code in them.

mod blocks;
mod book;
mod figures;
mod keys;
pub(crate) mod messages;
mod queries;
mod shell;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A file of Markdown.
pub(crate) struct Page {
    /// From the root of the project, as `docs/lists.md`.
    pub(crate) name: String,
    pub(crate) text: String,
}

/// What stands between two fences.
pub(crate) struct Block<'a> {
    pub(crate) page: &'a str,
    pub(crate) line: usize,
    /// What stands behind the first fence: the language.
    pub(crate) language: &'a str,
    pub(crate) code: String,
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub(crate) fn read(path: &str) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The page of a project that the command `new` makes.
pub(crate) const TEMPLATE: &str = "skeleton-runtime/templates/new/README.md";

fn entries(folder: &str) -> impl Iterator<Item = String> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.map(move |name| Path::new(folder).join(name).to_str().unwrap().to_owned())
}

/// Every page: those at the root, all in `docs`, those of the examples and that of a new project.
pub(crate) fn all() -> Vec<Page> {
    let folders = ["", "docs", "docs/decisions", "examples"].map(str::to_owned);
    let is_folder = |name: &String| root().join(name).is_dir();
    let folders = folders
        .into_iter()
        .chain(entries("examples").filter(is_folder));
    let is_page = |name: &String| Path::new(name).extension().is_some_and(|kind| kind == "md");
    let names = folders.flat_map(|folder| entries(&folder).collect::<Vec<_>>());
    let mut names: Vec<_> = names.filter(is_page).collect();
    names.push(TEMPLATE.to_owned());
    names.sort();
    let pages = names.into_iter().map(|name| {
        let text = read(&name);
        Page { name, text }
    });
    pages.collect()
}

/// Runs a program that reads `text` and ends with 0 where there is nothing wrong with it, else says what.
fn feed(program: &mut Command, text: &str) -> Result<(), String> {
    let pipes = program.stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

impl Page {
    pub(crate) fn blocks(&self) -> Vec<Block<'_>> {
        let mut blocks = Vec::new();
        let mut open: Option<Block<'_>> = None;
        for (number, line) in self.text.lines().enumerate() {
            match (line.trim_start().strip_prefix("```"), &mut open) {
                (Some(language), None) => {
                    open = Some(Block {
                        page: &self.name,
                        line: number + 1,
                        language,
                        code: String::new(),
                    });
                }
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (None, Some(block)) => {
                    block.code.push_str(line);
                    block.code.push('\n');
                }
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{}: a block without an end", self.name);
        blocks
    }

    /// The line of a block that is one by its four blanks alone: without a language nothing could be asked of it.
    pub(crate) fn indented(&self) -> Option<usize> {
        let (mut is_fenced, mut is_after_blank) = (false, true);
        for (number, line) in self.text.lines().enumerate() {
            if line.trim_start().starts_with("```") {
                is_fenced = !is_fenced;
            }
            if !is_fenced && is_after_blank && line.starts_with("    ") {
                return Some(number + 1);
            }
            is_after_blank = line.trim().is_empty();
        }
        None
    }
}

impl Block<'_> {
    /// Where it is, for messages.
    pub(crate) fn place(&self) -> String {
        format!("{}:{} ({})", self.page, self.line, self.language)
    }
}
