//! Where rows go as they are read.
//!
//! What runs a statement does not know what becomes of its rows, so it is compiled once and not for each type of them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use diesel::result::Error;
use diesel::{QueryResult, deserialize};

use super::row::{Fields, Row};

/// Takes the rows of a statement, on whatever thread they are read.
#[derive(Clone)]
pub(super) struct Sink(Arc<Mutex<dyn Take>>);

impl Sink {
    /// The statement is run, perhaps once more: rows that came before do not count.
    pub(super) fn start(&self) {
        lock(&self.0).start();
    }

    pub(super) fn take(&self, fields: Fields<'_>) -> QueryResult<()> {
        let taken = lock(&self.0).take(&Row::new(fields));
        taken.map_err(Error::DeserializationError)
    }
}

trait Take: Send {
    fn start(&mut self);

    fn take(&mut self, row: &Row<'_>) -> deserialize::Result<()>;
}

/// Rows of one type.
pub(super) struct Rows<T, F, S>(Arc<Mutex<Decoded<T, F, S>>>);

struct Decoded<T, F, S> {
    start: S,
    decode: F,
    rows: Vec<T>,
}

impl<T, F, S> Rows<T, F, S>
where
    T: Send + 'static,
    F: FnMut(&Row<'_>) -> deserialize::Result<T> + Send + 'static,
    S: FnMut(&mut F) + Send + 'static,
{
    /// `start` is told of each start, so that `decode` may begin anew as well.
    pub(super) fn decoded_by(decode: F, start: S) -> Self {
        let rows = Vec::new();
        let decoded = Decoded {
            start,
            decode,
            rows,
        };
        Self(Arc::new(Mutex::new(decoded)))
    }

    pub(super) fn sink(&self) -> Sink {
        Sink(self.0.clone())
    }

    /// Those that came since the last start.
    pub(super) fn into_vec(self) -> Vec<T> {
        std::mem::take(&mut lock(&self.0).rows)
    }
}

impl<T, F, S> Take for Decoded<T, F, S>
where
    T: Send,
    F: FnMut(&Row<'_>) -> deserialize::Result<T> + Send,
    S: FnMut(&mut F) + Send,
{
    fn start(&mut self) {
        (self.start)(&mut self.decode);
        self.rows.clear();
    }

    fn take(&mut self, row: &Row<'_>) -> deserialize::Result<()> {
        self.rows.push((self.decode)(row)?);
        Ok(())
    }
}

/// A row is taken or it is not: whoever panicked left nothing half done.
fn lock<T: ?Sized>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use super::*;

    fn take(sink: &Sink) {
        sink.take(Fields::Sqlite(Vec::new())).expect("it is taken");
    }

    #[test]
    fn a_statement_that_is_run_once_more_begins_anew() {
        let mut number = 0;
        let decode = move |_: &Row<'_>| {
            number += 1;
            Ok(number)
        };
        let rows = Rows::decoded_by(decode, move |current| *current = decode);
        let sink = rows.sink();
        sink.start();
        take(&sink);
        take(&sink);
        sink.start();
        take(&sink);
        assert_eq!(rows.into_vec(), [1]);
    }

    #[test]
    fn a_row_that_cannot_be_decoded_is_an_error() {
        let refuse = |_: &Row<'_>| Err::<(), _>("not this one".into());
        let rows = Rows::decoded_by(refuse, |_| {});
        let taken = rows.sink().take(Fields::Sqlite(Vec::new()));
        assert!(matches!(taken, Err(Error::DeserializationError(_))));
        assert!(rows.into_vec().is_empty());
    }
}
