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
    if let Some(time) = as_written(text.as_bytes()) {
        return Ok(time);
    }
    match DateTime::parse_from_rfc3339(text) {
        Ok(time) if text.ends_with('Z') => Ok(time.to_utc()),
        _ => Err(
            "expected a timestamp as `2026-01-31T23:59:59.000000Z`; a default in SQL is \
                  `strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')`"
                .into(),
        ),
    }
}

/// What [`timestamp`] wrote, which takes a tenth of the time; a leap second or another form is for chrono.
fn as_written(text: &[u8]) -> Option<DateTime<Utc>> {
    const FORM: &[u8; 27] = b"dddd-dd-ddTdd:dd:dd.ddddddZ";
    let text: &[u8; 27] = text.try_into().ok()?;
    let fits = |(byte, form): (&u8, &u8)| match form {
        b'd' => byte.is_ascii_digit(),
        _ => byte == form,
    };
    if !text.iter().zip(FORM).all(fits) {
        return None;
    }
    let number = |digits: &[u8]| {
        let digits = digits.iter().map(|digit| u32::from(digit - b'0'));
        digits.fold(0, |number, digit| number * 10 + digit)
    };
    let year = number(&text[..4]).cast_signed();
    let date = NaiveDate::from_ymd_opt(year, number(&text[5..7]), number(&text[8..10]))?;
    let [hour, minute, second] = [11, 14, 17].map(|at| number(&text[at..at + 2]));
    let time = date.and_hms_micro_opt(hour, minute, second, number(&text[20..26]))?;
    Some(time.and_utc())
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
    fn the_quick_way_reads_what_chrono_reads() {
        for (text, is_quick) in [
            ("2026-01-31T23:59:59.000001Z", true),
            ("0000-02-29T00:00:00.999999Z", true),
            ("9999-12-31T23:59:59.999999Z", true),
            ("2026-02-29T00:00:00.000000Z", false),
            ("2026-01-31T24:00:00.000000Z", false),
            ("2026-12-31T23:59:60.000000Z", false),
            ("2026-01-31T23:59:59.00000:Z", false),
            ("2026-01-31T23:59:59.0000000", false),
            ("2026-01-31T23:59:59Z", false),
        ] {
            let of_chrono = DateTime::parse_from_rfc3339(text).map(|time| time.to_utc());
            let quick = as_written(text.as_bytes());
            assert_eq!(quick.is_some(), is_quick, "{text}");
            assert_eq!(read_timestamp(text).ok(), of_chrono.ok(), "{text}");
            assert!(quick.is_none_or(|quick| Ok(quick) == of_chrono), "{text}");
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
