//! One parameter after the other.

use std::borrow::Cow;

use crate::db::Value;
use crate::error::Fault;
use crate::resource::column::Mismatch;
use crate::resource::engine::{Embed, Filter, Test, fold};
use crate::resource::include::Reach;
use crate::resource::meta::{Direction, Meta};
use crate::resource::operator::Operator;

use super::{
    COUNT, CURSOR, FIELDS, INCLUDE, LIMIT, MOST_PARAMETERS, MOST_VALUES, MOST_WORDS, SEARCH, SORT,
    decode,
};

/// A query string on its way to a request, with all its faults.
pub(super) struct Reader<'a> {
    pub(super) meta: &'static Meta,
    pub(super) readable: &'a [usize],
    pub(super) reach: Reach<'a>,
    /// A single row has `fields`, `include` and nothing else.
    pub(super) is_single: bool,
    pub(super) seen: Vec<String>,
    pub(super) faults: Vec<Fault>,
    pub(super) filters: Vec<Filter>,
    pub(super) words: Vec<String>,
    pub(super) searched: Vec<usize>,
    pub(super) sort: Option<Vec<(usize, Direction)>>,
    pub(super) fields: Option<Vec<usize>>,
    pub(super) embeds: Vec<Embed>,
    pub(super) limit: Option<u32>,
    pub(super) cursor: Option<String>,
    pub(super) count: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(meta: &'static Meta, readable: &'a [usize], reach: Reach<'a>) -> Self {
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

    pub(super) fn parameters(&mut self, query: &str) {
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
        let Some(name) = decode(name) else {
            return self.fault("query", "text", "has a name that is not UTF-8");
        };
        let Some(value) = decode(value) else {
            return self.fault(&printable(&name), "text", "must be UTF-8");
        };
        if name.contains('\0') || value.contains('\0') {
            return self.fault(&printable(&name), "text", "must not contain U+0000");
        }
        if self.seen.iter().any(|seen| *seen == name) {
            return self.fault(&name, "repeated", "is given twice");
        }
        match &*name {
            FIELDS => self.fields(&value),
            INCLUDE => self.include(&value),
            _ if self.is_single => self.fault(&name, "unknown", self.parameters_known()),
            COUNT => self.count(&value),
            CURSOR => self.cursor = Some(value.into_owned()),
            LIMIT => self.limit(&value),
            SEARCH => self.search(&value),
            SORT => self.sort(&value),
            _ => self.filter(&name, &value),
        }
        self.seen.push(name.into_owned());
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

    fn test(&self, column: usize, operator: Operator, value: &str) -> Result<Test, Mismatch> {
        let column = &self.meta.columns[column];
        let parsed = || (column.parse)(value);
        let listed = || -> Result<Vec<Value>, _> {
            let values = list(value);
            if values.len() > MOST_VALUES {
                let message = format!("has more than {MOST_VALUES} values");
                return Err(Mismatch::new("range", message));
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
                _ => return Err(Mismatch::expected("true or false")),
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

fn printable(name: &str) -> String {
    name.replace('\0', "\u{fffd}")
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
}
