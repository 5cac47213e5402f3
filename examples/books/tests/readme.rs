//! The README's program is this package, and it does what the README says.
#![cfg(test)]

use skeleton_runtime::test_util::TestDatabase;
use skeleton_tests::{Server, command, curl, fenced, readme};

#[test]
fn the_readme_shows_these_very_files() {
    let readme = readme();
    assert_eq!(fenced(&readme, "rust"), [include_str!("../src/main.rs")]);
    let sql = [
        include_str!("../migrations/postgres/2026-01-02-000000_create_books/up.sql"),
        include_str!("../migrations/sqlite/2026-01-02-000000_create_books/up.sql"),
    ];
    assert_eq!(fenced(&readme, "sql"), sql);
}

#[test]
fn the_snapshot_is_that_of_the_resource() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut check = command(env!("CARGO_BIN_EXE_books"), folder, &[]);
    let output = check.args(["migrate", "check"]).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
}

#[test]
fn the_program_serves_books_on_sqlite() {
    serves_books(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_serves_books_on_postgres() {
    if let Some(database) = TestDatabase::postgres("empty", async |_| Ok(())).await {
        let url = database.url().to_owned();
        let served = tokio::task::spawn_blocking(move || serves_books(&[("DATABASE_URL", &url)]));
        served.await.unwrap();
    }
}

fn serves_books(settings: &[(&str, &str)]) {
    let server = Server::start(env!("CARGO_BIN_EXE_books"), settings);
    let admin = server.command(&["token", "--email", "a@example.com", "--role", "ADMIN"]);
    let bearer = format!("authorization: Bearer {}", admin.trim());
    let book = r#"{"title": "The Rust Book"}"#;
    let made = curl(&[
        "-d",
        book,
        "-H",
        "content-type: application/json",
        "-H",
        &bearer,
        &server.url("/books"),
    ]);
    assert!(made.contains(r#""copies":1"#), "{made}");
    let listed = curl(&[&server.url("/books?title=The+Rust+Book")]);
    assert!(
        listed.contains("The Rust Book"),
        "anybody may read: {listed}"
    );
    assert_eq!(
        curl(&["-H", &bearer, &server.url("/books/statistics")]),
        "1"
    );
    let refused = curl(&[&server.url("/books/statistics")]);
    assert!(refused.contains(r#""code":"unauthenticated""#), "{refused}");
    server.stop();
}
