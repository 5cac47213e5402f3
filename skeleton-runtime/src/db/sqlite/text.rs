//! The text formats in which SQLite stores what it has no type for.

use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, Utc};
use diesel::deserialize::Result;

/// `2026-01-31T23:59:59.000000Z`, of fixed width, so that the order of the text is that of time.
pub(super) fn timestamp(value: &DateTime<Utc>) -> String {
    value.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// `2026-01-31`.
pub(super) fn date(value: NaiveDate) -> String {
    value.format("%Y-%m-%d").to_string()
}

/// `23:59:59.000000`.
pub(super) fn time(value: NaiveTime) -> String {
    value.format("%H:%M:%S%.6f").to_string()
}

pub(super) fn read_timestamp(text: &str) -> Result<DateTime<Utc>> {
    match DateTime::parse_from_rfc3339(text) {
        Ok(time) if text.ends_with('Z') => Ok(time.to_utc()),
        _ => Err(
            "expected a timestamp as `2026-01-31T23:59:59.000000Z`; a default in SQL is \
                  `strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')`"
                .into(),
        ),
    }
}

pub(super) fn read_date(text: &str) -> Result<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .map_err(|_| "expected a date as `2026-01-31`".into())
}

pub(super) fn read_time(text: &str) -> Result<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M:%S%.f")
        .map_err(|_| "expected a time as `23:59:59.000000`".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_sorts_as_time_does() {
        let moments = [
            -62_167_219_200_000_000_i64,
            -1,
            0,
            1,
            999_999,
            1_000_000,
            253_402_300_799_999_999,
        ];
        let texts =
            moments.map(|micros| timestamp(&DateTime::from_timestamp_micros(micros).unwrap()));
        assert!(texts.is_sorted(), "{texts:?}");
        assert!(texts.iter().all(|text| text.len() == 27), "{texts:?}");
        for (text, micros) in texts.iter().zip(moments) {
            assert_eq!(
                read_timestamp(text).unwrap().timestamp_micros(),
                micros,
                "{text}"
            );
        }
    }

    #[test]
    fn dates_have_four_digits() {
        let first = NaiveDate::from_ymd_opt(0, 1, 1).unwrap();
        assert_eq!(date(first), "0000-01-01");
        assert_eq!(read_date("0000-01-01").unwrap(), first);
    }

    #[test]
    fn other_formats_are_refused() {
        assert!(read_timestamp("2026-01-31 23:59:59").is_err());
        assert!(read_timestamp("2026-01-31T23:59:59+01:00").is_err());
        assert!(read_date("31.01.2026").is_err());
        assert!(read_time("noon").is_err());
    }
}
