//! One Diesel backend for two databases; its value says which of them is behind it.

use diesel::backend::{
    Backend, DieselReserveSpecialization, SqlDialect, TrustedBackend, sql_dialect,
};
use diesel::sql_types::TypeMetadata;

use super::binds::AnyBindCollector;
use super::column::RawColumn;
use super::query_builder::AnyQueryBuilder;
use super::value::Kind;

/// The Diesel backend of [`Connection`](super::Connection).
///
/// Diesel's own SQL types (`Uuid`, `Timestamptz`, `Jsonb`, `Numeric`, `Array<Text>`, …) work on it, so one `table!`
/// and one query serve PostgreSQL and SQLite. What only one of them can do has no place in the query language here:
/// use [`Connection::postgres`](super::Connection::postgres) or [`Connection::sqlite`](super::Connection::sqlite).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AnyBackend {
    /// PostgreSQL, or a database that speaks like it.
    Postgres,
    /// SQLite, embedded in the process.
    Sqlite,
}

impl AnyBackend {
    /// The name by which telemetry knows it: `postgresql` or `sqlite`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgresql",
            Self::Sqlite => "sqlite",
        }
    }
}

impl TypeMetadata for AnyBackend {
    type TypeMetadata = Kind;
    type MetadataLookup = ();
}

impl Backend for AnyBackend {
    type QueryBuilder = AnyQueryBuilder;
    type RawValue<'a> = RawColumn<'a>;
    type BindCollector<'a> = AnyBindCollector;
}

impl TrustedBackend for AnyBackend {}
impl DieselReserveSpecialization for AnyBackend {}

/// `DEFAULT` in a row of values: PostgreSQL has it, on SQLite the column is left out.
#[derive(Debug, Clone, Copy)]
pub struct DefaultOrOmitted;

/// Many rows in one INSERT; on SQLite one for each run of rows that set the same columns.
#[derive(Debug, Clone, Copy)]
pub struct Batch;

/// `ON CONFLICT`, as both databases write it.
#[derive(Debug, Clone, Copy)]
pub struct OnConflict;

impl sql_dialect::default_keyword_for_insert::SupportsDefaultKeyword for DefaultOrOmitted {}
impl sql_dialect::on_conflict_clause::SupportsOnConflictClause for OnConflict {}
impl sql_dialect::on_conflict_clause::SupportsOnConflictClauseWhere for OnConflict {}
impl sql_dialect::on_conflict_clause::PgLikeOnConflictClause for OnConflict {}

impl SqlDialect for AnyBackend {
    type ReturningClause = sql_dialect::returning_clause::PgLikeReturningClause;
    type OnConflictClause = OnConflict;
    type InsertWithDefaultKeyword = DefaultOrOmitted;
    type BatchInsertSupport = Batch;
    type ConcatClause = sql_dialect::concat_clause::ConcatWithPipesClause;
    type DefaultValueClauseForInsert = sql_dialect::default_value_clause::AnsiDefaultValueClause;
    type EmptyFromClauseSyntax = sql_dialect::from_clause_syntax::AnsiSqlFromClauseSyntax;
    type SelectStatementSyntax = sql_dialect::select_statement_syntax::AnsiSqlSelectStatement;
    type ExistsSyntax = sql_dialect::exists_syntax::AnsiSqlExistsSyntax;
    type ArrayComparison = sql_dialect::array_comparison::AnsiSqlArrayComparison;
    type AliasSyntax = sql_dialect::alias_syntax::AsAliasSyntax;
    type WindowFrameClauseGroupSupport =
        sql_dialect::window_frame_clause_group_support::IsoGroupWindowFrameUnit;
    type WindowFrameExclusionSupport =
        sql_dialect::window_frame_exclusion_support::FrameExclusionSupport;
    type AggregateFunctionExpressions =
        sql_dialect::aggregate_function_expressions::PostgresLikeAggregateFunctionExpressions;
    type BuiltInWindowFunctionRequireOrder =
        sql_dialect::built_in_window_function_require_order::NoOrderRequired;
}
