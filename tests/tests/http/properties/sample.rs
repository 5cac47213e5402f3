//! A resource with a field of every type that can be sorted by, most of them with NULL, and values for them.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use skeleton_runtime::prelude::*;

use super::model::Cell;

/// How much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
pub(crate) enum Level {
    /// Little.
    Low,
    /// Some.
    Middle,
    /// Much.
    High,
}

/// One of everything.
#[resource]
pub(crate) struct Sample {
    #[field(filter, sort)]
    pub(crate) id: Uuid,
    #[field(filter, sort)]
    pub(crate) small: Option<i16>,
    #[field(filter, sort)]
    pub(crate) whole: i32,
    #[field(filter, sort)]
    pub(crate) large: Option<i64>,
    #[field(filter, sort)]
    pub(crate) single: f32,
    #[field(filter, sort)]
    pub(crate) double: Option<f64>,
    #[field(filter, sort)]
    pub(crate) flag: bool,
    #[field(filter, sort, search)]
    pub(crate) text: String,
    #[field(filter, sort, search)]
    pub(crate) note: Option<String>,
    #[field(filter, sort)]
    pub(crate) amount: Decimal,
    #[field(filter, sort)]
    pub(crate) discount: Option<Decimal>,
    #[field(filter, sort)]
    pub(crate) moment: DateTime<Utc>,
    #[field(filter, sort)]
    pub(crate) ended: Option<DateTime<Utc>>,
    #[field(filter, sort)]
    pub(crate) day: Option<NaiveDate>,
    #[field(filter, sort)]
    pub(crate) hour: Option<NaiveTime>,
    #[field(filter, sort)]
    pub(crate) level: Level,
    #[field(filter, sort)]
    pub(crate) token: Option<Uuid>,
    pub(crate) data: Option<JsonValue>,
    pub(crate) raw: Option<Vec<u8>>,
    pub(crate) words: Option<Vec<String>>,
    pub(crate) shape: Option<Jsonb<Shape>>,
}

/// A type of the service's own, as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct Shape {
    /// By its name.
    pub(crate) name: String,
    /// Where it stands.
    pub(crate) corners: Vec<(i64, f64)>,
}

pub(crate) fn app() -> App {
    App::new(package!())
        .migrations(migrations!("migrations"))
        .resource::<Sample>()
}

/// The types of the fields, to make values of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Small,
    Whole,
    Large,
    Single,
    Double,
    Flag,
    Text,
    Decimal,
    Moment,
    Day,
    Hour,
    Level,
    Token,
}

/// A field: its name, its type, and whether NULL may stand in it.
pub(crate) type Field = (&'static str, Type, bool);

/// All that may be filtered and sorted, but the id.
pub(crate) const FIELDS: [Field; 16] = [
    ("small", Type::Small, true),
    ("whole", Type::Whole, false),
    ("large", Type::Large, true),
    ("single", Type::Single, false),
    ("double", Type::Double, true),
    ("flag", Type::Flag, false),
    ("text", Type::Text, false),
    ("note", Type::Text, true),
    ("amount", Type::Decimal, false),
    ("discount", Type::Decimal, true),
    ("moment", Type::Moment, false),
    ("ended", Type::Moment, true),
    ("day", Type::Day, true),
    ("hour", Type::Hour, true),
    ("level", Type::Level, false),
    ("token", Type::Token, true),
];

/// Letters that differ in what order and case make of them: combined and composed, of several bytes and of two units
/// of UTF-16, with another number of letters in upper case, and those that mean something in a pattern or a list.
const PIECES: [&str; 38] = [
    "",
    "a",
    "A",
    "b",
    "\u{e1}",
    "a\u{301}",
    "ß",
    "ss",
    "SS",
    "ﬀ",
    "ff",
    "z",
    "Z",
    "_",
    "%",
    "\\",
    ",",
    "\\,",
    "'",
    "\"",
    " ",
    "\u{e000}",
    "\u{fffd}",
    "\u{ffff}",
    "\u{10000}",
    "🚀",
    "\u{10ffff}",
    "σ",
    "ς",
    "Σ",
    "İ",
    "i",
    "ı",
    "I",
    "ŉ",
    "ǅ",
    "ΐ",
    "\u{345}",
];

const DECIMALS: [&str; 14] = [
    "0",
    "0.0",
    "1",
    "1.0",
    "1.00",
    "10",
    "9.99",
    "-1",
    "-1.0",
    "-10",
    "-0.5",
    "0.0000000000000000000000000001",
    "79228162514264337593543950335",
    "-79228162514264337593543950335",
];

const MOMENTS: [&str; 7] = [
    "0001-01-01T00:00:00.000000Z",
    "1969-12-31T23:59:59.999999Z",
    "2026-01-31T12:00:00.000000Z",
    "2026-01-31T12:00:00.000001Z",
    "2026-01-31T12:00:00.100000Z",
    "2026-02-01T00:00:00.000000Z",
    "9999-12-31T23:59:59.999999Z",
];

const DAYS: [&str; 4] = ["0001-01-01", "1970-01-01", "2026-01-31", "9999-12-31"];
const HOURS: [&str; 4] = ["00:00:00", "12:00:00", "12:00:00.000001", "23:59:59.999999"];

const DOUBLES: [f64; 12] = [
    0.0,
    -0.0,
    0.1,
    -0.1,
    1.5,
    -1.5,
    1e30,
    -1e30,
    5e-324,
    f64::MAX,
    f64::MIN,
    9_007_199_254_740_993.0,
];
const SINGLES: [f32; 10] = [
    0.0,
    -0.0,
    0.1,
    -0.1,
    1.5,
    -1.5,
    1e-45,
    f32::MAX,
    f32::MIN,
    16_777_217.0,
];

/// A value of a type, of few, so that rows tie and filters find some.
pub(crate) fn cell(kind: Type) -> BoxedStrategy<Cell> {
    let text = |text: &str| Cell::Text(text.to_owned());
    match kind {
        Type::Small => prop_oneof![Just(i16::MIN), Just(i16::MAX), -2..3_i16]
            .prop_map(|number| Cell::Int(number.into()))
            .boxed(),
        Type::Whole => prop_oneof![Just(i32::MIN), Just(i32::MAX), -3..4_i32]
            .prop_map(|number| Cell::Int(number.into()))
            .boxed(),
        Type::Large => prop_oneof![Just(i64::MIN), Just(i64::MAX), -3..4_i64]
            .prop_map(Cell::Int)
            .boxed(),
        Type::Single => prop::sample::select(SINGLES.to_vec())
            .prop_map(Cell::Single)
            .boxed(),
        Type::Double => prop::sample::select(DOUBLES.to_vec())
            .prop_map(Cell::Double)
            .boxed(),
        Type::Flag => any::<bool>().prop_map(Cell::Bool).boxed(),
        Type::Text => prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..3)
            .prop_map(|pieces| Cell::Text(pieces.concat()))
            .boxed(),
        Type::Decimal => prop::sample::select(DECIMALS.to_vec())
            .prop_map(|text| Cell::Decimal(text.parse().unwrap()))
            .boxed(),
        Type::Moment => prop::sample::select(MOMENTS.to_vec())
            .prop_map(text)
            .boxed(),
        Type::Day => prop::sample::select(DAYS.to_vec()).prop_map(text).boxed(),
        Type::Hour => prop::sample::select(HOURS.to_vec()).prop_map(text).boxed(),
        Type::Level => prop::sample::select(vec!["low", "middle", "high"])
            .prop_map(text)
            .boxed(),
        Type::Token => (0..4_u128)
            .prop_map(|number| Cell::Text(Uuid::from_u128(number << 124 | 1).to_string()))
            .boxed(),
    }
}

/// A row, by the order of [`FIELDS`].
pub(crate) fn row() -> impl Strategy<Value = Vec<Cell>> {
    let cells: Vec<_> = FIELDS
        .iter()
        .map(|(_, kind, nullable)| {
            let cell = cell(*kind);
            if *nullable {
                prop_oneof![1 => Just(Cell::Null), 3 => cell].boxed()
            } else {
                cell
            }
        })
        .collect();
    cells
}

/// A row as a body.
pub(crate) fn body(row: &[Cell]) -> Value {
    let members: Map<_, _> = FIELDS
        .iter()
        .zip(row)
        .map(|((name, _, _), cell)| ((*name).to_owned(), cell.json()))
        .collect();
    json!(members)
}
