//! Migrations are applied once each, in order, and all of one or nothing of it.

use diesel_migrations::{EmbeddedMigration, EmbeddedMigrations, EmbeddedName, TomlMetadataWrapper};
use skeleton_runtime::db::{Db, MigrateError, Migrations, Statement};

use crate::support::on_both;

/// The same migration for both databases.
macro_rules! alike {
    ($name:expr, $up:expr, $down:expr) => {
        alike!($name, $up, $down, true)
    };
    ($name:expr, $up:expr, $down:expr, $in_transaction:expr) => {{
        const ONE: &[EmbeddedMigration] = &[EmbeddedMigration::new(
            $up,
            $down,
            EmbeddedName::new($name),
            TomlMetadataWrapper::new($in_transaction),
        )];
        Migrations::new(EmbeddedMigrations::new(ONE), EmbeddedMigrations::new(ONE))
    }};
}

const NOTES: &str = "2027-01-01-000000_create_notes";
const BROKEN: &str = "2028-01-01-000000_break";

fn app() -> Migrations {
    let notes = alike!(
        NOTES,
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, user_email TEXT NOT NULL REFERENCES users (email));
         CREATE INDEX notes_by_user ON notes (user_email);",
        Some("DROP TABLE notes;")
    );
    Migrations::merged([&notes, &Migrations::kit()])
}

/// Those of [`app`], in their order: the kit's own, and [`NOTES`] last.
fn names() -> Vec<String> {
    let names = app().names();
    assert_eq!(names.last().map(String::as_str), Some(NOTES));
    names
}

fn broken() -> Migrations {
    alike!(
        BROKEN,
        "CREATE TABLE half (id INTEGER PRIMARY KEY);\nCREATE TABLE half (id INTEGER PRIMARY KEY);",
        None
    )
}

async fn exists(db: &Db, table: &'static str) -> bool {
    let select = Statement::new(format!("SELECT count(*) FROM {table}"));
    db.fetch(select, |_| Ok(())).await.is_ok()
}

on_both! {
    async fn up_down_up(db: &Db) {
        let migrations = app();
        assert_eq!(migrations.pending(db).await.unwrap(), names());
        assert_eq!(migrations.run(db).await.unwrap(), names());
        assert!(exists(db, "users").await && exists(db, "notes").await);
        assert!(migrations.run(db).await.unwrap().is_empty());

        assert_eq!(migrations.revert(db, 1).await.unwrap(), [NOTES]);
        assert!(exists(db, "users").await && !exists(db, "notes").await);
        let status = migrations.status(db).await.unwrap();
        let shown: Vec<_> = status.iter().map(|one| (one.name.clone(), one.applied)).collect();
        let expected: Vec<_> = names().into_iter().map(|name| (name.clone(), name != NOTES)).collect();
        assert_eq!(shown, expected);
        assert_eq!(status.last().unwrap().version, "20270101000000");

        assert_eq!(migrations.run(db).await.unwrap(), [NOTES]);
        let reverted: Vec<_> = names().into_iter().rev().collect();
        assert_eq!(migrations.revert(db, 99).await.unwrap(), reverted);
        assert!(migrations.revert(db, 1).await.unwrap().is_empty());
        assert!(!exists(db, "users").await);
        assert_eq!(migrations.run(db).await.unwrap(), names());
    }

    async fn a_failure_leaves_nothing_of_its_migration(db: &Db) {
        let migrations = Migrations::merged([&app(), &broken()]);
        let error = migrations.run(db).await.unwrap_err();
        let MigrateError::Failed { migration, reason } = &error else { panic!("{error}") };
        assert_eq!(migration, BROKEN);
        assert!(reason.contains("half") && reason.contains("already exists"), "{reason}");
        assert!(exists(db, "notes").await, "those before it stay");
        assert!(!exists(db, "half").await);
        assert_eq!(migrations.pending(db).await.unwrap(), [BROKEN]);
        assert!(matches!(app().revert(db, 1).await, Ok(names) if names == [NOTES]));
    }

    async fn what_another_program_applied_is_shown_and_kept(db: &Db) {
        app().run(db).await.unwrap();
        let older = Migrations::kit();
        let status = older.status(db).await.unwrap();
        let last = status.last().unwrap();
        assert!(last.applied && !last.known, "{status:?}");
        assert!(older.pending(db).await.unwrap().is_empty());
        let error = older.revert(db, 1).await.unwrap_err();
        assert!(matches!(&error, MigrateError::Unknown(version) if version == "20270101000000"), "{error}");
    }

    async fn without_a_down_file_there_is_no_way_back(db: &Db) {
        let migrations = alike!("2029-01-01-000000_one_way", "CREATE TABLE one (id INTEGER)", None);
        migrations.run(db).await.unwrap();
        assert!(matches!(migrations.revert(db, 1).await, Err(MigrateError::NoDown(_))));
        assert!(exists(db, "one").await);
    }

    async fn the_sessions_of_migrations_are_not_for_others(db: &Db) {
        app().run(db).await.unwrap();
        let setting = crate::support::either(
            db,
            "SELECT setting FROM pg_settings WHERE name = 'statement_timeout'",
            "SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys",
        );
        for _ in 0..3 {
            let mut connection = db.write().await.unwrap();
            let found = connection
                .fetch(Statement::new(setting), |row| Ok(row.raw(0)?.ok_or("NULL")?.as_str()?.to_owned()))
                .await
                .unwrap();
            assert_eq!(found, [crate::support::either(db, "30000", "1")]);
        }
    }
}

/// Two instances with pools of their own on one database.
async fn race(left: &Db, right: &Db) {
    let migrations = app();
    let (first, second) = tokio::join!(migrations.run(left), migrations.run(right));
    let (first, second) = (first.unwrap(), second.unwrap());
    let mut all = [first.clone(), second.clone()].concat();
    all.sort();
    assert_eq!(
        all,
        names(),
        "each once, by either: {first:?} and {second:?}"
    );
    assert!(exists(left, "notes").await && exists(right, "notes").await);
}

#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_instances_on_sqlite() {
    use skeleton_runtime::config::DatabaseConfig;
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let config = DatabaseConfig::new(format!("sqlite://{}/app.db", folder.path().display()));
        Box::pin(race(
            &Db::open(&config).unwrap(),
            &Db::open(&config).unwrap(),
        ))
        .await;
    }
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_instances_on_postgres() {
    let Some(database) = crate::support::PostgresDatabase::create().await else {
        return;
    };
    Box::pin(race(&database.db, &Db::open(&database.config).unwrap())).await;
    database.remove().await;
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_rebuilt_table_keeps_what_refers_to_it_on_sqlite() {
    let rebuild = alike!(
        "2028-01-01-000000_rebuild",
        "CREATE TABLE new (id BLOB PRIMARY KEY, email TEXT NOT NULL UNIQUE);
         INSERT INTO new SELECT id, email FROM users;
         DROP TABLE users;
         ALTER TABLE new RENAME TO users;",
        None
    );
    let dangle = alike!("2029-01-01-000000_dangle", "DELETE FROM users", None);
    let db = crate::support::sqlite();
    app().run(&db).await.unwrap();
    for insert in [
        "INSERT INTO users (id, email, role, created_at, updated_at) VALUES (zeroblob(16), 'a@b', 'X', '', '')",
        "INSERT INTO notes VALUES (1, 'a@b')",
    ] {
        db.execute(Statement::new(insert)).await.unwrap();
    }
    let all = Migrations::merged([&app(), &rebuild]);
    assert_eq!(all.run(&db).await.unwrap(), ["2028-01-01-000000_rebuild"]);
    let count = db.fetch(Statement::new("SELECT count(*) FROM notes"), |row| {
        row.raw(0)?.ok_or("NULL")?.as_i64()
    });
    assert_eq!(count.await.unwrap(), [1]);
    let error = Migrations::merged([&all, &dangle])
        .run(&db)
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("rows of `notes` refer to rows of `users`"),
        "{error}"
    );
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn without_a_transaction_sqlite_takes_triggers_and_checks_references() {
    let trigger = alike!(
        "2028-01-01-000000_trigger",
        "CREATE TABLE log (text TEXT NOT NULL);
         CREATE TRIGGER told AFTER DELETE ON notes BEGIN
             INSERT INTO log VALUES ('one'); INSERT INTO log VALUES ('two');
         END;",
        None,
        false
    );
    let dangle = alike!(
        "2029-01-01-000000_dangle",
        "INSERT INTO notes VALUES (1, 'nobody')",
        None,
        false
    );
    let db = crate::support::sqlite();
    let all = Migrations::merged([&app(), &trigger]);
    all.run(&db).await.unwrap();
    let triggers = Statement::new("SELECT name FROM sqlite_schema WHERE type = 'trigger'");
    let triggers = db.fetch(triggers, |row| {
        Ok(row.raw(0)?.ok_or("NULL")?.as_str()?.to_owned())
    });
    assert_eq!(triggers.await.unwrap(), ["told"]);
    let more = Migrations::merged([&all, &dangle]);
    let error = more.run(&db).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("rows of `notes` refer to rows of `users`"),
        "{error}"
    );
    assert_eq!(
        more.pending(&db).await.unwrap(),
        ["2029-01-01-000000_dangle"]
    );
}
