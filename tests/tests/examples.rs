//! Holds the public items of the kit to showing how they are used: each type, trait, function and macro has an example
//! in its documentation, or stands in a closed list with the reason why not. What is hidden from the documentation is for
//! expansions and for the kit's own parts.
//!
//! Methods are shown by the example of their type. Every `pub` is public, since the lint `unreachable_pub` has it so.

#![cfg(test)]

mod sources;

use std::collections::BTreeMap;
use std::path::Path;

use proc_macro2::{Delimiter, TokenTree};

use sources::{group, ident, is_punct};

const KINDS: [&str; 6] = ["struct", "enum", "trait", "fn", "type", "macro_rules"];

/// What has no example, by the reason why.
const WITHOUT: [(&str, &[&str]); 6] = [
    (
        "bounds that expansions ask for; were they hidden, rustc would write their whole paths into its messages",
        &[
            "resource::Beside",
            "resource::CopyOf",
            "resource::DefaultOf",
            "resource::Guarded",
            "resource::HasDefault",
            "resource::HasHooks",
            "resource::HookFuture",
            "resource::HooksOf",
            "resource::IsCopy",
            "resource::IsGuarded",
            "resource::IsHandler",
            "resource::IsKey",
            "resource::IsPlaced",
            "resource::IsResource",
            "resource::IsRoleSet",
            "resource::KeyOf",
            "resource::Mount",
            "resource::Placed",
            "resource::ResourceOf",
            "resource::RolesOf",
            "resource::Skeleton",
            "test_util::Fits",
        ],
    ),
    (
        "plain values that are read field by field, whose text is the API's too",
        &[
            "app::User",
            "http::CheckReport",
            "http::HealthReport",
            "http::HealthStatus",
            "http::Readiness",
        ],
    ),
    (
        "Diesel's own interfaces, met through its queries",
        &[
            "db::AnyBackend",
            "db::AnyBindCollector",
            "db::AnyQueryBuilder",
            "db::AnyTransactionManager",
            "db::Batch",
            "db::DefaultOrOmitted",
            "db::LoadedField",
            "db::LoadedRow",
            "db::OnConflict",
        ],
    ),
    (
        "what expansions say and the engine reads",
        &["db::Kind", "db::RawColumn", "db::Row", "db::Value"],
    ),
    (
        "what the pool and the commands `migrate` tell, read field by field",
        &[
            "db::MigrateError",
            "db::MigrationStatus",
            "db::OpenError",
            "db::PoolStatus",
        ],
    ),
    (
        "shown by what gives or takes it: `read_object`, `client`, `conformance!`",
        &[
            "json::Object",
            "telemetry::RequestBuilder",
            "test_util::Check",
        ],
    ),
];

#[test]
fn public_items_have_examples() {
    let mut items = BTreeMap::new();
    for path in sources::files("skeleton-runtime/src") {
        let is_read = path.extension().is_some_and(|extension| extension == "rs");
        let is_left_out = |part: &std::ffi::OsStr| {
            ["__private", "tests", "tests.rs"]
                .iter()
                .any(|out| part == *out)
        };
        if is_read && !path.iter().any(is_left_out) {
            let module = path.iter().nth(2).map(|part| part.to_string_lossy());
            let module = module
                .unwrap_or_default()
                .trim_end_matches(".rs")
                .to_owned();
            let source = sources::read(&path);
            for (name, has_example) in items_of(&sources::tokens(&path, &source)) {
                items.insert(format!("{module}::{name}"), has_example);
            }
        }
    }
    assert!(items.len() > 120, "{}", items.len());
    let excused: Vec<_> = WITHOUT.iter().flat_map(|(_, names)| *names).collect();
    let without = items.iter().filter(|(_, has_example)| !**has_example);
    let missing: Vec<_> = without
        .map(|(name, _)| name.as_str())
        .filter(|name| !excused.contains(&name))
        .collect();
    assert!(missing.is_empty(), "no example:\n{}", missing.join("\n"));
    for name in excused {
        assert_eq!(items.get(*name), Some(&false), "{name} needs no excuse");
    }
}

/// Their documentation is in files, whose examples are compiled by `tests/src/macro_docs.rs`.
#[test]
fn macros_have_examples() {
    let compiled = sources::read(Path::new("tests/src/macro_docs.rs"));
    let mut macros = 0;
    for path in sources::files("skeleton-macros/src/docs") {
        let name = path.display().to_string();
        assert!(
            sources::read(&path).contains("\n```\nuse skeleton_runtime::"),
            "{name}"
        );
        assert!(compiled.contains(&format!("\"{name}\"")), "{name}");
        macros += 1;
    }
    let source = sources::read(Path::new("skeleton-macros/src/lib.rs"));
    assert_eq!(
        source.matches("#[doc = include_str!(\"docs/").count(),
        macros
    );
    assert_eq!(source.matches("\npub fn ").count(), macros);
}

#[test]
fn items_are_found_with_their_examples() {
    let source = "
        /// A type.
        ///
        /// ```
        /// let shown = Shown;
        /// ```
        #[derive(Debug)]
        pub struct Shown;
        /// A function.
        pub async fn told() { pub struct Inner; }
        impl Shown { pub fn method() {} }
        pub(crate) enum Hidden {}
        pub const fn constant() -> u8 { 1 }
        #[cfg(test)] mod tests { pub fn test() {} }
        #[doc(hidden)] pub trait ForExpansions {}
        pub use other::Thing;
        #[macro_export] macro_rules! made { () => {} }
        macro_rules! own { () => {} }
    ";
    let found = items_of(&sources::tokens(Path::new("x.rs"), source));
    let expected = [
        ("Shown", true),
        ("told", false),
        ("constant", false),
        ("made", false),
    ];
    assert_eq!(found, expected.map(|(name, has)| (name.to_owned(), has)));
}

/// The public items of a module, and whether their documentation has a block of code.
fn items_of(tokens: &[TokenTree]) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    let (mut has_example, mut is_exported, mut is_hidden) = (false, false, false);
    let mut at = 0;
    while at < tokens.len() {
        if is_punct(tokens.get(at), '#')
            && let Some(attribute) = group(tokens.get(at + 1), Delimiter::Bracket)
        {
            has_example |= is_fence(&attribute);
            is_hidden |= hides(&attribute);
            is_exported |= ident(attribute.first()).is_some_and(|name| name == "macro_export");
            at += 2;
            continue;
        }
        let is_public = ident(tokens.get(at)).is_some_and(|word| word == "pub")
            && group(tokens.get(at + 1), Delimiter::Parenthesis).is_none();
        let next = if is_public {
            public_item(&tokens[at + 1..])
        } else if is_exported {
            public_item(&tokens[at..])
        } else {
            None
        };
        if let Some(name) = next.filter(|_| !is_hidden) {
            found.push((name, has_example));
        }
        at += length_of_item(&tokens[at..]);
        (has_example, is_exported, is_hidden) = (false, false, false);
    }
    found
}

/// `#[doc(hidden)]`
fn hides(attribute: &[TokenTree]) -> bool {
    let is_doc = ident(attribute.first()).is_some_and(|name| name == "doc");
    let inner = group(attribute.get(1), Delimiter::Parenthesis).unwrap_or_default();
    is_doc && ident(inner.first()).is_some_and(|name| name == "hidden")
}

/// A line of documentation that begins a block of code.
fn is_fence(attribute: &[TokenTree]) -> bool {
    let is_doc = ident(attribute.first()).is_some_and(|name| name == "doc");
    is_doc
        && attribute.get(2).is_some_and(|text| {
            text.to_string()
                .trim_start_matches(['"', ' '])
                .starts_with("```")
        })
}

/// The name, if this is an item of a kind that is to be shown.
fn public_item(tokens: &[TokenTree]) -> Option<String> {
    let mut words = tokens.iter().map(|token| ident(Some(token)));
    // `async`, `const`, `unsafe`: of those a constant has its name next, in capitals, and a function does not.
    for _ in 0..3 {
        let word = words.next()??;
        if KINDS.contains(&word.as_str()) {
            return words.find_map(|word| word);
        }
        if !["async", "const", "unsafe"].contains(&word.as_str()) {
            return None;
        }
    }
    None
}

/// Up to the end of the item: a semicolon, or what stands in braces.
fn length_of_item(tokens: &[TokenTree]) -> usize {
    let end = tokens.iter().position(|token| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        token => is_punct(Some(token), ';'),
    });
    end.map_or(tokens.len(), |end| end + 1)
}
