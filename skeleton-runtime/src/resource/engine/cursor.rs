//! Cursors: where a page ended, signed so that nobody can make one up.

use std::str::FromStr;
use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::SecondsFormat;

use super::key::derived;
use super::{ListRequest, Test};
use crate::db::{Kind, Value};
use crate::error::Code;
use crate::resource::meta::{Direction, Meta};
use crate::resource::operator::Operator;
use crate::{Error, Result};

/// 128 bits of the HMAC: out of reach of guessing, and half the length in every URL.
const TAG_LENGTH: usize = 16;

/// The key that cursors are signed with.
#[derive(Clone)]
pub(crate) struct CursorKey(Arc<hmac::Key>);

impl std::fmt::Debug for CursorKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("CursorKey")
    }
}

impl CursorKey {
    /// A key derived from the service's secret, so that all instances share it.
    pub(crate) fn derive(secret: &[u8]) -> Self {
        Self(Arc::new(derived(secret, b"skeleton cursor 1")))
    }

    /// The cursor of a key, bound to the table, the sort and the filters of the request.
    pub(crate) fn seal(&self, context: &[u8], key: &[Value]) -> String {
        let texts: Vec<_> = key.iter().map(to_text).collect();
        let mut bytes = serde_json::to_vec(&texts).unwrap_or_default();
        let tag = self.tag(context, &bytes);
        bytes.extend_from_slice(&tag.as_ref()[..TAG_LENGTH]);
        BASE64.encode(bytes)
    }

    /// The key of a cursor.
    ///
    /// # Errors
    ///
    /// 400 `invalid_cursor`, when it was altered or made for another list.
    pub(crate) fn open(
        &self,
        meta: &Meta,
        order: &[(usize, Direction)],
        context: &[u8],
        cursor: &str,
    ) -> Result<Vec<Value>> {
        let invalid = || {
            Error::new(
                Code::InvalidCursor,
                "the cursor was altered, or belongs to another sort or filter",
            )
        };
        let bytes = BASE64.decode(cursor).map_err(|_| invalid())?;
        let (payload, tag) = bytes.split_last_chunk::<TAG_LENGTH>().ok_or_else(invalid)?;
        let expected = self.tag(context, payload);
        aws_lc_rs::constant_time::verify_slices_are_equal(&expected.as_ref()[..TAG_LENGTH], tag)
            .map_err(|_| invalid())?;
        let texts: Vec<Option<String>> = serde_json::from_slice(payload).map_err(|_| invalid())?;
        let parse = |(text, (column, _)): (Option<String>, &(usize, Direction))| {
            let kind = meta.columns[*column].kind;
            match text {
                None => Ok(Value::Null(kind)),
                Some(text) => from_text(kind, text).ok_or_else(invalid),
            }
        };
        if texts.len() != order.len() {
            return Err(invalid());
        }
        texts.into_iter().zip(order).map(parse).collect()
    }

    fn tag(&self, context: &[u8], payload: &[u8]) -> hmac::Tag {
        let mut signing = hmac::Context::with_key(&self.0);
        signing.update(&(context.len() as u64).to_be_bytes());
        signing.update(context);
        signing.update(payload);
        signing.sign()
    }
}

/// What a cursor is bound to: the table, the order, and the filters with their values.
pub(crate) fn context(meta: &Meta, request: &ListRequest) -> Vec<u8> {
    let order: Vec<_> = request
        .order
        .iter()
        .map(|(column, direction)| {
            (
                meta.columns[*column].name,
                *direction == Direction::Descending,
            )
        })
        .collect();
    let mut filters: Vec<_> = request
        .filters
        .iter()
        .map(|filter| (meta.columns[filter.column].name, told(&filter.test)))
        .collect();
    filters.sort_unstable();
    serde_json::to_vec(&(meta.table, order, filters, &request.words)).unwrap_or_default()
}

/// A test with its operands, in a form that no other test has.
fn told(test: &Test) -> (&'static str, Vec<Option<String>>) {
    let texts = |values: &[Value]| values.iter().map(to_text).collect();
    match test {
        Test::Compare(operator, value) => (operator.suffix(), vec![to_text(value)]),
        Test::OneOf(values) => (Operator::In.suffix(), texts(values)),
        Test::NoneOf(values) => (Operator::Nin.suffix(), texts(values)),
        Test::Contains(text) => (Operator::Contains.suffix(), vec![Some(text.clone())]),
        Test::StartsWith(text) => (Operator::StartsWith.suffix(), vec![Some(text.clone())]),
        Test::IsNull(is_null) => (Operator::IsNull.suffix(), vec![Some(is_null.to_string())]),
    }
}

/// The text of a value, which [`from_text`] reads; kinds that can't be sorted never get here.
fn to_text(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null(_) | Value::Json(_) | Value::TextArray(_) => return None,
        Value::Bytes(value) => BASE64.encode(value),
        Value::Bool(value) => value.to_string(),
        Value::I16(value) => value.to_string(),
        Value::I32(value) => value.to_string(),
        Value::I64(value) => value.to_string(),
        Value::F32(value) => value.to_string(),
        Value::F64(value) => value.to_string(),
        Value::Text(value) => value.clone(),
        Value::Uuid(value) => value.to_string(),
        Value::Timestamp(value) => value.to_rfc3339_opts(SecondsFormat::Micros, true),
        Value::Date(value) => value.to_string(),
        Value::Time(value) => value.to_string(),
        Value::Decimal(value) => value.to_string(),
    })
}

/// Reads what [`to_text`] wrote. A filter's parser would not do: a row may have what no filter asks for, as an infinite
/// number or a year 0, and the page behind it is asked for all the same.
fn from_text(kind: Kind, text: String) -> Option<Value> {
    fn read<T: FromStr>(text: &str, value: fn(T) -> Value) -> Option<Value> {
        text.parse().ok().map(value)
    }
    match kind {
        Kind::Bool => read(&text, Value::Bool),
        Kind::I16 => read(&text, Value::I16),
        Kind::I32 => read(&text, Value::I32),
        Kind::I64 => read(&text, Value::I64),
        Kind::F32 => read(&text, Value::F32),
        Kind::F64 => read(&text, Value::F64),
        Kind::Text => Some(Value::Text(text)),
        Kind::Bytes => BASE64.decode(text).ok().map(Value::Bytes),
        Kind::Uuid => read(&text, Value::Uuid),
        Kind::Timestamp => read(&text, Value::Timestamp),
        Kind::Date => read(&text, Value::Date),
        Kind::Time => read(&text, Value::Time),
        Kind::Decimal => read(&text, Value::Decimal),
        Kind::Json | Kind::TextArray => None,
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate, NaiveTime};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for value in [
            Value::Bool(true),
            Value::I16(i16::MIN),
            Value::I32(i32::MIN),
            Value::I64(i64::MIN),
            Value::F32(f32::MIN_POSITIVE),
            Value::F32(f32::NEG_INFINITY),
            Value::F64(5e-324),
            Value::F64(f64::INFINITY),
            Value::Text("\u{10ffff}\"\\\0".to_owned()),
            Value::Bytes(vec![0xfb, 0xff, 0]),
            Value::Uuid(Uuid::max()),
            Value::Timestamp(DateTime::from_timestamp_micros(-62_167_219_200_000_000).unwrap()),
            Value::Timestamp(DateTime::from_timestamp_micros(253_402_300_799_999_999).unwrap()),
            Value::Date(NaiveDate::from_ymd_opt(0, 1, 1).unwrap()),
            Value::Time(NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap()),
            Value::Time(NaiveTime::MIN),
            Value::Decimal("-79228162514264337593543950335".parse().unwrap()),
            Value::Decimal("1.00".parse().unwrap()),
        ] {
            let text = to_text(&value).unwrap();
            assert!(
                from_text(value.kind(), text.clone()) == Some(value),
                "{text}"
            );
        }
    }
}
