//! The steps of a request one by one, so that benchmarks reach them.

use serde_json::Value as JsonValue;

use crate::Result;
use crate::db::{AnyBackend, Row, Statement, Value};

use super::Resource;
use super::access::{Services, readable};
use super::engine::{Decode as _, ItemWriter, LinkWriter, page};
use super::include::Reach;
use super::merge_patch::merge;
use super::meta::Meta;
use super::payload::{Intent, read_payload};
use super::query::{self, ListQuery};

/// What answers are made of: a row as JSON.
type Written = diesel::deserialize::Result<Vec<u8>>;

/// The steps of requests for one resource, by a caller without a role.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct Parts {
    services: Services,
    meta: &'static Meta,
}

/// What a list is asked for.
#[doc(hidden)]
#[derive(Debug)]
pub struct List(ListQuery);

impl Parts {
    /// The steps of requests for `T`.
    pub fn of<T: Resource>(services: &Services) -> Self {
        Self {
            services: services.clone(),
            meta: T::meta(),
        }
    }

    /// Reads the query string of a list.
    ///
    /// # Errors
    ///
    /// 400 with every fault.
    pub fn read(&self, query: &str) -> Result<List> {
        let reach = Reach::new(&self.services, None);
        let shown = readable(self.meta, None);
        query::read(self.meta, &self.services.cursors, &shown, reach, query).map(List)
    }

    /// The statement of a list.
    pub fn statement(&self, list: List, backend: AnyBackend) -> Statement {
        page(self.meta, backend, list.0.request)
    }

    /// The cursor behind a row with these values in the columns of the order.
    pub fn seal(&self, list: &List, row: &[Value]) -> String {
        self.services.cursors.seal(&list.0.context, row)
    }

    /// The values of a cursor.
    ///
    /// # Errors
    ///
    /// 400 `invalid_cursor`.
    pub fn open(&self, list: &List, cursor: &str) -> Result<Vec<Value>> {
        let (order, context) = (&list.0.request.order, &list.0.context);
        self.services
            .cursors
            .open(self.meta, order, context, cursor)
    }

    /// Writes single rows, each with its tag.
    pub fn item_writer(&self) -> impl FnMut(&Row<'_>) -> Written + Clone + Send + 'static {
        let tags = self.services.tags.clone();
        let mut writer = ItemWriter::new(self.meta, readable(self.meta, None), tags);
        move |row| writer.decode(row).map(|item| item.json)
    }

    /// Writes the rows of a list.
    pub fn row_writer(&self) -> impl FnMut(&Row<'_>) -> Written + Clone + Send + 'static {
        let mut writer = LinkWriter::new(self.meta, readable(self.meta, None), &[]);
        move |row| writer.decode(row).map(|row| row.json)
    }
}

/// Reads the body of a PATCH.
///
/// # Errors
///
/// 400 for what is no JSON, 422 with every fault.
#[doc(hidden)]
pub fn read_changes<T: Resource>(body: &[u8]) -> Result<T::Changes> {
    read_payload(T::meta(), Intent::Update, None, body, None).map(|(changes, _)| changes)
}

/// What a document is after a merge patch.
#[doc(hidden)]
pub fn merged(document: JsonValue, patch: JsonValue) -> JsonValue {
    merge(document, patch)
}
