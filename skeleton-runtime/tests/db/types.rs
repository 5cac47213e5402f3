//! Every kind of value comes back as it went in, and alike from both databases.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use rust_decimal::Decimal;
use serde_json::json;
use skeleton_runtime::db::{Db, Kind, RawColumn, Row, Statement, Value};
use uuid::Uuid;

use crate::support::{define, on_both};

diesel::table! {
    kinds (id) {
        id -> Integer,
        truth -> Nullable<Bool>,
        small -> Nullable<SmallInt>,
        whole -> Nullable<Integer>,
        large -> Nullable<BigInt>,
        single -> Nullable<Float>,
        double -> Nullable<Double>,
        words -> Nullable<Text>,
        bytes -> Nullable<Binary>,
        key -> Nullable<Uuid>,
        moment -> Nullable<Timestamptz>,
        day -> Nullable<Date>,
        clock -> Nullable<Time>,
        document -> Nullable<Jsonb>,
        amount -> Nullable<Numeric>,
        labels -> Nullable<Array<Text>>,
    }
}

/// The columns and their kinds, in order, without the key.
const COLUMNS: [(&str, Kind); 15] = [
    ("truth", Kind::Bool),
    ("small", Kind::I16),
    ("whole", Kind::I32),
    ("large", Kind::I64),
    ("single", Kind::F32),
    ("double", Kind::F64),
    ("words", Kind::Text),
    ("bytes", Kind::Bytes),
    ("key", Kind::Uuid),
    ("moment", Kind::Timestamp),
    ("day", Kind::Date),
    ("clock", Kind::Time),
    ("document", Kind::Json),
    ("amount", Kind::Decimal),
    ("labels", Kind::TextArray),
];

async fn create(db: &Db) {
    define(
        db,
        r#"CREATE TABLE kinds (id integer PRIMARY KEY, truth boolean, small smallint, whole integer, large bigint,
            single real, "double" double precision, words text COLLATE "C", bytes bytea, key uuid, moment timestamptz,
            day date, clock time, document jsonb, amount numeric, labels text[])"#,
        r#"CREATE TABLE kinds (id INTEGER PRIMARY KEY, truth INTEGER CHECK (truth IN (0, 1)), small INTEGER,
            whole INTEGER, large INTEGER, single REAL, "double" REAL, words TEXT, bytes BLOB,
            key BLOB CHECK (length(key) = 16), moment TEXT, day TEXT, clock TEXT, document TEXT,
            amount TEXT COLLATE decimal, labels TEXT) STRICT"#,
    )
    .await;
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn clock(text: &str) -> NaiveTime {
    text.parse().unwrap()
}

/// The values of each kind that are likely to go wrong.
#[expect(clippy::too_many_lines, reason = "a list")]
fn values(kind: Kind) -> Vec<Value> {
    let texts = [
        "",
        " ",
        "a'b\"c\\d;--",
        "\r\n\t",
        "Zürich",
        "e\u{301}",
        "日本語",
        "😀👩‍👩‍👧",
        "\u{10ffff}",
        "%_$1",
    ];
    match kind {
        Kind::Bool => vec![Value::Bool(true), Value::Bool(false)],
        Kind::I16 => [i16::MIN, -1, 0, i16::MAX].map(Value::I16).to_vec(),
        Kind::I32 => [i32::MIN, -1, 0, i32::MAX].map(Value::I32).to_vec(),
        Kind::I64 => [i64::MIN, -1, 0, i64::MAX].map(Value::I64).to_vec(),
        Kind::F32 => [
            f32::MIN,
            f32::MIN_POSITIVE,
            f32::EPSILON,
            0.1,
            0.0,
            1.0,
            f32::MAX,
            f32::INFINITY,
            f32::NEG_INFINITY,
        ]
        .map(Value::F32)
        .to_vec(),
        Kind::F64 => [
            f64::MIN,
            f64::MIN_POSITIVE,
            f64::EPSILON,
            0.1,
            0.0,
            1.0,
            f64::MAX,
            f64::INFINITY,
            f64::NEG_INFINITY,
        ]
        .map(Value::F64)
        .to_vec(),
        Kind::Text => texts.map(|text| Value::Text(text.to_owned())).to_vec(),
        Kind::Bytes => vec![
            Value::Bytes(vec![]),
            Value::Bytes(vec![0]),
            Value::Bytes((0..=255).collect()),
        ],
        Kind::Uuid => [
            Uuid::nil(),
            Uuid::max(),
            Uuid::from_u128(0x0123_4567_89ab_cdef),
        ]
        .map(Value::Uuid)
        .to_vec(),
        Kind::Timestamp => [
            "0000-01-01T00:00:00Z",
            "1969-12-31T23:59:59.999999Z",
            "1970-01-01T00:00:00Z",
            "2026-02-28T12:34:56.000001Z",
            "9999-12-31T23:59:59.999999Z",
        ]
        .map(|text| Value::Timestamp(time(text)))
        .to_vec(),
        Kind::Date => ["0000-01-01", "1969-12-31", "2000-02-29", "9999-12-31"]
            .map(|text| Value::Date(day(text)))
            .to_vec(),
        Kind::Time => ["00:00:00", "12:34:56.000001", "23:59:59.999999"]
            .map(|text| Value::Time(clock(text)))
            .to_vec(),
        Kind::Json => vec![
            Value::Json(json!(null)),
            Value::Json(json!(true)),
            Value::Json(json!("😀\n\"")),
            Value::Json(json!([])),
            Value::Json(json!({})),
            Value::Json(json!([1, -1, 0.5, 1e300, i64::MIN, u64::MAX])),
            Value::Json(json!({"a": {"b": [{"c": null}, [[]]]}, "": "empty", "ключ": 1})),
        ],
        Kind::Decimal => [
            "0",
            "0.00",
            "1.50",
            "-0.0000000000000000000000000001",
            "1234567890123456789012345678",
            "12345678901234567890.12345678",
            "79228162514264337593543950335",
            "-79228162514264337593543950335",
        ]
        .map(|text| Value::Decimal(text.parse().unwrap()))
        .to_vec(),
        Kind::TextArray => vec![
            Value::TextArray(vec![]),
            Value::TextArray(vec![String::new()]),
            Value::TextArray(texts.map(str::to_owned).to_vec()),
            Value::TextArray(vec!["NULL".to_owned(), "{a,b}".to_owned()]),
        ],
    }
}

fn read(kind: Kind, raw: Option<RawColumn<'_>>) -> diesel::deserialize::Result<Value> {
    let Some(mut raw) = raw else {
        return Ok(Value::Null(kind));
    };
    Ok(match kind {
        Kind::Bool => Value::Bool(raw.as_bool()?),
        Kind::I16 => Value::I16(raw.as_i16()?),
        Kind::I32 => Value::I32(raw.as_i32()?),
        Kind::I64 => Value::I64(raw.as_i64()?),
        Kind::F32 => Value::F32(raw.as_f32()?),
        Kind::F64 => Value::F64(raw.as_f64()?),
        Kind::Text => Value::Text(raw.as_str()?.to_owned()),
        Kind::Bytes => Value::Bytes(raw.as_bytes()?.to_owned()),
        Kind::Uuid => Value::Uuid(raw.as_uuid()?),
        Kind::Timestamp => Value::Timestamp(raw.as_timestamp()?),
        Kind::Date => Value::Date(raw.as_date()?),
        Kind::Time => Value::Time(raw.as_time()?),
        Kind::Json => Value::Json(serde_json::from_str(raw.as_json()?)?),
        Kind::Decimal => Value::Decimal(raw.as_decimal()?),
        Kind::TextArray => Value::TextArray(raw.as_text_array()?),
    })
}

/// Shows the value too, which `Value` never does; decimals with their digits.
fn shown(value: &Value) -> String {
    match value {
        Value::Null(kind) => format!("{kind:?} NULL"),
        Value::Bool(value) => format!("{value}"),
        Value::I16(value) => format!("{value}i16"),
        Value::I32(value) => format!("{value}i32"),
        Value::I64(value) => format!("{value}i64"),
        Value::F32(value) => format!("{value}f32"),
        Value::F64(value) => format!("{value}f64"),
        Value::Text(value) => format!("{value:?}"),
        Value::Bytes(value) => format!("{value:?}"),
        Value::Uuid(value) => format!("{value}"),
        Value::Timestamp(value) => format!("{value:?}"),
        Value::Date(value) => format!("{value:?}"),
        Value::Time(value) => format!("{value:?}"),
        Value::Json(value) => format!("{value}"),
        Value::Decimal(value) => format!("decimal {value}"),
        Value::TextArray(value) => format!("{value:?}"),
    }
}

fn first(row: &Row<'_>, kind: Kind) -> diesel::deserialize::Result<Value> {
    read(kind, row.raw(0)?)
}

on_both! {
    async fn statements(db: &Db) {
        create(db).await;
        let mut id = 0;
        for (column, kind) in COLUMNS {
            let insert = format!("INSERT INTO kinds (id, \"{column}\") VALUES ($1, $2)");
            let select = format!("SELECT \"{column}\", \"{column}\" = $1 FROM kinds WHERE id = $2");
            for value in values(kind).into_iter().chain([Value::Null(kind)]) {
                id += 1;
                let key = Value::I32(id);
                let inserted = Statement::with_binds(insert.clone(), vec![key.clone(), value.clone()]);
                assert_eq!(db.execute(inserted).await.unwrap(), 1);
                let found = Statement::with_binds(select.clone(), vec![value.clone(), key]);
                let rows = db
                    .fetch(found, move |row| {
                        let equal = row.raw(1)?.map(|mut raw| raw.as_bool()).transpose()?;
                        Ok((shown(&first(row, kind)?), equal))
                    })
                    .await
                    .unwrap();
                let equal = (!value.is_null()).then_some(true);
                assert_eq!(rows, [(shown(&value), equal)], "column {column}");
            }
        }
    }

    async fn queries_of_diesel(db: &Db) {
        create(db).await;
        let mut connection = db.write().await.unwrap();
        let mut id = 0;
        macro_rules! matrix {
            ($($column:ident: $rust:ty = $kind:ident($variant:ident);)*) => {$(
                for value in values(Kind::$kind) {
                    let Value::$variant(value) = value else { unreachable!() };
                    id += 1;
                    let inserted: Option<$rust> = diesel::insert_into(kinds::table)
                        .values((kinds::id.eq(id), kinds::$column.eq(&value)))
                        .returning(kinds::$column)
                        .get_result(&mut connection)
                        .await
                        .unwrap();
                    assert_eq!(inserted.as_ref(), Some(&value));
                    let found: Vec<(i32, Option<$rust>)> = kinds::table
                        .filter(kinds::$column.eq(&value))
                        .filter(kinds::id.eq(id))
                        .select((kinds::id, kinds::$column))
                        .load(&mut connection)
                        .await
                        .unwrap();
                    assert_eq!(found, [(id, Some(value))]);
                }
                id += 1;
                diesel::insert_into(kinds::table)
                    .values((kinds::id.eq(id), kinds::$column.eq(None::<$rust>)))
                    .execute(&mut connection)
                    .await
                    .unwrap();
                let found: Option<$rust> =
                    kinds::table.find(id).select(kinds::$column).first(&mut connection).await.unwrap();
                assert_eq!(found, None);
            )*};
        }
        matrix! {
            truth: bool = Bool(Bool);
            small: i16 = I16(I16);
            whole: i32 = I32(I32);
            large: i64 = I64(I64);
            single: f32 = F32(F32);
            double: f64 = F64(F64);
            words: String = Text(Text);
            bytes: Vec<u8> = Bytes(Bytes);
            key: Uuid = Uuid(Uuid);
            moment: DateTime<Utc> = Timestamp(Timestamp);
            day: NaiveDate = Date(Date);
            clock: NaiveTime = Time(Time);
            document: serde_json::Value = Json(Json);
            amount: Decimal = Decimal(Decimal);
            labels: Vec<String> = TextArray(TextArray);
        }
    }

    async fn order_is_that_of_the_values(db: &Db) {
        create(db).await;
        let sorted = [
            ("amount", ["-100.5", "-9", "0", "0.009", "0.01", "9.5", "10", "1000"].map(|n| Value::Decimal(n.parse().unwrap()))),
            ("words", ["", "A", "Z", "a", "z", "é", "日", "😀"].map(|text| Value::Text(text.to_owned()))),
            (
                "moment",
                [-9, -1, 0, 1, 999_999, 1_000_000, 1_000_001, 86_400_000_000]
                    .map(|micros| Value::Timestamp(DateTime::from_timestamp_micros(micros).unwrap())),
            ),
        ];
        let mut id = 0;
        for (column, values) in sorted {
            for value in values.iter().rev() {
                id += 1;
                let insert = format!("INSERT INTO kinds (id, {column}) VALUES ($1, $2)");
                db.execute(Statement::with_binds(insert, vec![Value::I32(id), value.clone()])).await.unwrap();
            }
            let select = format!("SELECT {column} FROM kinds WHERE {column} IS NOT NULL ORDER BY {column}");
            let kind = values[0].kind();
            let found = db.fetch(Statement::new(select), move |row| first(row, kind)).await.unwrap();
            assert_eq!(found.iter().map(shown).collect::<Vec<_>>(), values.each_ref().map(shown), "{column}");
            let above = format!("SELECT count(*) FROM kinds WHERE {column} > $1");
            let above = Statement::with_binds(above, vec![values[3].clone()]);
            let count = db.fetch(above, |row| row.raw(0)?.ok_or("NULL")?.as_i64()).await.unwrap();
            assert_eq!(count, [4], "{column}");
        }
    }

    async fn what_cannot_be_stored_is_refused(db: &Db) {
        let unstorable = [
            Value::Text("a\0b".to_owned()),
            Value::F64(f64::NAN),
            Value::Date(NaiveDate::from_ymd_opt(10_000, 1, 1).unwrap()),
        ];
        for value in unstorable {
            let select = Statement::new("SELECT $1").bind(value.clone());
            let mut connection = db.read().await.unwrap();
            let error = connection.fetch(select, |_| Ok(())).await.unwrap_err();
            assert!(matches!(error, diesel::result::Error::SerializationError(_)), "{value:?}: {error}");
        }
    }

    async fn a_wrong_type_is_an_error(db: &Db) {
        create(db).await;
        let insert = "INSERT INTO kinds (id, large, words) VALUES (1, 99999999999, 'x')";
        db.execute(Statement::new(insert)).await.unwrap();
        let wrong: [fn(&Row<'_>) -> diesel::deserialize::Result<()>; 4] = [
            |row| row.raw(0)?.ok_or("NULL")?.as_i32().map(drop),
            |row| row.raw(0)?.ok_or("NULL")?.as_str().map(drop),
            |row| row.raw(1)?.ok_or("NULL")?.as_i64().map(drop),
            |row| row.raw(2).map(drop),
        ];
        for decode in wrong {
            let select = Statement::new("SELECT large, words FROM kinds");
            let error = db.fetch(select, decode).await.unwrap_err();
            assert_eq!(error.status(), 500, "{error}");
        }
    }
}
