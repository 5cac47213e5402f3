//! Holds the modules of `skeleton-runtime` to their order: each imports only from its left.
//!
//! The sources are read as tokens, so comments, doc links and strings don't count, and neither does test code.

#![cfg(test)]

mod layers;
mod sources;

use std::path::Path;

use layers::{Crate, Rules};

const RUNTIME: &str = "skeleton-runtime/src";

const RULES: Rules<'static> = Rules {
    order: &[
        "error",
        "secret",
        "json",
        "config", // the ground
        "telemetry",
        "db",   //
        "auth", //
        "resource",
        "http",    //
        "openapi", //
        "schema",  //
        "app",
        "cli", //
        "test_util",
    ],
    // The face of the crate towards its users, which no module inside looks at.
    outside: &["lib", "prelude", "__private"],
    reads_environment: &["config", "test_util"],
    reads_arguments: &["app", "cli"],
    // `error` builds the bodies; the others tell of them and look at them.
    names_problems: &["error", "openapi", "test_util"],
};

fn runtime() -> Crate {
    let mut runtime = Crate::default();
    for path in sources::files(RUNTIME) {
        if path.extension().is_some_and(|extension| extension == "rs") {
            runtime.add(
                &path,
                path.strip_prefix(RUNTIME).unwrap(),
                &sources::read(&path),
            );
        }
    }
    runtime
}

#[test]
fn modules_import_only_from_their_left() {
    let faults = runtime().check(&RULES);
    assert!(
        faults.is_empty(),
        "the layering has faults ({}):\n\n{}",
        faults.len(),
        faults.join("\n")
    );
}

/// What the rules say of a crate that has `lib.rs` and one further file.
fn faults(path: &str, source: &str) -> Vec<String> {
    let lib = "
        pub mod error; pub mod config; pub mod db; pub mod auth; pub mod http; mod secret; mod __private;
        pub use error::{Error, Result}; pub use crate::auth::User;
        pub use skeleton_macros::resource;
    ";
    let mut sample = Crate::default();
    sample.add(Path::new("lib.rs"), Path::new("lib.rs"), lib);
    sample.add(Path::new(path), Path::new(path), source);
    sample.check(&RULES)
}

#[track_caller]
fn assert_fault(path: &str, source: &str, expected: &str) {
    let found = faults(path, source);
    assert!(
        found.len() == 1 && found[0].starts_with(expected),
        "{source}\ngives {found:#?}\ninstead of {expected}"
    );
}

#[test]
fn imports_from_the_right_are_seen() {
    for source in [
        "use crate::http::Layer;",
        "use crate::{error::Error, http::Layer};",
        "use crate::{\nerror::Error, http};",
        "pub(crate) use skeleton_runtime::http::*;",
        "fn f() { let _ = format!(\"{}\", crate::http::f()); }",
        "use super::http;",
        "mod inner { use super::super::http::Layer; }",
        "#[derive(Debug)] struct S(#[serde(with = crate::http)] u8);",
        "#[cfg(not(test))] use crate::http::Layer;",
    ] {
        assert_fault("db/mod.rs", source, "db/mod.rs:");
        let found = faults("db/mod.rs", source);
        assert!(
            found[0].contains("`db` imports `crate::http` from its right"),
            "{found:?}"
        );
    }
    assert_fault(
        "db/pool.rs",
        "\n\nuse super::super::http;",
        "db/pool.rs:3: `db` imports `crate::http`",
    );
    assert_fault(
        "secret.rs",
        "use crate::User;",
        "secret.rs:1: `secret` imports `crate::User` (of `auth`)",
    );
    assert_fault(
        "db/mod.rs",
        "use crate::__private::x;",
        "db/mod.rs:1: `db` imports `crate::__private`",
    );
    assert_fault(
        "db/mod.rs",
        "use crate::*;",
        "db/mod.rs:1: `crate::*` hides what is imported",
    );
    assert_fault(
        "db/mod.rs",
        "use crate::unheard::Of;",
        "db/mod.rs:1: `crate::unheard` is no module",
    );
    assert_fault(
        "helpers.rs",
        "",
        "helpers.rs: module `helpers` has no place",
    );
}

#[test]
fn imports_from_the_left_are_fine() {
    for source in [
        "use crate::{db::Pool, Error, Result, auth};",
        "use self::rejection; use super::db;",
        "/// See [`crate::openapi`].\nconst TEXT: &str = \"crate::openapi\";",
        "macro_rules! m { () => { $crate::openapi::x() } }",
        "mod inner { use super::openapi; use super::super::auth; }",
        "#[cfg(test)] use crate::test_util::TestDatabase;",
        "#[cfg(all(test, feature = \"sqlite\"))]\nmod tests { use crate::test_util; fn f() { std::env::var(\"A\"); } }",
        "pub(in crate::http) fn f() {}",
        "#[crate::resource] struct S;",
    ] {
        assert_eq!(
            faults("http/mod.rs", source),
            Vec::<String>::new(),
            "{source}"
        );
    }
    assert_eq!(
        faults("db/tests.rs", "use crate::test_util;"),
        Vec::<String>::new()
    );
    assert_eq!(
        faults("__private.rs", "pub use crate::http;"),
        Vec::<String>::new()
    );
}

#[test]
fn only_config_reads_the_environment() {
    for source in [
        "fn f() { std::env::var(\"HOME\"); }",
        "use std::env; fn f() { env::vars_os(); }",
        "use std::env::{temp_dir, var_os};",
        "use std::env::*;",
        "fn f() { dotenvy::dotenv(); }",
        "fn f() { std::env::args(); }",
    ] {
        assert_fault("db/mod.rs", source, "db/mod.rs:1: `db` reads ");
        let allowed = if source.contains("args") {
            "cli.rs"
        } else {
            "config/mod.rs"
        };
        assert_eq!(faults(allowed, source), Vec::<String>::new(), "{source}");
    }
    let harmless = "fn f() { std::env::temp_dir(); env!(\"CARGO_PKG_NAME\"); }";
    assert_eq!(faults("db/mod.rs", harmless), Vec::<String>::new());
}

#[test]
fn only_error_writes_problems() {
    let source = "const A: &str = \"application/problem+json; charset=utf-8\";";
    assert_fault(
        "http/mod.rs",
        source,
        "http/mod.rs:1: `http` names the media type of problems",
    );
    assert_eq!(faults("error/problem.rs", source), Vec::<String>::new());
}
