//! Ten instances that start at once apply each migration once.

use std::process::{Command, Stdio};

use futures_util::future::join_all;
use skeleton_runtime::config::DatabaseConfig;
use skeleton_runtime::db::{AnyBackend, Db, Migrations};
use skeleton_runtime::schema::{Change, Schema, differences};

use crate::steps::{declared, steps};
use crate::support::{migrations, on_both, texts};

/// All versions of a resource, with what PostgreSQL does outside a transaction.
fn everything() -> Migrations {
    let mut all = Migrations::kit();
    let mut snapshot = Schema::empty();
    for (number, step) in steps().iter().enumerate() {
        let declared = declared(step);
        let change = Change::between(&snapshot, &declared).unwrap();
        all = Migrations::merged([&all, &migrations(number, step.name, &change)]);
        snapshot = declared.schema().clone();
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_tasks() {
    let all = everything();
    let last = declared(steps().last().unwrap());
    on_both(async |db, url| {
        let expected = all.pending(db).await.unwrap();
        assert!(expected.len() >= steps().len());
        let instances: Vec<_> = (0..10)
            .map(|_| Db::open(&DatabaseConfig::new(url)).unwrap())
            .collect();
        let runs = join_all(instances.iter().map(|db| all.run(db))).await;
        let ran: Vec<_> = runs.into_iter().map(Result::unwrap).collect();
        assert_eq!(
            ran.iter().filter(|names| !names.is_empty()).count(),
            1,
            "{ran:?}"
        );
        assert_eq!(ran.concat(), expected);
        for instance in instances {
            instance.close();
        }
        let none = Vec::<String>::new();
        assert_eq!(differences(db, last.schema()).await.unwrap(), none);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_processes() {
    on_both(async |db, url| {
        let folder = tempfile::tempdir().unwrap();
        let start = |_| {
            Command::new(env!("CARGO_BIN_EXE_notebook"))
                .args(["migrate", "run"])
                .current_dir(folder.path())
                .env("DATABASE_URL", url)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        };
        let children: Vec<_> = (0..10).map(start).collect();
        let mut applied = Vec::new();
        for child in children {
            let output = child.wait_with_output().unwrap();
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{errors}");
            let printed = String::from_utf8(output.stdout).unwrap();
            applied.extend(
                printed
                    .lines()
                    .filter_map(|line| line.strip_prefix("applied "))
                    .map(str::to_owned),
            );
        }
        // Those of the kit were there before.
        let count = match db.backend() {
            AnyBackend::Postgres => "SELECT count(*)::text FROM __diesel_schema_migrations",
            AnyBackend::Sqlite => "SELECT CAST(count(*) AS TEXT) FROM __diesel_schema_migrations",
        };
        let noted: usize = texts(db, count).await[0].parse().unwrap();
        assert_eq!(noted, applied.len() + Migrations::kit().names().len());
        let mut once = applied.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), applied.len(), "{applied:?}");
        assert!(
            applied.iter().any(|name| name.ends_with("create_notes")),
            "{applied:?}"
        );
    })
    .await;
}
