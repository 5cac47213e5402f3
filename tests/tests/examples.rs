//! Holds the public items of the kit to showing how they are used: each type, trait, function and macro has an example
//! in its documentation, or stands in a closed list with the reason why not.
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
const WITHOUT: [(&str, &[&str]); 11] = [
    (
        "plain values, that are read field by field or by their getters",
        &[
            "app::BuildFaults",
            "app::Package",
            "app::Seeded",
            // Its text is the API's too.
            "app::User",
            "auth::AccessToken",
            "auth::Account",
            "auth::ClientAddress",
            "auth::Count",
            "auth::Session",
            "auth::Tokens",
            "db::MigrationStatus",
            "db::PoolStatus",
            "error::Constraint",
            "error::Violation",
            "http::CheckReport",
            "http::HealthReport",
            "http::HealthStatus",
            "http::Readiness",
            "telemetry::RequestId",
            "telemetry::TraceId",
        ],
    ),
    (
        "sets of names, of which `Rule` and `Role` show the use",
        &[
            "auth::Caller",
            "auth::Decision",
            "auth::RoleRef",
            "auth::Roles",
            "auth::Term",
        ],
    ),
    (
        "parts of `Config`, which shows how all of them are read",
        &[
            "config::Argon2Config",
            "config::AuthConfig",
            "config::AuthLimits",
            "config::DatabaseConfig",
            "config::Environment",
            "config::Fault",
            "config::Faults",
            "config::HttpConfig",
            "config::Inspection",
            "config::JwtAlgorithm",
            "config::JwtPrivateKey",
            "config::JwtPublicKey",
            "config::KeyFault",
            "config::LogConfig",
            "config::LogFormat",
            "config::Origin",
            "config::Profile",
            "config::Setting",
            "config::SettingSource",
            "config::TelemetryConfig",
            "config::TracesConfig",
            "config::Warning",
        ],
    ),
    (
        "what `App` puts together by itself",
        &[
            "auth::AccountChange",
            "auth::Authenticator",
            "auth::Client",
            "auth::CounterKey",
            "auth::Counters",
            "auth::GuardRule",
            "auth::PasswordHasher",
            "auth::check_change",
            "auth::check_delete",
            "auth::end_sessions",
            "auth::router",
            "error::Problem",
            "http::Health",
            "http::Shutdown",
            "http::fallbacks",
            "http::layered",
            "http::metrics_route",
            "http::serve",
            "json::JsonBody",
            "json::Object",
            "json::check_json",
            "json::read_body",
            "resource::Access",
            "resource::router",
            "telemetry::AuthEvent",
            "telemetry::Exposition",
            "telemetry::Metrics",
            "telemetry::QueryMeter",
            "telemetry::Telemetry",
            "telemetry::auth_event",
            "telemetry::record_user",
        ],
    ),
    (
        "bounds that expansions ask for, so that a mistake is told in our words",
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
        &[
            "db::Kind",
            "db::RawColumn",
            "db::Row",
            "db::Value",
            "resource::AnyHooks",
            "resource::Body",
            "resource::Check",
            "resource::Checkable",
            "resource::Checked",
            "resource::Checker",
            "resource::Column",
            "resource::ColumnType",
            "resource::Direction",
            "resource::Erased",
            "resource::FromRow",
            "resource::Given",
            "resource::Hooked",
            "resource::Intent",
            "resource::Kept",
            "resource::LengthUnit",
            "resource::Meta",
            "resource::Mismatch",
            "resource::OnDelete",
            "resource::Operator",
            "resource::Overrides",
            "resource::Payload",
            "resource::Reference",
            "resource::Relation",
            "resource::Values",
            "resource::column",
        ],
    ),
    (
        "parts of the document that `App` writes",
        &[
            "openapi::AuthDocs",
            "openapi::Listed",
            "openapi::ServiceDocs",
            "openapi::changes_schema",
            "openapi::method_name",
            "openapi::method_of",
            "openapi::new_schema",
            "openapi::page_schema",
            "openapi::pages",
            "openapi::replace_schema",
            "openapi::resource_schema",
            "openapi::schema_names",
        ],
    ),
    (
        "what the commands `migrate` are made of",
        &[
            "db::MigrateError",
            "db::OpenError",
            "schema::Catalogue",
            "schema::Change",
            "schema::Danger",
            "schema::Declared",
            "schema::FolderError",
            "schema::MigrationsFolder",
            "schema::Schema",
            "schema::Script",
            "schema::Written",
        ],
    ),
    (
        "what the macros of the kit for tests call, whose examples show it",
        &[
            "test_util::Check",
            "test_util::Fits",
            "test_util::HasFactory",
            "test_util::Makes",
            "test_util::Outcome",
            "test_util::QueryCount",
            "test_util::check_queries",
            "test_util::conform",
            "test_util::run",
        ],
    ),
    (
        "shown by `client`, which gives it",
        &["telemetry::RequestBuilder"],
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
    assert!(items.len() > 150, "{}", items.len());
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
    let (mut has_example, mut is_exported) = (false, false);
    let mut at = 0;
    while at < tokens.len() {
        if is_punct(tokens.get(at), '#')
            && let Some(attribute) = group(tokens.get(at + 1), Delimiter::Bracket)
        {
            has_example |= is_fence(&attribute);
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
        if let Some(name) = next {
            found.push((name, has_example));
        }
        at += length_of_item(&tokens[at..]);
        (has_example, is_exported) = (false, false);
    }
    found
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
