//! The query string of a list, checked against the resource.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::error::Fault;
use crate::{Error, Result};

use super::engine::{CursorKey, ListRequest, cursor_context, order};
use super::meta::{Direction, Meta};

/// The parameters of a list that are no filter.
const CURSOR: &str = "cursor";
const LIMIT: &str = "limit";
const SORT: &str = "sort";

/// A list request and what its cursors are bound to.
#[derive(Debug)]
pub(super) struct ListQuery {
    pub(super) request: ListRequest,
    pub(super) context: Vec<u8>,
}

/// Reads the query string of a list.
///
/// # Errors
///
/// 400 `invalid_query` with every fault; 400 `invalid_cursor`.
pub(super) fn read(meta: &'static Meta, cursors: &CursorKey, query: &str) -> Result<ListQuery> {
    let mut reader = Reader::new(meta);
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        reader.parameter(parameter);
    }
    if !reader.faults.is_empty() {
        return Err(Error::invalid_query(reader.faults));
    }
    let mut request = ListRequest {
        filters: reader.filters,
        order: order(meta, reader.sort.as_deref().unwrap_or(meta.sort)),
        after: None,
        limit: reader.limit.unwrap_or(meta.page_default),
    };
    let context = cursor_context(meta, &request);
    if let Some(cursor) = reader.cursor {
        request.after = Some(cursors.open(meta, &request.order, &context, &cursor)?);
    }
    Ok(ListQuery { request, context })
}

struct Reader {
    meta: &'static Meta,
    seen: Vec<String>,
    faults: Vec<Fault>,
    filters: Vec<(usize, crate::db::Value)>,
    sort: Option<Vec<(usize, Direction)>>,
    limit: Option<u32>,
    cursor: Option<String>,
}

impl Reader {
    fn new(meta: &'static Meta) -> Self {
        Self {
            meta,
            seen: Vec::new(),
            faults: Vec::new(),
            filters: Vec::new(),
            sort: None,
            limit: None,
            cursor: None,
        }
    }

    fn fault(&mut self, name: &str, code: &'static str, message: impl Into<Cow<'static, str>>) {
        self.faults.push(Fault::new(name.to_owned(), code, message));
    }

    fn parameter(&mut self, parameter: &str) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let (Some(name), Some(value)) = (decode(name), decode(value)) else {
            return self.fault("query", "encoding", "a parameter is not UTF-8");
        };
        if name.contains('\0') || value.contains('\0') {
            return self.fault(
                &name.replace('\0', "\u{fffd}"),
                "text",
                "must not contain U+0000",
            );
        }
        if self.seen.contains(&name) {
            return self.fault(&name, "repeated", "is given twice");
        }
        match name.as_str() {
            LIMIT => self.limit(&value),
            SORT => self.sort(&value),
            CURSOR => self.cursor = Some(value),
            _ => self.filter(&name, &value),
        }
        self.seen.push(name);
    }

    fn limit(&mut self, value: &str) {
        let max = self.meta.page_max;
        let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        match value
            .parse()
            .ok()
            .filter(|limit| is_number && (1..=max).contains(limit))
        {
            Some(limit) => self.limit = Some(limit),
            None => self.fault(LIMIT, "range", format!("must be between 1 and {max}")),
        }
    }

    fn sort(&mut self, value: &str) {
        let mut sort: Vec<(usize, Direction)> = Vec::new();
        for key in value.split(',') {
            let (direction, name) = match key.strip_prefix('-') {
                Some(name) => (Direction::Descending, name),
                None => (Direction::Ascending, key),
            };
            match self
                .meta
                .find(name)
                .filter(|index| self.is_sortable(*index))
            {
                Some(index) if sort.iter().any(|(other, _)| *other == index) => {
                    return self.fault(SORT, "repeated", format!("sorts by {name} twice"));
                }
                Some(index) => sort.push((index, direction)),
                None => return self.fault(SORT, "unknown", self.sorts_known()),
            }
        }
        self.sort = Some(sort);
    }

    fn is_sortable(&self, index: usize) -> bool {
        let column = &self.meta.columns[index];
        column.is_visible() && (column.sort || index == self.meta.id)
    }

    fn sorts_known(&self) -> String {
        let known = (0..self.meta.columns.len()).filter(|index| self.is_sortable(*index));
        format!(
            "sorts are: {}; with `-` in front the other way round",
            self.names(known)
        )
    }

    fn filter(&mut self, name: &str, value: &str) {
        let index = self
            .meta
            .find(name)
            .filter(|index| self.is_filterable(*index));
        let Some(index) = index else {
            return self.fault(name, "unknown", self.parameters_known());
        };
        match (self.meta.columns[index].parse)(value) {
            Ok(value) => self.filters.push((index, value)),
            Err(mismatch) => self.fault(name, mismatch.code, mismatch.message),
        }
    }

    fn is_filterable(&self, index: usize) -> bool {
        let column = &self.meta.columns[index];
        column.filter && column.is_visible()
    }

    fn parameters_known(&self) -> String {
        let filters = (0..self.meta.columns.len()).filter(|index| self.is_filterable(*index));
        let names = self.names(filters);
        let separator = if names.is_empty() { "" } else { ", " };
        format!("unknown parameter; there are: {CURSOR}, {LIMIT}, {SORT}{separator}{names}")
    }

    fn names(&self, columns: impl Iterator<Item = usize>) -> String {
        columns
            .map(|index| self.meta.columns[index].name)
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// As forms are written: `+` is a space. `None` where the bytes are not UTF-8.
fn decode(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced)
        .decode_utf8()
        .ok()
        .map(Cow::into_owned)
}

/// The query string of the next page: the same but for its cursor.
pub(super) fn with_cursor(query: &str, cursor: &str) -> String {
    let kept = query.split('&').filter(|parameter| {
        let name = parameter
            .split_once('=')
            .map_or(*parameter, |(name, _)| name);
        !parameter.is_empty() && decode(name).as_deref() != Some(CURSOR)
    });
    let mut parameters: Vec<Cow<'_, str>> = kept.map(Cow::Borrowed).collect();
    parameters.push(Cow::Owned(format!("{CURSOR}={cursor}")));
    parameters.join("&")
}
