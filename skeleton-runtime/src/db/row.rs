//! Rows: borrowed ones for the engine, owned ones for Diesel's queries.

use std::ops::Range;

use diesel::deserialize;
#[cfg(feature = "postgres")]
use diesel::pg::{Pg, PgValue};
use diesel::row::{Field, PartialRow, Row as DieselRow, RowIndex, RowSealed};
#[cfg(feature = "sqlite")]
use diesel::sqlite::Sqlite;

use super::backend::AnyBackend;
use super::column::{Raw, RawColumn};
#[cfg(feature = "postgres")]
use super::postgres::{self, PgField, PgRow};
#[cfg(feature = "sqlite")]
use super::sqlite::{OwnedField, OwnedRow, SqliteField};

/// A row while it is decoded: its values are borrowed from the database's own buffers.
#[expect(missing_debug_implementations, reason = "a row may hold secrets")]
pub struct Row<'a>(Fields<'a>);

pub(super) enum Fields<'a> {
    #[cfg(feature = "postgres")]
    Postgres(Vec<PgField<'a>>),
    /// A row with the types of its columns.
    #[cfg(feature = "postgres")]
    Shared(&'a tokio_postgres::Row, &'a [std::num::NonZeroU32]),
    #[cfg(feature = "sqlite")]
    Sqlite(Vec<SqliteField<'a>>),
}

impl<'a> Row<'a> {
    pub(super) fn new(fields: Fields<'a>) -> Self {
        Self(fields)
    }

    /// The value of the column at `index`, counted from 0; `None` is NULL.
    ///
    /// # Errors
    ///
    /// When the row has no such column.
    pub fn raw(&self, index: usize) -> deserialize::Result<Option<RawColumn<'_>>> {
        let value = match &self.0 {
            #[cfg(feature = "postgres")]
            Fields::Postgres(fields) => fields
                .get(index)
                .map(|field| field.value().map(Raw::Postgres)),
            #[cfg(feature = "postgres")]
            Fields::Shared(row, types) => match types.get(index) {
                Some(kind) => Some(
                    postgres::raw(row, index)?
                        .map(|bytes| Raw::Postgres(PgValue::new(bytes, kind))),
                ),
                None => None,
            },
            #[cfg(feature = "sqlite")]
            Fields::Sqlite(fields) => fields
                .get(index)
                .map(|field| field.value().map(Raw::Sqlite)),
        };
        match value {
            Some(raw) => Ok(raw.map(RawColumn)),
            None => Err(format!("column {index} of a row of {}", self.len()).into()),
        }
    }

    /// How many columns the row has.
    pub fn len(&self) -> usize {
        match &self.0 {
            #[cfg(feature = "postgres")]
            Fields::Postgres(fields) => fields.len(),
            #[cfg(feature = "postgres")]
            Fields::Shared(_, types) => types.len(),
            #[cfg(feature = "sqlite")]
            Fields::Sqlite(fields) => fields.len(),
        }
    }

    /// Whether the row has no column at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A row of one of Diesel's queries.
#[expect(missing_debug_implementations, reason = "a row may hold secrets")]
pub struct LoadedRow(pub(super) Loaded);

pub(super) enum Loaded {
    #[cfg(feature = "postgres")]
    Postgres(PgRow),
    #[cfg(feature = "sqlite")]
    Sqlite(OwnedRow),
}

/// A column of a [`LoadedRow`].
#[expect(missing_debug_implementations, reason = "a value may be a secret")]
pub struct LoadedField<'a>(LoadedColumn<'a>);

enum LoadedColumn<'a> {
    #[cfg(feature = "postgres")]
    Postgres(PgField<'a>),
    #[cfg(feature = "sqlite")]
    Sqlite(OwnedField<'a>),
}

impl RowSealed for LoadedRow {}

impl RowIndex<usize> for LoadedRow {
    fn idx(&self, index: usize) -> Option<usize> {
        match &self.0 {
            #[cfg(feature = "postgres")]
            Loaded::Postgres(row) => row.idx(index),
            #[cfg(feature = "sqlite")]
            Loaded::Sqlite(row) => row.idx(index),
        }
    }
}

impl<'n> RowIndex<&'n str> for LoadedRow {
    fn idx(&self, name: &'n str) -> Option<usize> {
        match &self.0 {
            #[cfg(feature = "postgres")]
            Loaded::Postgres(row) => row.idx(name),
            #[cfg(feature = "sqlite")]
            Loaded::Sqlite(row) => row.idx(name),
        }
    }
}

impl<'a> DieselRow<'a, AnyBackend> for LoadedRow {
    type Field<'f>
        = LoadedField<'f>
    where
        'a: 'f,
        Self: 'f;
    type InnerPartialRow = Self;

    fn field_count(&self) -> usize {
        match &self.0 {
            #[cfg(feature = "postgres")]
            Loaded::Postgres(row) => DieselRow::<Pg>::field_count(row),
            #[cfg(feature = "sqlite")]
            Loaded::Sqlite(row) => DieselRow::<Sqlite>::field_count(row),
        }
    }

    fn get<'b, I>(&'b self, index: I) -> Option<Self::Field<'b>>
    where
        'a: 'b,
        Self: RowIndex<I>,
    {
        let index = RowIndex::<I>::idx(self, index)?;
        let column = match &self.0 {
            #[cfg(feature = "postgres")]
            Loaded::Postgres(row) => LoadedColumn::Postgres(DieselRow::<Pg>::get(row, index)?),
            #[cfg(feature = "sqlite")]
            Loaded::Sqlite(row) => LoadedColumn::Sqlite(DieselRow::<Sqlite>::get(row, index)?),
        };
        Some(LoadedField(column))
    }

    fn partial_row(&self, range: Range<usize>) -> PartialRow<'_, Self::InnerPartialRow> {
        PartialRow::new(self, range)
    }
}

impl<'a> Field<'a, AnyBackend> for LoadedField<'a> {
    fn field_name(&self) -> Option<&str> {
        match &self.0 {
            #[cfg(feature = "postgres")]
            LoadedColumn::Postgres(field) => field.field_name(),
            #[cfg(feature = "sqlite")]
            LoadedColumn::Sqlite(field) => field.field_name(),
        }
    }

    fn value(&self) -> Option<RawColumn<'_>> {
        let raw = match &self.0 {
            #[cfg(feature = "postgres")]
            LoadedColumn::Postgres(field) => field.value().map(Raw::Postgres),
            #[cfg(feature = "sqlite")]
            LoadedColumn::Sqlite(field) => field.value().map(Raw::Sqlite),
        };
        raw.map(RawColumn)
    }
}
