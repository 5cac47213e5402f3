//! The query string of a list, checked against the resource.

mod reader;

use std::borrow::Cow;
use std::sync::Arc;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::error::Fault;
use crate::{Error, Result};

use super::engine::{CursorKey, Embed, ListRequest, cursor_context, order};
use super::include::Reach;
use super::meta::Meta;
use reader::Reader;

/// The parameters of a list that are no filter.
const COUNT: &str = "count";
const CURSOR: &str = "cursor";
const FIELDS: &str = "fields";
const INCLUDE: &str = "include";
const LIMIT: &str = "limit";
const SEARCH: &str = "q";
const SORT: &str = "sort";

/// More parameters than a resource of 32 fields has; each is looked up, and answered if it is wrong.
const MOST_PARAMETERS: usize = 400;

/// More values in one `in` would make statements of ever new shapes.
pub(crate) const MOST_VALUES: usize = 100;

/// More words in one `q` would make a statement that no index serves ever slower.
pub(crate) const MOST_WORDS: usize = 8;

/// A list request and what its cursors are bound to.
#[derive(Debug)]
pub(super) struct ListQuery {
    pub(super) request: ListRequest,
    pub(super) context: Vec<u8>,
    /// The columns of an item; `None` for all that are visible.
    pub(super) fields: Option<Arc<[usize]>>,
    /// What is embedded into each item.
    pub(super) embeds: Vec<Embed>,
    /// Whether `total` is asked for.
    pub(super) count: bool,
}

/// Reads the query string of a list. `readable` are the columns that the caller may know of.
///
/// # Errors
///
/// 400 `invalid_query` with every fault; 400 `invalid_cursor`.
pub(super) fn read(
    meta: &'static Meta,
    cursors: &CursorKey,
    readable: &[usize],
    reach: Reach<'_>,
    query: &str,
) -> Result<ListQuery> {
    let mut reader = Reader::new(meta, readable, reach);
    reader.parameters(query);
    if !reader.faults.is_empty() {
        return Err(Error::invalid_query(reader.faults));
    }
    let mut request = ListRequest {
        filters: reader.filters,
        words: reader.words,
        searched: reader.searched,
        order: order(meta, reader.sort.as_deref().unwrap_or(meta.sort)),
        after: None,
        limit: reader.limit.unwrap_or(meta.page_default),
    };
    let context = cursor_context(meta, &request);
    if let Some(cursor) = reader.cursor {
        request.after = Some(cursors.open(meta, &request.order, &context, &cursor)?);
    }
    Ok(ListQuery {
        request,
        context,
        fields: reader.fields.map(Arc::from),
        embeds: reader.embeds,
        count: reader.count,
    })
}

/// What is asked of a single row.
#[derive(Debug)]
pub(super) struct ItemQuery {
    /// Its columns; `None` for all that are visible.
    pub(super) fields: Option<Arc<[usize]>>,
    /// What is embedded into it.
    pub(super) embeds: Vec<Embed>,
}

/// Reads the query string of a single row: `fields` and `include`.
///
/// # Errors
///
/// 400 `invalid_query` with every fault.
pub(super) fn read_item(
    meta: &'static Meta,
    readable: &[usize],
    reach: Reach<'_>,
    query: &str,
) -> Result<ItemQuery> {
    let mut reader = Reader::new(meta, readable, reach);
    reader.is_single = true;
    reader.parameters(query);
    if reader.faults.is_empty() {
        return Ok(ItemQuery {
            fields: reader.fields.map(Arc::from),
            embeds: reader.embeds,
        });
    }
    Err(Error::invalid_query(reader.faults))
}

/// Refuses the parameters of an operation that has none.
///
/// # Errors
///
/// 400 `invalid_query` with every parameter.
pub(super) fn refuse_all(query: Option<&str>) -> Result<()> {
    let parameters = query
        .unwrap_or_default()
        .split('&')
        .filter(|parameter| !parameter.is_empty());
    let faults: Vec<_> = parameters
        .map(|parameter| {
            let name = parameter
                .split_once('=')
                .map_or(parameter, |(name, _)| name);
            let name = decode(name).unwrap_or(Cow::Borrowed("query"));
            Fault::new(
                name.replace('\0', "\u{fffd}"),
                "unknown",
                "there are no parameters here",
            )
        })
        .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::invalid_query(faults))
    }
}

/// As forms are written: `+` is a space. `None` where the bytes are not UTF-8.
pub(crate) fn decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains(['+', '%']) {
        return Some(Cow::Borrowed(text));
    }
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().ok()?;
    Some(Cow::Owned(decoded.into_owned()))
}

/// What a client may send in a query string as it is, and a `Link` header can't hold, or not between `<` and `>`.
const NOT_IN_LINKS: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>');

/// The query string of the next page: the same but for its cursor.
pub(super) fn with_cursor(query: &str, cursor: &str) -> String {
    let kept = query.split('&').filter(|parameter| {
        let name = parameter
            .split_once('=')
            .map_or(*parameter, |(name, _)| name);
        !parameter.is_empty() && decode(name).as_deref() != Some(CURSOR)
    });
    let mut parameters: Vec<Cow<'_, str>> = kept
        .map(|parameter| utf8_percent_encode(parameter, NOT_IN_LINKS).into())
        .collect();
    parameters.push(Cow::Owned(format!("{CURSOR}={cursor}")));
    parameters.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_keeps_all_but_the_cursor() {
        assert_eq!(
            with_cursor("limit=1&cursor=a&sort=b", "c"),
            "limit=1&sort=b&cursor=c"
        );
        assert_eq!(with_cursor("%63ursor=a", "c"), "cursor=c");
        assert_eq!(with_cursor("", "c"), "cursor=c");
        assert_eq!(
            with_cursor("a=%C3%A9\u{e9}>%3E", "c"),
            "a=%C3%A9%C3%A9%3E%3E&cursor=c"
        );
    }
}
