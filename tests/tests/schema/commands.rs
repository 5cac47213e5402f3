//! `migrate generate`, `baseline`, `check` and `redo`, as somebody runs them.

use std::path::Path;
use std::process::{Command, Output};

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn dir(&self) -> String {
        self.0.path().join("migrations").display().to_string()
    }

    fn migrate(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_notebook"));
        command
            .arg("migrate")
            .args(arguments)
            .current_dir(self.0.path());
        // What needs no database must not look at its settings either.
        if !arguments.contains(&"--db") && !["run", "revert", "redo"].contains(&arguments[0]) {
            command.env("DATABASE_URL", "nonsense://");
        }
        command.output().unwrap()
    }

    fn names(&self, database: &str) -> Vec<String> {
        let folder = Path::new(&self.dir()).join(database);
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn generate_then_check() {
    let place = Place::new();
    let dir = place.dir();
    let checked = place.migrate(&["check", "--dir", &dir]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(
        err(&checked).contains("there is no snapshot\n  help: run `migrate generate NAME`"),
        "{}",
        err(&checked)
    );

    let generated = place.migrate(&["generate", "create_notes", "--dir", &dir]);
    assert!(generated.status.success(), "{}", err(&generated));
    assert_eq!(
        out(&generated).lines().count(),
        3,
        "two migrations and the snapshot"
    );
    assert!(
        err(&generated).contains("+ table `notes`"),
        "{}",
        err(&generated)
    );
    let names = place.names("postgres");
    assert_eq!(names, place.names("sqlite"));
    assert!(
        names.len() == 1 && names[0].ends_with("_create_notes"),
        "{names:?}"
    );
    let up = Path::new(&dir)
        .join("sqlite")
        .join(&names[0])
        .join("up.sql");
    let up = std::fs::read_to_string(up).unwrap();
    assert!(
        up.contains(
            "CREATE UNIQUE INDEX notes_title_key ON notes (title) WHERE deleted_at IS NULL;"
        ),
        "{up}"
    );
    assert!(
        up.contains("REFERENCES users (id)") && !up.contains("TABLE users"),
        "the kit's own table is referred to, not made:\n{up}"
    );

    let checked = place.migrate(&["check", "--dir", &dir]);
    assert!(checked.status.success());
    assert_eq!(
        out(&checked),
        "the resources are as the snapshot has them\n"
    );
    let again = place.migrate(&["generate", "nothing", "--dir", &dir]);
    assert!(again.status.success() && out(&again).is_empty());
    assert!(
        err(&again).contains("nothing to generate"),
        "{}",
        err(&again)
    );
}

#[test]
fn what_differs_is_told_and_written() {
    let place = Place::new();
    let dir = place.dir();
    assert!(place.migrate(&["baseline", "--dir", &dir]).status.success());
    let again = place.migrate(&["baseline", "--dir", &dir]);
    assert!(err(&again).contains("has a schema.json already"));
    let path = Path::new(&dir).join("schema.json");
    let snapshot = std::fs::read_to_string(&path).unwrap();

    // As if the resource had had no stars, and something else.
    let before = snapshot.replacen("\"name\": \"stars\"", "\"name\": \"rank\"", 1);
    assert_ne!(before, snapshot);
    std::fs::write(&path, &before).unwrap();
    let checked = place.migrate(&["check", "--dir", &dir]);
    assert_eq!(checked.status.code(), Some(1));
    for line in [
        "- + column `notes.stars`: i32, default 0",
        "- - column `notes.rank`",
        "help: run `migrate generate NAME`",
    ] {
        assert!(err(&checked).contains(line), "{}", err(&checked));
    }
    let refused = place.migrate(&["generate", "change_notes", "--dir", &dir]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        err(&refused).contains("write `#[field(renamed_from = \"rank\")]` on that field"),
        "{}",
        err(&refused)
    );
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        before,
        "nothing is written"
    );
    let written = place.migrate(&[
        "generate",
        "change_notes",
        "--dir",
        &dir,
        "--allow-destructive",
    ]);
    assert!(written.status.success(), "{}", err(&written));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), snapshot);
    let names = place.names("postgres");
    assert!(
        names.len() == 2 && names[1].ends_with("_change_notes_online"),
        "{names:?}"
    );
    let metadata = Path::new(&dir)
        .join("postgres")
        .join(&names[1])
        .join("metadata.toml");
    assert_eq!(
        std::fs::read_to_string(metadata).unwrap(),
        "run_in_transaction = false\n"
    );
}

#[test]
fn names_and_folders_are_looked_at() {
    let place = Place::new();
    let refused = place.migrate(&["generate", "Not a name", "--dir", &place.dir()]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        err(&refused).contains("is no name for a migration"),
        "{}",
        err(&refused)
    );
    let by_hand = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let refused = place.migrate(&["generate", "more", "--dir", &by_hand.display().to_string()]);
    assert!(
        err(&refused).contains("but no schema.json that says what they lead to"),
        "{}",
        err(&refused)
    );
    std::fs::create_dir_all(place.dir()).unwrap();
    std::fs::write(Path::new(&place.dir()).join("schema.json"), "{").unwrap();
    let refused = place.migrate(&["check", "--dir", &place.dir()]);
    assert_eq!(refused.status.code(), Some(78));
    assert!(
        err(&refused).contains("schema.json: EOF while parsing"),
        "{}",
        err(&refused)
    );
}

#[test]
fn a_database_is_held_against_the_snapshot() {
    let place = Place::new();
    let dir = place.dir();
    assert!(place.migrate(&["baseline", "--dir", &dir]).status.success());
    let checked = place.migrate(&["check", "--db", "--dir", &dir]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(
        err(&checked).contains("- `notes`: the table is missing"),
        "{}",
        err(&checked)
    );
    assert!(
        err(&checked).contains("migrations are pending: run `migrate run` first"),
        "{}",
        err(&checked)
    );
    assert!(place.migrate(&["run"]).status.success());
    let redone = place.migrate(&["redo"]);
    assert!(
        out(&redone).starts_with("redone ") && redone.status.success(),
        "{}",
        err(&redone)
    );
    // These migrations were written by hand, with fewer rules.
    let checked = place.migrate(&["check", "--db", "--dir", &dir]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(
        err(&checked).contains("`notes`: rule of stars is missing"),
        "{}",
        err(&checked)
    );
    assert!(
        err(&checked).contains("no migration is pending"),
        "{}",
        err(&checked)
    );
}
