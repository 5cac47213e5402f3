//! The project's own sources, for the tests that read them.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Build output, and what git ignores.
const LEFT_OUT: [&str; 6] = [".git", "book", "coverage", "node_modules", "target", "wip"];

/// The root of the workspace.
pub(crate) fn root() -> &'static Path {
    let member = Path::new(env!("CARGO_MANIFEST_DIR"));
    member
        .parent()
        .expect("this member is a folder of the workspace")
}

/// The files beneath a folder of the workspace, as paths relative to its root, in order.
pub(crate) fn files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(&root().join(folder), &mut found);
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let entry = entry.expect("the folder can be listed");
        let path = entry.path();
        let name = entry.file_name();
        let is_left_out = LEFT_OUT.iter().any(|left_out| name == *left_out);
        let kind = entry.file_type().expect("the file system tells kinds");
        if kind.is_dir() && !is_left_out {
            collect(&path, found);
        } else if kind.is_file() {
            found.push(
                path.strip_prefix(root())
                    .expect("it is beneath the root")
                    .to_owned(),
            );
        }
    }
}

/// The text of a file that [`files`] found.
pub(crate) fn read(path: &Path) -> String {
    fs::read_to_string(root().join(path))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The tokens of Rust source: free of comments, and with strings as such.
pub(crate) fn tokens(path: &Path, source: &str) -> Vec<TokenTree> {
    let stream = TokenStream::from_str(source).unwrap_or_else(|error| {
        panic!("{}:{}: {error}", path.display(), error.span().start().line)
    });
    stream.into_iter().collect()
}

/// The text of an identifier.
pub(crate) fn ident(token: Option<&TokenTree>) -> Option<String> {
    match token? {
        TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    }
}

/// Whether this is the punctuation `mark`.
pub(crate) fn is_punct(token: Option<&TokenTree>, mark: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

/// What stands between delimiters of this kind.
pub(crate) fn group(token: Option<&TokenTree>, delimiter: Delimiter) -> Option<Vec<TokenTree>> {
    match token? {
        TokenTree::Group(group) if group.delimiter() == delimiter => {
            Some(group.stream().into_iter().collect())
        }
        _ => None,
    }
}
