//! The query string of a list, checked against the resource.

use std::borrow::Cow;
use std::sync::Arc;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::db::Value;
use crate::error::Fault;
use crate::{Error, Result};

use super::engine::{CursorKey, Embed, Filter, ListRequest, Test, cursor_context, fold, order};
use super::include::Reach;
use super::meta::{Direction, Meta};
use super::operator::Operator;

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
            let name = decode(name).unwrap_or_else(|| "query".to_owned());
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

struct Reader<'a> {
    meta: &'static Meta,
    readable: &'a [usize],
    reach: Reach<'a>,
    /// A single row has `fields`, `include` and nothing else.
    is_single: bool,
    seen: Vec<String>,
    faults: Vec<Fault>,
    filters: Vec<Filter>,
    words: Vec<String>,
    searched: Vec<usize>,
    sort: Option<Vec<(usize, Direction)>>,
    fields: Option<Vec<usize>>,
    embeds: Vec<Embed>,
    limit: Option<u32>,
    cursor: Option<String>,
    count: bool,
}

impl<'a> Reader<'a> {
    fn new(meta: &'static Meta, readable: &'a [usize], reach: Reach<'a>) -> Self {
        Self {
            meta,
            readable,
            reach,
            is_single: false,
            seen: Vec::new(),
            faults: Vec::new(),
            filters: Vec::new(),
            words: Vec::new(),
            searched: Vec::new(),
            sort: None,
            fields: None,
            embeds: Vec::new(),
            limit: None,
            cursor: None,
            count: false,
        }
    }

    fn fault(&mut self, name: &str, code: &'static str, message: impl Into<Cow<'static, str>>) {
        self.faults.push(Fault::new(name.to_owned(), code, message));
    }

    fn parameters(&mut self, query: &str) {
        let parameters = || query.split('&').filter(|parameter| !parameter.is_empty());
        if parameters().count() > MOST_PARAMETERS {
            let message = format!("has more than {MOST_PARAMETERS} parameters");
            return self.fault("query", "range", message);
        }
        for parameter in parameters() {
            self.parameter(parameter);
        }
    }

    fn parameter(&mut self, parameter: &str) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let (Some(name), Some(value)) = (decode(name), decode(value)) else {
            return self.fault("query", "encoding", "a parameter is not UTF-8");
        };
        if name.contains('\0') || value.contains('\0') {
            let name = name.replace('\0', "\u{fffd}");
            return self.fault(&name, "text", "must not contain U+0000");
        }
        if self.seen.contains(&name) {
            return self.fault(&name, "repeated", "is given twice");
        }
        match name.as_str() {
            FIELDS => self.fields(&value),
            INCLUDE => self.include(&value),
            _ if self.is_single => self.fault(&name, "unknown", self.parameters_known()),
            COUNT => self.count(&value),
            CURSOR => self.cursor = Some(value),
            LIMIT => self.limit(&value),
            SEARCH => self.search(&value),
            SORT => self.sort(&value),
            _ => self.filter(&name, &value),
        }
        self.seen.push(name);
    }

    fn count(&mut self, value: &str) {
        match value.parse() {
            Ok(count) => self.count = count,
            Err(_) => self.fault(COUNT, "type", "expected true or false"),
        }
    }

    fn limit(&mut self, value: &str) {
        let max = self.meta.page_max;
        let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        let limit = value.parse().ok();
        match limit.filter(|limit| is_number && (1..=max).contains(limit)) {
            Some(limit) => self.limit = Some(limit),
            None => self.fault(LIMIT, "range", format!("must be between 1 and {max}")),
        }
    }

    /// A readable column by its name on the wire.
    fn find(&self, name: &str) -> Option<usize> {
        let found = self.meta.find(name)?;
        self.readable.contains(&found).then_some(found)
    }

    fn fields(&mut self, value: &str) {
        let mut fields = Vec::new();
        for name in value.split(',') {
            match self.find(name) {
                Some(index) if fields.contains(&index) => {
                    return self.fault(FIELDS, "repeated", format!("names {name} twice"));
                }
                Some(index) => fields.push(index),
                None => {
                    let known = self.names(self.readable.iter().copied());
                    return self.fault(FIELDS, "unknown", format!("fields are: {known}"));
                }
            }
        }
        fields.sort_unstable();
        self.fields = Some(fields);
    }

    fn include(&mut self, value: &str) {
        if !self.has_includes() {
            return self.fault(INCLUDE, "unknown", self.parameters_known());
        }
        match self.reach.read(self.meta, value) {
            Ok(embeds) => self.embeds = embeds,
            Err((code, message)) => self.fault(INCLUDE, code, message),
        }
    }

    fn has_includes(&self) -> bool {
        !self.reach.embeds(self.meta).is_empty()
    }

    fn search(&mut self, value: &str) {
        let searched = self.readable.iter().copied();
        self.searched = searched
            .filter(|index| self.meta.columns[*index].search)
            .collect();
        if self.searched.is_empty() {
            return self.fault(SEARCH, "unknown", self.parameters_known());
        }
        self.words = value.split_whitespace().map(fold).collect();
        if self.words.is_empty() || self.words.len() > MOST_WORDS {
            self.fault(SEARCH, "range", format!("needs 1 to {MOST_WORDS} words"));
        }
    }

    fn sort(&mut self, value: &str) {
        let mut sort: Vec<(usize, Direction)> = Vec::new();
        for key in value.split(',') {
            let (direction, name) = match key.strip_prefix('-') {
                Some(name) => (Direction::Descending, name),
                None => (Direction::Ascending, key),
            };
            match self.find(name).filter(|index| self.is_sortable(*index)) {
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
        self.meta.columns[index].sort || index == self.meta.id
    }

    fn sorts_known(&self) -> String {
        let sortable = self
            .readable
            .iter()
            .copied()
            .filter(|index| self.is_sortable(*index));
        let names = self.names(sortable);
        format!("sorts are: {names}; with `-` in front the other way round")
    }

    /// `views` or `views__gte`; a field may have `__` in its own name.
    fn filter(&mut self, name: &str, value: &str) {
        let split = || {
            let (field, suffix) = name.rsplit_once("__")?;
            Some((self.find(field)?, Operator::from_suffix(suffix)?))
        };
        let exact = self.find(name).map(|index| (index, Operator::Eq));
        let filter = exact.or_else(split).filter(|(index, operator)| {
            let column = &self.meta.columns[*index];
            column.filter && operator.applies_to(column)
        });
        match filter {
            None => self.fault(name, "unknown", self.parameters_known()),
            Some((column, operator)) => match self.test(column, operator, value) {
                Ok(test) => self.filters.push(Filter { column, test }),
                Err(mismatch) => self.fault(name, mismatch.code, mismatch.message),
            },
        }
    }

    fn test(
        &self,
        column: usize,
        operator: Operator,
        value: &str,
    ) -> Result<Test, super::Mismatch> {
        let column = &self.meta.columns[column];
        let parsed = || (column.parse)(value);
        let listed = || -> Result<Vec<Value>, _> {
            let values = list(value);
            if values.len() > MOST_VALUES {
                let message = format!("has more than {MOST_VALUES} values");
                return Err(super::Mismatch::new("range", message));
            }
            values.iter().map(|value| (column.parse)(value)).collect()
        };
        Ok(match operator {
            Operator::In => Test::OneOf(listed()?),
            Operator::Nin => Test::NoneOf(listed()?),
            Operator::Contains => Test::Contains(fold(value)),
            Operator::StartsWith => Test::StartsWith(fold(value)),
            Operator::IsNull => match value {
                "true" => Test::IsNull(true),
                "false" => Test::IsNull(false),
                _ => return Err(super::Mismatch::expected("true or false")),
            },
            _ => Test::Compare(operator, parsed()?),
        })
    }

    fn parameters_known(&self) -> String {
        let include = self.has_includes().then_some(INCLUDE);
        if self.is_single {
            return match include {
                Some(include) => format!("unknown parameter; there are: {FIELDS}, {include}"),
                None => format!("unknown parameter; there is: {FIELDS}"),
            };
        }
        let known = [COUNT, CURSOR, FIELDS].into_iter().chain(include);
        let mut known: Vec<_> = known.chain([LIMIT]).map(str::to_owned).collect();
        let columns: Vec<_> = self
            .readable
            .iter()
            .map(|index| &self.meta.columns[*index])
            .collect();
        if columns.iter().any(|column| column.search) {
            known.push(SEARCH.to_owned());
        }
        known.push(SORT.to_owned());
        for column in columns {
            known.extend(Operator::of(column).map(|operator| operator.parameter(column.name)));
        }
        format!("unknown parameter; there are: {}", known.join(", "))
    }

    fn names(&self, columns: impl Iterator<Item = usize>) -> String {
        let names: Vec<_> = columns.map(|index| self.meta.columns[index].name).collect();
        names.join(", ")
    }
}

/// The values of a comma-separated list, where `\,` is a comma within a value.
fn list(text: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' if characters.peek() == Some(&',') => {
                characters.next();
                push(&mut values, ',');
            }
            ',' => values.push(String::new()),
            _ => push(&mut values, character),
        }
    }
    values
}

fn push(values: &mut [String], character: char) {
    if let Some(last) = values.last_mut() {
        last.push(character);
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
    fn a_comma_in_a_value_is_escaped() {
        assert_eq!(list("a,b"), ["a", "b"]);
        assert_eq!(list(r"a\,b,c"), ["a,b", "c"]);
        assert_eq!(list(r"a\b\\,"), [r"a\b\,"]);
        assert_eq!(list(""), [""]);
        assert_eq!(list(",é,"), ["", "é", ""]);
    }

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
