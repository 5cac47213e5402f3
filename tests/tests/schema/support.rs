//! Databases without tables, and generated migrations that are run without a build.

use skeleton_runtime::__private::diesel_migrations::{
    EmbeddedMigration, EmbeddedMigrations, EmbeddedName, TomlMetadataWrapper,
};
use skeleton_runtime::config::DatabaseConfig;
use skeleton_runtime::db::{AnyBackend, Db, Migrations, Statement};
use skeleton_runtime::resource::{Column, Meta};
use skeleton_runtime::schema::{Change, Script};
use skeleton_runtime::test_util::TestDatabase;

/// A database with the tables of the kit alone, on each that there is.
pub(crate) async fn on_both(test: impl AsyncFn(&Db, &str)) {
    let migrate = async |url: String| {
        let db = Db::open(&DatabaseConfig::new(url)).unwrap();
        Migrations::kit().run(&db).await?;
        db.close();
        Ok(())
    };
    let fingerprint = format!("kit {:?}", Migrations::kit());
    for database in TestDatabase::both(&fingerprint, migrate).await {
        let db = Db::open(&DatabaseConfig::new(database.url())).unwrap();
        test(&db, database.url()).await;
        db.close();
    }
}

/// A resource as `#[resource]` would make it, at run time.
pub(crate) fn resource(table: &'static str, columns: Vec<Column>) -> Meta {
    Meta::new("Sample", table, "/samples", Vec::leak(columns), 0)
}

/// For as long as the test runs.
pub(crate) fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

/// The migrations of a change, as `migrations!` would embed them; `number` says where they stand.
pub(crate) fn migrations(number: usize, name: &str, change: &Change) -> Migrations {
    let (postgres, sqlite) = change.scripts();
    Migrations::new(
        embedded(number, name, postgres),
        embedded(number, name, sqlite),
    )
}

pub(crate) fn embedded(number: usize, name: &str, scripts: Vec<Script>) -> EmbeddedMigrations {
    let all = scripts.into_iter().enumerate().map(|(offset, script)| {
        let text = |text: String| -> &'static str { text.leak() };
        let stamp = format!("2030-01-01-{:06}", number * 10 + offset);
        let name = text(format!("{stamp}_{name}{}", script.suffix));
        EmbeddedMigration::new(
            text(script.up),
            Some(text(script.down)),
            EmbeddedName::new(name),
            TomlMetadataWrapper::new(script.in_transaction),
        )
    });
    EmbeddedMigrations::new(Vec::leak(all.collect()))
}

/// The first column of a query, whose columns are texts.
pub(crate) async fn texts(db: &Db, sql: &str) -> Vec<String> {
    let select = Statement::new(sql.to_owned());
    let rows = db.fetch(select, |row| {
        Ok(row.raw(0)?.ok_or("NULL")?.as_str()?.to_owned())
    });
    rows.await
        .unwrap_or_else(|error| panic!("{sql}: {error:?}"))
}

pub(crate) async fn execute(db: &Db, sql: &str) {
    let done = db.execute(Statement::new(sql.to_owned())).await;
    done.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
}

/// Picks the text for the database at hand.
pub(crate) fn either<'a>(db: &Db, postgres: &'a str, sqlite: &'a str) -> &'a str {
    match db.backend() {
        AnyBackend::Postgres => postgres,
        AnyBackend::Sqlite => sqlite,
    }
}
