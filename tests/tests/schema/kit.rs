//! The kit's own tables come from their declarations, as an application's do.

use std::path::Path;

use skeleton_runtime::config::DatabaseConfig;
use skeleton_runtime::db::{Db, Migrations};
use skeleton_runtime::prelude::Utc;
use skeleton_runtime::schema::{
    Catalogue, Change, Declared, MigrationsFolder, Schema, differences,
};
use skeleton_runtime::test_util::TestDatabase;

use crate::support::migrations;

const FOLDER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../skeleton-runtime/migrations"
);

/// `GENERATE=add_tags cargo test -p skeleton-tests --test schema kit` writes the migration that is missing.
#[test]
fn the_committed_snapshot_is_that_of_the_declarations() {
    let folder = MigrationsFolder::new(Path::new(FOLDER));
    let snapshot = folder.snapshot().unwrap().unwrap_or_else(Schema::empty);
    let declared = Declared::kit();
    let change = Change::between(&snapshot, &declared).unwrap();
    if let Ok(name) = std::env::var("GENERATE") {
        let written = folder.write(&name, Utc::now(), &change, declared.schema());
        panic!("read and commit {:?}", written.unwrap());
    }
    assert!(change.describe().is_empty(), "{:#?}", change.describe());
    assert_eq!(&snapshot, declared.schema());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_committed_migrations_lead_to_it_and_back_and_there_again() {
    let declared = Declared::kit();
    let change = Change::between(&Schema::empty(), &declared).unwrap();
    let generated = migrations(1, "create_kit", &change);
    let kit = Migrations::kit();
    let nothing = async |_| Ok(());
    for database in TestDatabase::both("nothing", nothing).await {
        let db = Db::open(&DatabaseConfig::new(database.url())).unwrap();
        let empty = Catalogue::read(&db).await.unwrap();
        kit.run(&db).await.unwrap();
        let expected = Catalogue::read(&db).await.unwrap();
        let none = Vec::<String>::new();
        assert_eq!(differences(&db, declared.schema()).await.unwrap(), none);
        kit.redo(&db, 99).await.unwrap();
        assert_eq!(Catalogue::read(&db).await.unwrap(), expected);
        kit.revert(&db, 99).await.unwrap();
        let own = |table: &str| table != "__diesel_schema_migrations";
        assert_eq!(Catalogue::read(&db).await.unwrap().only(own), empty);
        generated.run(&db).await.unwrap();
        assert_eq!(Catalogue::read(&db).await.unwrap(), expected);
        db.close();
    }
}
