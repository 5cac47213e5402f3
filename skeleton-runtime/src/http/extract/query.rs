//! The query string, read strictly.

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::transparent;
use crate::error::{Error, Fault, Result};
use crate::resource::decode;

/// The parameters of the query: a struct whose fields have their names, `Option` where they may be left out.
///
/// Refused with 400 `invalid_query` and all that is found wrong: a parameter that the struct does not have, one that is
/// given twice, a value that does not parse, U+0000.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// #[derive(Deserialize)]
/// struct Span {
///     from: NaiveDate,
///     until: Option<NaiveDate>,
/// }
///
/// // GET /days?from=2026-01-01
/// async fn days(Query(span): Query<Span>) -> Json<i64> {
///     let until = span.until.unwrap_or_else(|| Utc::now().date_naive());
///     Json((until - span.from).num_days())
/// }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Query<T>(pub T);

transparent!(Query);

impl<T, S> FromRequestParts<S> for Query<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        read(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

type Parameter<'a> = (Cow<'a, str>, Cow<'a, str>);

fn read<T: DeserializeOwned>(query: &str) -> Result<T> {
    let mut faults = Vec::new();
    let parameters = parse(query, &mut faults);
    let mut unknown = Vec::new();
    let reader = Reader {
        parameters: &parameters,
        value: None,
        expected: &[],
        unknown: &mut unknown,
    };
    let value = T::deserialize(reader);
    faults.extend(unknown);
    match value {
        Ok(value) if faults.is_empty() => Ok(value),
        Ok(_) => Err(Error::invalid_query(faults)),
        Err(Refusal(fault)) => {
            faults.push(fault);
            Err(Error::invalid_query(faults))
        }
    }
}

/// The parameters that are usable by themselves; for each other there is a fault.
fn parse<'a>(query: &'a str, faults: &mut Vec<Fault>) -> Vec<Parameter<'a>> {
    let mut parameters: Vec<Parameter<'a>> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode(name).unwrap_or(Cow::Borrowed(name));
        let mut fault =
            |code, message| faults.push(Fault::new(name.clone().into_owned(), code, message));
        match decode(value) {
            _ if parameters.iter().any(|(known, _)| *known == name) => {
                fault("repeated", "is given twice");
            }
            None => fault("text", "must be UTF-8"),
            Some(value) if value.contains('\0') => fault("text", "must not contain U+0000"),
            Some(value) => parameters.push((name, value)),
        }
    }
    parameters
}

/// Hands the parameters to serde, and notes those that nobody wants.
struct Reader<'a> {
    parameters: &'a [Parameter<'a>],
    value: Option<&'a Parameter<'a>>,
    expected: &'static [&'static str],
    unknown: &'a mut Vec<Fault>,
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_map(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        mut self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.expected = fields;
        visitor.visit_map(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple
        tuple_struct map enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Reader<'_> {
    type Error = Refusal;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Refusal> {
        let Some((next, rest)) = self.parameters.split_first() else {
            return Ok(None);
        };
        self.parameters = rest;
        self.value = Some(next);
        let name: StrDeserializer<'_, Refusal> = next.0.as_ref().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refusal> {
        let Some((name, text)) = self.value.take() else {
            return Err(serde::de::Error::custom("a value without a name"));
        };
        let value = Value {
            name,
            text,
            expected: self.expected,
            unknown: self.unknown,
        };
        seed.deserialize(value).map_err(|Refusal(mut fault)| {
            if fault.field.is_empty() {
                fault.field = name.clone().into_owned().into();
            }
            Refusal(fault)
        })
    }
}

/// The text of one parameter, as whatever serde asks for.
struct Value<'a> {
    name: &'a str,
    text: &'a str,
    expected: &'static [&'static str],
    unknown: &'a mut Vec<Fault>,
}

impl Value<'_> {
    fn parsed<T: FromStr>(&self, expected: &str) -> Result<T, Refusal> {
        self.text
            .parse()
            .map_err(|_| serde::de::Error::custom(format_args!("expected {expected}")))
    }
}

macro_rules! parse {
    ($($method:ident $visit:ident $expected:literal)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
            visitor.$visit(self.parsed($expected)?)
        })*
    };
}

impl<'de> Deserializer<'de> for Value<'_> {
    type Error = Refusal;

    parse! {
        deserialize_bool visit_bool "`true` or `false`"
        deserialize_i8 visit_i8 "a whole number from -128 to 127"
        deserialize_i16 visit_i16 "a whole number from -32768 to 32767"
        deserialize_i32 visit_i32 "a whole number of 32 bits"
        deserialize_i64 visit_i64 "a whole number of 64 bits"
        deserialize_u8 visit_u8 "a whole number from 0 to 255"
        deserialize_u16 visit_u16 "a whole number from 0 to 65535"
        deserialize_u32 visit_u32 "a whole number of 32 bits, without a sign"
        deserialize_u64 visit_u64 "a whole number of 64 bits, without a sign"
        deserialize_f32 visit_f32 "a number"
        deserialize_f64 visit_f64 "a number"
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_str(self.text)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        visitor.visit_enum(self.text.into_deserializer())
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.unknown.push(unknown(self.name, self.expected));
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
    }
}

fn unknown(name: &str, expected: &[&str]) -> Fault {
    let message = match expected {
        [] => "is unknown: there are no parameters".to_owned(),
        _ => format!("is unknown; there are {}", expected.join(", ")),
    };
    Fault::new(name.to_owned(), "unknown", message)
}

/// Why serde stopped.
#[derive(Debug)]
struct Refusal(Fault);

impl serde::de::Error for Refusal {
    fn custom<M: Display>(message: M) -> Self {
        Self(Fault::new("", "invalid", message.to_string()))
    }

    fn missing_field(field: &'static str) -> Self {
        Self(Fault::new(field, "required", "is required"))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self(unknown(field, expected))
    }
}

impl Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.0.field, self.0.message)
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use uuid::Uuid;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Order {
        Newest,
        Oldest,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Filter {
        year: i32,
        id: Option<Uuid>,
        order: Option<Order>,
        #[serde(default)]
        exact: bool,
        q: Option<String>,
    }

    fn faults(query: &str) -> Vec<(String, &'static str)> {
        let error = read::<Filter>(query).unwrap_err();
        assert_eq!(error.code().as_str(), "invalid_query");
        error
            .faults()
            .iter()
            .map(|fault| (fault.field.to_string(), fault.code))
            .collect()
    }

    fn fault(field: &str, code: &'static str) -> (String, &'static str) {
        (field.to_owned(), code)
    }

    #[test]
    fn values_become_what_the_struct_wants() {
        let query = "year=-3&id=0198c0de-0000-7000-8000-000000000000&order=oldest&exact=true&q=a+b%20c%26%C3%BC%2B";
        let filter: Filter = read(query).unwrap();
        assert_eq!(filter.year, -3);
        assert_eq!(
            filter.id,
            "0198c0de-0000-7000-8000-000000000000".parse().ok()
        );
        assert_eq!(filter.order, Some(Order::Oldest));
        assert!(filter.exact);
        assert_eq!(filter.q.as_deref(), Some("a b c&ü+"));
        let short: Filter = read("&year=1&").unwrap();
        assert_eq!(
            short,
            Filter {
                year: 1,
                id: None,
                order: None,
                exact: false,
                q: None
            }
        );
    }

    #[test]
    fn maps_take_whatever_comes() {
        let map: BTreeMap<String, String> = read("a=1&b").unwrap();
        assert_eq!(map["a"], "1");
        assert_eq!(map["b"], "");
    }

    #[test]
    fn faults_name_their_parameter() {
        assert_eq!(faults(""), [fault("year", "required")]);
        assert_eq!(faults("year=x"), [fault("year", "invalid")]);
        assert_eq!(faults("year=1&id=7"), [fault("id", "invalid")]);
        assert_eq!(faults("year=1&order=best"), [fault("order", "invalid")]);
        assert_eq!(faults("year=1&q=%00"), [fault("q", "text")]);
        assert_eq!(faults("year=1&q=%ff"), [fault("q", "text")]);
    }

    #[test]
    fn unknown_and_repeated_parameters_are_all_told() {
        let expected = [
            fault("year", "repeated"),
            fault("pge", "unknown"),
            fault("a", "unknown"),
        ];
        assert_eq!(faults("year=1&pge=2&year=3&a"), expected);
        let error = read::<Filter>("year=1&pge=2").unwrap_err();
        assert_eq!(
            error.faults()[0].message,
            "is unknown; there are year, id, order, exact, q"
        );
    }
}
