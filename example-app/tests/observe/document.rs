//! The OpenAPI document that is reviewed with the code.

use std::fs;

use skeleton_tests::command;

use super::{PROGRAM, repository};

/// The settings that nobody changed: those of development.
fn document() -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = command(PROGRAM, folder.path(), &[])
        .arg("openapi")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn openapi_json_is_reviewed() {
    let path = repository("example-app/openapi.json");
    let document = document();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &document).unwrap();
    }
    let reviewed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        document == reviewed,
        "the OpenAPI document changed; renew example-app/openapi.json, and review the difference:\n  \
         UPDATE=1 cargo test -p example-app --test observe openapi_json_is_reviewed"
    );
}

#[test]
fn the_command_finds_what_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("openapi.json");
    let check = || {
        let mut command = command(PROGRAM, folder.path(), &[]);
        let output = command
            .args(["openapi", "--check", "openapi.json"])
            .output()
            .unwrap();
        assert_eq!(output.stdout, b"");
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let document = document();
    fs::write(&path, &document).unwrap();
    assert_eq!(check().0, Some(0));
    fs::write(&path, document.replacen("/articles", "/essays", 1)).unwrap();
    let (code, told) = check();
    assert_eq!(code, Some(1));
    assert!(
        told.contains("/essays") && told.contains("help: "),
        "{told}"
    );
    fs::remove_file(&path).unwrap();
    assert_eq!(check().0, Some(1));
}
