//! What `new` and `generate` refuse, each with its help.

use super::fixture::{PROGRAM, command, told};

#[track_caller]
fn refused(folder: &std::path::Path, arguments: &[&str]) -> String {
    let output = command(PROGRAM, folder).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(output.stdout.is_empty(), "{}", told(&output));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_project_is_made_in_an_empty_folder_under_a_name_of_a_crate() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("My Service")).unwrap();
    std::fs::write(folder.path().join("My Service/notes.txt"), "mine").unwrap();
    let told = refused(
        folder.path(),
        &["new", "My Service", "--kit", "/nowhere/at/all"],
    );
    for part in [
        "help: choose one, as `--name my-service`",
        "My Service is not empty",
        "/nowhere/at/all is no checkout of the kit",
    ] {
        assert!(told.contains(part), "{part} is not in:\n{told}");
    }
    let left = std::fs::read_dir(folder.path().join("My Service")).unwrap();
    assert_eq!(left.count(), 1, "nothing is written");
}

#[test]
fn a_fresh_repository_is_an_empty_folder() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    let made = command(PROGRAM, folder.path())
        .args(["new", ".", "--name", "letters"])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", told(&made));
    let manifest = std::fs::read_to_string(folder.path().join("Cargo.toml")).unwrap();
    assert!(manifest.contains("name = \"letters\""), "{manifest}");
    assert!(told(&made).contains("make dev"), "{}", told(&made));
}

/// In the sources of the program itself, of which nothing is changed.
#[test]
fn every_fault_of_a_resource_is_told_at_once() {
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let told = refused(
        sources,
        &[
            "generate",
            "resource",
            "blogPost",
            "title:varchar",
            "mood:enum",
            "state:enum(Draft,a__b)",
            "id:i64",
            "type:string",
            "limit:i32",
            "author:belongs_to:Writer",
            "tags:strings:sort",
            "key:secret:filter",
            "views:i32:frequent",
            "views:i64",
            "plain",
        ],
    );
    for part in [
        "as `BlogPost`",
        "help: write `string`",
        "the values of an enum are missing",
        "`Draft` is no value of an enum",
        "every resource has it by itself",
        "keyword of Rust",
        "parameter of every list",
        "there is no resource `Writer`\n  help: write one of User, ",
        "`sort`: it has no single value",
        "`filter`: a secret is neither shown nor looked for",
        "there is no option `frequent`",
        "`plain` has no type",
        "Types:\n  string",
    ] {
        assert!(told.contains(part), "{part} is not in:\n{told}");
    }
}
