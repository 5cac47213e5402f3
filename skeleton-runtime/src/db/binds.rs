//! Takes the bound values out of Diesel's queries.

use diesel::QueryResult;
use diesel::query_builder::BindCollector;
use diesel::result::Error;
use diesel::serialize::{Output, ToSql};
use diesel::sql_types::HasSqlType;

use super::backend::AnyBackend;
use super::value::{Kind, Value};

/// The values of one query, in the order of its placeholders.
#[derive(Debug, Default)]
pub struct AnyBindCollector {
    pub(super) values: Vec<Value>,
}

impl<'a> BindCollector<'a, AnyBackend> for AnyBindCollector {
    type Buffer = Value;

    fn push_bound_value<T, U>(&mut self, bind: &'a U, lookup: &mut ()) -> QueryResult<()>
    where
        AnyBackend: HasSqlType<T>,
        U: ToSql<T, AnyBackend> + ?Sized + 'a,
    {
        // A value that is NULL writes nothing, and so the buffer starts as NULL of the right kind.
        let null = Value::Null(<AnyBackend as HasSqlType<T>>::metadata(lookup));
        let mut output = Output::new(null, lookup);
        bind.to_sql(&mut output)
            .map_err(Error::SerializationError)?;
        self.values.push(output.into_inner());
        Ok(())
    }

    fn push_null_value(&mut self, kind: Kind) -> QueryResult<()> {
        self.values.push(Value::Null(kind));
        Ok(())
    }
}
