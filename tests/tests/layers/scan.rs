//! Reads the tokens of one file.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, TokenTree};

use crate::sources::{group, ident, is_punct};

/// Something that the rules have a say in.
pub(super) enum Found {
    /// A name that is taken from the root of the crate; `*` for all of them.
    Import(String),
    /// A look at an environment variable.
    Environment(String),
    /// A look at the command line.
    Arguments(String),
    /// The media type of problem bodies.
    Problem,
}

/// The functions of `std::env` that touch variables.
const VARIABLES: [&str; 7] = [
    "var",
    "var_os",
    "vars",
    "vars_os",
    "set_var",
    "remove_var",
    "*",
];

/// How the string begins: prose that mentions the type builds nothing.
const PROBLEM: &str = "\"application/problem+json";

/// What a file that lies `depth` modules beneath the root has, by line. Code for tests is passed over.
pub(super) fn scan(tokens: &[TokenTree], depth: usize) -> Vec<(usize, Found)> {
    let mut scan = Scan { found: Vec::new() };
    scan.walk(tokens, depth);
    scan.found
}

struct Scan {
    found: Vec<(usize, Found)>,
}

impl Scan {
    fn walk(&mut self, tokens: &[TokenTree], depth: usize) {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += match token {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    self.attribute(tokens, at, depth)
                }
                // `$crate` stands for the crate in somebody else's code.
                TokenTree::Punct(punct) if punct.as_char() == '$' => 2,
                TokenTree::Ident(_) => self.identifier(tokens, at, depth),
                TokenTree::Group(group) => {
                    self.walk(&group.stream().into_iter().collect::<Vec<_>>(), depth);
                    1
                }
                TokenTree::Literal(literal) => {
                    if literal
                        .to_string()
                        .trim_start_matches('b')
                        .starts_with(PROBLEM)
                    {
                        self.found
                            .push((literal.span().start().line, Found::Problem));
                    }
                    1
                }
                TokenTree::Punct(_) => 1,
            };
        }
    }

    /// Returns how many tokens are done with: those of the attribute, and of the item where it is only for tests.
    fn attribute(&mut self, tokens: &[TokenTree], at: usize, depth: usize) -> usize {
        let is_inner = is_punct(tokens.get(at + 1), '!');
        let length = if is_inner { 3 } else { 2 };
        let Some(inside) = group(tokens.get(at + length - 1), Delimiter::Bracket) else {
            return 1;
        };
        match ident(inside.first()).as_deref() {
            Some("doc") => length,
            Some("cfg") if is_for_tests(&inside) && is_inner => tokens.len(),
            Some("cfg") if is_for_tests(&inside) => length + item_length(&tokens[at + length..]),
            _ => {
                self.walk(&inside, depth);
                length
            }
        }
    }

    fn identifier(&mut self, tokens: &[TokenTree], at: usize, depth: usize) -> usize {
        let name = ident(tokens.get(at)).unwrap_or_default();
        match name.as_str() {
            "mod" => {
                if let Some(inside) = group(tokens.get(at + 2), Delimiter::Brace) {
                    self.walk(&inside, depth + 1);
                    return 3;
                }
            }
            "crate" | "skeleton_runtime" => self.imports(tokens, at + 1),
            "super" => {
                let mut supers = 1;
                while is_path(tokens, at + 3 * supers - 2)
                    && ident(tokens.get(at + 3 * supers)).is_some_and(|next| next == "super")
                {
                    supers += 1;
                }
                if supers == depth {
                    self.imports(tokens, at + 3 * supers - 2);
                }
                return 3 * supers - 2;
            }
            "dotenvy" if is_path(tokens, at + 1) => {
                self.found
                    .push((line(&tokens[at]), Found::Environment(name)));
            }
            "env" => {
                for (line, function) in heads(tokens, at + 1) {
                    let what = format!("env::{function}");
                    if VARIABLES.contains(&function.as_str()) {
                        self.found.push((line, Found::Environment(what)));
                    } else if function == "args" || function == "args_os" {
                        self.found.push((line, Found::Arguments(what)));
                    }
                }
            }
            _ => {}
        }
        1
    }

    fn imports(&mut self, tokens: &[TokenTree], at: usize) {
        let heads = heads(tokens, at);
        self.found.extend(
            heads
                .into_iter()
                .map(|(line, name)| (line, Found::Import(name))),
        );
    }
}

fn line(token: &TokenTree) -> usize {
    token.span().start().line
}

/// Whether `::` stands here.
fn is_path(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 1), ':')
}

/// The names after a `::` that stands here: one, or the first of each path in `{…}`.
fn heads(tokens: &[TokenTree], at: usize) -> Vec<(usize, String)> {
    if !is_path(tokens, at) {
        return Vec::new();
    }
    let head = |tokens: &[TokenTree]| {
        let token = tokens.first()?;
        let name =
            ident(Some(token)).or_else(|| is_punct(Some(token), '*').then(|| "*".to_owned()))?;
        Some((line(token), name))
    };
    match group(tokens.get(at + 2), Delimiter::Brace) {
        Some(inside) => inside
            .split(|token| is_punct(Some(token), ','))
            .filter_map(head)
            .filter(|(_, name)| name != "self")
            .collect(),
        None => tokens.get(at + 2..).and_then(head).into_iter().collect(),
    }
}

/// Whether a `cfg` holds for tests alone.
fn is_for_tests(cfg: &[TokenTree]) -> bool {
    let Some(condition) = group(cfg.get(1), Delimiter::Parenthesis) else {
        return false;
    };
    match ident(condition.first()).as_deref() {
        Some("test") => true,
        Some("all") => group(condition.get(1), Delimiter::Parenthesis).is_some_and(|all| {
            all.split(|token| is_punct(Some(token), ','))
                .any(|one| one.len() == 1 && ident(one.first()).is_some_and(|name| name == "test"))
        }),
        _ => false,
    }
}

/// How many tokens the item that begins here has: to its `;` or its body.
fn item_length(tokens: &[TokenTree]) -> usize {
    let is_end = |token: &TokenTree| {
        is_punct(Some(token), ';') || group(Some(token), Delimiter::Brace).is_some()
    };
    tokens
        .iter()
        .position(is_end)
        .map_or(tokens.len(), |end| end + 1)
}

/// The names that `pub use module::…;` in `lib.rs` puts at the root, each with its module.
pub(super) fn exports(tokens: &[TokenTree]) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for statement in tokens.split(|token| is_punct(Some(token), ';')) {
        let Some(at) = statement
            .iter()
            .position(|token| ident(Some(token)).is_some_and(|name| name == "use"))
        else {
            continue;
        };
        let mut path = Vec::new();
        identifiers(&statement[at + 1..], &mut path);
        path.retain(|name| name != "crate");
        if let Some((module, taken)) = path.split_first() {
            names.extend(taken.iter().map(|name| (name.clone(), module.clone())));
        }
    }
    names
}

fn identifiers(tokens: &[TokenTree], found: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => found.push(ident.to_string()),
            TokenTree::Group(group) => {
                identifiers(&group.stream().into_iter().collect::<Vec<_>>(), found);
            }
            _ => {}
        }
    }
}

/// The macros of a file that `#[macro_export]` puts at the root.
pub(super) fn exported_macros(tokens: &[TokenTree]) -> Vec<String> {
    let mut names = Vec::new();
    let mut is_exported = false;
    for (at, token) in tokens.iter().enumerate() {
        if let Some(attribute) = group(Some(token), Delimiter::Bracket) {
            is_exported |= ident(attribute.first()).is_some_and(|name| name == "macro_export");
        } else if ident(Some(token)).is_some_and(|name| name == "macro_rules") && is_exported {
            names.extend(ident(tokens.get(at + 2)));
            is_exported = false;
        }
    }
    names
}
