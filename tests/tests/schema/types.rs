//! Each type, default and rule that there is, as both databases take it.

use skeleton_runtime::Secret;
use skeleton_runtime::db::{Migrations, Value};
use skeleton_runtime::prelude::{DateTime, Decimal, JsonValue, NaiveDate, NaiveTime, Utc, Uuid};
use skeleton_runtime::resource::{Check, Column, Direction, Kept, LengthUnit, Meta, OnDelete};
use skeleton_runtime::schema::{Catalogue, Change, Declared, Schema, differences};

use crate::support::{either, execute, leak, migrations, on_both, resource};

fn length(unit: LengthUnit, min: Option<usize>, max: Option<usize>) -> Check {
    Check::Length { unit, min, max }
}

fn checked(column: Column, check: Check) -> Column {
    column.checks(Vec::leak(vec![check]))
}

fn numbers_and_texts() -> Vec<Column> {
    vec![
        Column::of::<i64>("id").kept(Kept::Id),
        Column::of::<bool>("flag").default(|| Value::Bool(true)),
        checked(
            Column::of::<i16>("small").default(|| Value::I16(-5)),
            Check::IntRange {
                min: Some(-5),
                max: Some(7),
            },
        ),
        checked(
            Column::of::<i32>("whole"),
            Check::IntRange {
                min: Some(1),
                max: None,
            },
        )
        .unique(),
        Column::of::<Option<i64>>("large").index().sort(),
        checked(
            Column::of::<f32>("single").default(|| Value::F32(1.1)),
            Check::FloatRange {
                min: Some(0.1),
                max: None,
            },
        ),
        checked(
            Column::of::<Option<f64>>("double"),
            Check::FloatRange {
                min: Some(-1e-7),
                max: Some(0.1 + 0.2),
            },
        ),
        checked(
            Column::of::<String>("order").default(|| Value::Text("it's \\ \"x\"".to_owned())),
            length(LengthUnit::Chars, Some(1), Some(20)),
        ),
        checked(
            Column::of::<Option<String>>("code"),
            length(LengthUnit::Bytes, Some(4), Some(4)),
        ),
        checked(
            Column::of::<Option<Vec<u8>>>("bytes"),
            length(LengthUnit::Chars, None, Some(10)),
        ),
    ]
}

fn all_others() -> Vec<Column> {
    vec![
        Column::of::<Option<Uuid>>("token"),
        Column::of::<DateTime<Utc>>("moment").sort(),
        Column::of::<Option<NaiveDate>>("day"),
        Column::of::<Option<NaiveTime>>("hour"),
        Column::of::<JsonValue>("data").default(|| Value::Json(serde_json::json!({"a": ["b'"]}))),
        checked(
            Column::of::<Decimal>("amount").default(|| Value::Decimal(Decimal::new(1050, 2))),
            Check::IntRange {
                min: Some(-3),
                max: Some(100),
            },
        ),
        checked(
            Column::of::<Vec<String>>("tags")
                .default(|| Value::TextArray(vec!["a\"b".to_owned(), "c,d\\".to_owned()])),
            length(LengthUnit::Chars, None, Some(3)),
        ),
        Column {
            variants: &["low", "it's high"],
            ..Column::of::<String>("level").index()
        },
        Column {
            variants: &["only"],
            ..Column::of::<Option<String>>("single_value")
        },
        Column::of::<Option<Secret<String>>>("password"),
        Column::of::<Option<i64>>("parent_id").references(itself, OnDelete::SetNull),
    ]
}

fn itself() -> &'static Meta {
    static SAMPLES: std::sync::OnceLock<&'static Meta> = std::sync::OnceLock::new();
    SAMPLES.get_or_init(|| {
        let order = [(11, Direction::Descending), (1, Direction::Ascending)];
        leak(
            resource("samples", [numbers_and_texts(), all_others()].concat())
                .sort(Vec::leak(order.to_vec())),
        )
    })
}

#[test]
fn a_snapshot_is_read_as_it_was_written() {
    let declared = Declared::new(&[itself()]);
    let snapshot = Schema::parse(&declared.schema().to_json()).unwrap();
    assert_eq!(&snapshot, declared.schema());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_has_its_column() {
    let declared = Declared::new(&[itself()]);
    let change = Change::between(&Schema::empty(), &declared).unwrap();
    let all = Migrations::merged([&Migrations::kit(), &migrations(1, "create", &change)]);
    on_both(async |db, _| {
        all.run(db).await.unwrap();
        let none = Vec::<String>::new();
        assert_eq!(differences(db, declared.schema()).await.unwrap(), none);
        // The defaults are what they say, and pass the rules beside them.
        let insert = either(
            db,
            "INSERT INTO samples (whole, moment, level) VALUES (1, now(), 'it''s high')",
            "INSERT INTO samples (whole, moment, level) VALUES (1, '2026-01-01T00:00:00.000000Z', 'it''s high')",
        );
        execute(db, insert).await;
        let select = "SELECT \"order\" || ' ' || CAST(amount AS text) FROM samples";
        assert_eq!(crate::support::texts(db, select).await, ["it's \\ \"x\" 10.50"]);
        let list = either(db, "SELECT tags[2] FROM samples", "SELECT tags ->> 1 FROM samples");
        assert_eq!(crate::support::texts(db, list).await, ["c,d\\"]);
        let before = Catalogue::read(db).await.unwrap();
        all.redo(db, 1).await.unwrap();
        assert_eq!(Catalogue::read(db).await.unwrap(), before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_changed_by_hand_is_told() {
    let declared = Declared::new(&[itself()]);
    let change = Change::between(&Schema::empty(), &declared).unwrap();
    let all = Migrations::merged([&Migrations::kit(), &migrations(1, "create", &change)]);
    on_both(async |db, _| {
        let missing = differences(db, declared.schema()).await.unwrap();
        assert_eq!(missing, ["`samples`: the table is missing"]);
        all.run(db).await.unwrap();
        for sql in [
            "ALTER TABLE samples RENAME COLUMN day TO days",
            "DROP INDEX samples_large_idx",
            "CREATE INDEX by_hand ON samples (moment)",
            "CREATE UNIQUE INDEX samples_moment_key ON samples (moment)",
        ] {
            execute(db, sql).await;
        }
        let expected = [
            "`samples`: column day is missing (`DATE`)",
            "`samples`: column days should not be there (`DATE`)",
            "`samples`: index samples_large_idx is missing (`(large, id)`)",
            "`samples`: index samples_moment_key should not be there (`unique (moment)`)",
        ];
        let date = either(db, "date", "text");
        let expected: Vec<_> = expected.iter().map(|line| line.replace("DATE", date)).collect();
        assert_eq!(differences(db, declared.schema()).await.unwrap(), expected);
        if db.backend() == skeleton_runtime::db::AnyBackend::Postgres {
            execute(db, "ALTER TABLE samples ALTER COLUMN whole TYPE bigint, ALTER COLUMN flag DROP NOT NULL").await;
            execute(db, "ALTER TABLE samples DROP CONSTRAINT samples_small_check").await;
            let told = differences(db, declared.schema()).await.unwrap().join("\n");
            for part in [
                "column whole should be `integer not null`, and is `bigint not null`",
                "column flag should be `boolean not null default true`, and is `boolean default true`",
                "constraint samples_small_check is missing",
            ] {
                assert!(told.contains(part), "{told}");
            }
        }
    })
    .await;
}
