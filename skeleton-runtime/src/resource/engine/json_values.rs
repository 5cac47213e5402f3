//! Values of columns as JSON: byte for byte what serde writes of the same value, in less time.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, Datelike, NaiveDateTime, SecondsFormat, Timelike, Utc};
use serde_json::to_writer;
use uuid::Uuid;
use uuid::fmt::Hyphenated;

use crate::db::{Kind, RawColumn};

/// Writes a value that is not NULL.
pub(super) fn write_value(
    out: &mut Vec<u8>,
    kind: Kind,
    raw: &mut RawColumn<'_>,
) -> diesel::deserialize::Result<()> {
    match kind {
        Kind::Bool => to_writer(out, &raw.as_bool()?)?,
        Kind::I16 => to_writer(out, &raw.as_i16()?)?,
        Kind::I32 => to_writer(out, &raw.as_i32()?)?,
        Kind::I64 => to_writer(out, &raw.as_i64()?)?,
        Kind::F32 => to_writer(out, &raw.as_f32()?)?,
        Kind::F64 => to_writer(out, &raw.as_f64()?)?,
        Kind::Text => write_text(out, raw.as_str()?)?,
        Kind::Bytes => write_text(out, &BASE64.encode(raw.as_bytes()?))?,
        Kind::Uuid => write_uuid(out, raw.as_uuid()?),
        Kind::Timestamp => write_timestamp(out, raw.as_timestamp()?)?,
        Kind::Date => write!(out, "\"{}\"", raw.as_date()?)?,
        Kind::Time => to_writer(out, &raw.as_time()?)?,
        // Written anew: PostgreSQL has another order, blanks, and numbers in full.
        Kind::Json => to_writer(
            out,
            &serde_json::from_str::<serde_json::Value>(raw.as_json()?)?,
        )?,
        Kind::Decimal => write!(out, "\"{}\"", raw.as_decimal()?)?,
        Kind::TextArray => to_writer(out, &raw.as_text_array()?)?,
    }
    Ok(())
}

/// Most texts have nothing to escape, which is seen many bytes at a time.
fn write_text(out: &mut Vec<u8>, text: &str) -> serde_json::Result<()> {
    if has_escapes(text.as_bytes()) {
        return to_writer(out, text);
    }
    out.reserve(text.len() + 2);
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
    Ok(())
}

fn has_escapes(text: &[u8]) -> bool {
    // Counted, since a loop without an early end is one that looks at a whole block at once.
    let in_block = |block: &[u8]| {
        let is_special = |byte: &&u8| matches!(byte, 0..0x20 | b'"' | b'\\');
        block.iter().filter(is_special).count() > 0
    };
    let (blocks, rest) = text.as_chunks::<32>();
    blocks.iter().any(|block| in_block(block)) || in_block(rest)
}

fn write_uuid(out: &mut Vec<u8>, uuid: Uuid) {
    let mut text = [b'"'; Hyphenated::LENGTH + 2];
    uuid.hyphenated()
        .encode_lower(&mut text[1..=Hyphenated::LENGTH]);
    out.extend_from_slice(&text);
}

/// As chrono's own `Serialize` writes it, so that an answer by hand looks the same.
fn write_timestamp(out: &mut Vec<u8>, time: DateTime<Utc>) -> std::io::Result<()> {
    let parts = time.naive_utc();
    let nanoseconds = parts.nanosecond();
    let format = match nanoseconds {
        0 => SecondsFormat::Secs,
        nanoseconds if nanoseconds % 1_000_000 == 0 => SecondsFormat::Millis,
        _ => SecondsFormat::Micros,
    };
    match u32::try_from(parts.year()) {
        Ok(year @ 0..=9999) if nanoseconds < 1_000_000_000 => {
            write_parts(out, year, parts, format);
            Ok(())
        }
        // Years with a sign, and leap seconds.
        _ => write!(out, "\"{}\"", time.to_rfc3339_opts(format, true)),
    }
}

fn write_parts(out: &mut Vec<u8>, year: u32, parts: NaiveDateTime, format: SecondsFormat) {
    let mut text = *b"\"0000-00-00T00:00:00.000000";
    digits(&mut text[1..5], year);
    digits(&mut text[6..8], parts.month());
    digits(&mut text[9..11], parts.day());
    digits(&mut text[12..14], parts.hour());
    digits(&mut text[15..17], parts.minute());
    digits(&mut text[18..20], parts.second());
    digits(&mut text[21..], parts.nanosecond() / 1_000);
    let length = match format {
        SecondsFormat::Secs => 20,
        SecondsFormat::Millis => 24,
        _ => text.len(),
    };
    out.extend_from_slice(&text[..length]);
    out.extend_from_slice(b"Z\"");
}

/// Fills `place` with the last digits of `number`.
fn digits(place: &mut [u8], mut number: u32) {
    for digit in place.iter_mut().rev() {
        *digit = b"0123456789"[(number % 10) as usize];
        number /= 10;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    fn by_serde(value: &impl serde::Serialize) -> String {
        serde_json::to_string(value).unwrap()
    }

    fn timestamp(time: DateTime<Utc>) -> String {
        written(|out| write_timestamp(out, time).unwrap())
    }

    proptest! {
        #[test]
        fn texts_are_written_as_by_serde(text in "\\PC*|.*|[a-z\"\\\\\u{0}-\u{20}\u{7f}]{20,80}") {
            let ours = written(|out| write_text(out, &text).unwrap());
            prop_assert_eq!(ours, by_serde(&text));
        }

        #[test]
        fn ids_are_written_as_by_serde(id in any::<u128>()) {
            let id = Uuid::from_u128(id);
            prop_assert_eq!(written(|out| write_uuid(out, id)), by_serde(&id));
        }

        #[test]
        fn times_are_written_as_by_serde(
            micros in -70_000_000_000_000_000_i64..260_000_000_000_000_000,
            unit in prop::sample::select(vec![1, 1_000, 1_000_000]),
        ) {
            let time = DateTime::from_timestamp_micros(micros / unit * unit).unwrap();
            prop_assert_eq!(timestamp(time), by_serde(&time));
        }
    }

    #[test]
    fn the_ends_of_the_calendar_are_written_as_by_serde() {
        for text in [
            "0000-01-01T00:00:00Z",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999999Z",
            "2024-02-29T00:00:00.100Z",
        ] {
            let time: DateTime<Utc> = text.parse().unwrap();
            assert_eq!(timestamp(time), by_serde(&time), "{text}");
        }
        for time in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            let parsed: DateTime<Utc> = timestamp(time).trim_matches('"').parse().unwrap();
            assert_eq!(parsed.timestamp_micros(), time.timestamp_micros());
        }
    }
}
