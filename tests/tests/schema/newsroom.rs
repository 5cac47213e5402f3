//! The newsroom's tables come from its resources.

use example_app::models::{Article, Category, Comment};
use skeleton_runtime::db::Migrations;
use skeleton_runtime::resource::Resource as _;
use skeleton_runtime::schema::{Catalogue, Change, Declared, Schema, differences};

use crate::support::{migrations, on_both};

const SNAPSHOT: &str = include_str!("../../../migrations/schema.json");

fn declared() -> Declared {
    Declared::new(&[Category::meta(), Article::meta(), Comment::meta()])
}

#[test]
fn the_committed_snapshot_is_that_of_the_resources() {
    let snapshot = Schema::parse(SNAPSHOT).unwrap();
    assert_eq!(declared().schema(), &snapshot);
    assert_eq!(
        snapshot.to_json(),
        SNAPSHOT,
        "as `migrate generate` writes it"
    );
    let change = Change::between(&snapshot, &declared()).unwrap();
    assert!(change.is_empty() && change.describe().is_empty());
    let note = "`Article`: no index serves its sorts `status`, nor its filters `body`; each page of such a list reads \
                the whole table";
    assert_eq!(declared().notes(), [note]);
}

#[test]
fn the_committed_migration_is_the_generated_one() {
    let change = Change::between(&Schema::empty(), &declared()).unwrap();
    let (postgres, sqlite) = change.scripts();
    let committed = [
        (
            postgres,
            include_str!("../../../migrations/postgres/2026-01-02-000000_create_newsroom/up.sql"),
        ),
        (
            sqlite,
            include_str!("../../../migrations/sqlite/2026-01-02-000000_create_newsroom/up.sql"),
        ),
    ];
    for (scripts, text) in committed {
        assert_eq!(scripts.len(), 1);
        assert_eq!(scripts[0].up, text);
    }
    assert!(change.dangers().is_empty() && change.warnings().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn from_scratch_is_as_committed_and_up_down_up_the_same() {
    let change = Change::between(&Schema::empty(), &declared()).unwrap();
    let generated = Migrations::merged([&Migrations::kit(), &migrations(1, "create", &change)]);
    let snapshot = Schema::parse(SNAPSHOT).unwrap();
    let committed = example_app::app();
    on_both(async |db, _| {
        let kit = Catalogue::read(db).await.unwrap();
        committed.all_migrations().run(db).await.unwrap();
        let expected = Catalogue::read(db).await.unwrap();
        assert_eq!(
            differences(db, &snapshot).await.unwrap(),
            Vec::<String>::new()
        );
        // The kit has later ones.
        committed.all_migrations().revert(db, 99).await.unwrap();
        Migrations::kit().run(db).await.unwrap();
        assert_eq!(Catalogue::read(db).await.unwrap(), kit);
        generated.run(db).await.unwrap();
        assert_eq!(Catalogue::read(db).await.unwrap(), expected);
        generated.redo(db, 1).await.unwrap();
        assert_eq!(Catalogue::read(db).await.unwrap(), expected);
        assert!(expected.tables().any(|table| table == "users"));
    })
    .await;
}
