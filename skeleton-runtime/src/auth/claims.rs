//! What an access token says of its bearer.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The payload of an access token. Every claim is required, and of its JSON type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Claims {
    /// The account.
    pub(super) sub: Uuid,
    pub(super) email: String,
    /// By its name: whether there is such a role is decided where the token is used.
    pub(super) role: String,
    /// The session: one login, with all tokens that descend from it.
    pub(super) sid: Uuid,
    pub(super) iat: NumericDate,
    pub(super) nbf: NumericDate,
    pub(super) exp: NumericDate,
    pub(super) iss: String,
    pub(super) aud: String,
    /// Of this token alone.
    pub(super) jti: String,
}

/// Whole seconds since 1970 (RFC 7519, section 2); what a token has beyond the second is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "f64")]
pub(super) struct NumericDate(i64);

impl NumericDate {
    /// 9999-12-31T23:59:59Z, the last second of RFC 3339.
    const MAX: f64 = 253_402_300_799.0;

    pub(super) const fn seconds(self) -> i64 {
        self.0
    }

    pub(super) fn to_utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

impl From<DateTime<Utc>> for NumericDate {
    fn from(time: DateTime<Utc>) -> Self {
        Self(time.timestamp())
    }
}

impl TryFrom<f64> for NumericDate {
    type Error = &'static str;

    fn try_from(seconds: f64) -> Result<Self, Self::Error> {
        if !(0.0..=Self::MAX).contains(&seconds) {
            return Err("not a time between 1970 and 9999");
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the range was checked, and the fraction is to go"
        )]
        Ok(Self(seconds as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_numeric_date_is_a_number_between_1970_and_9999() {
        for (json, seconds) in [
            ("0", 0),
            ("1700000000", 1_700_000_000),
            ("1700000000.9", 1_700_000_000),
            ("1.7e9", 1_700_000_000),
        ] {
            assert_eq!(
                serde_json::from_str::<NumericDate>(json).unwrap().seconds(),
                seconds,
                "{json}"
            );
        }
        for json in [
            "-1",
            "253402300800",
            "1e300",
            "\"1700000000\"",
            "null",
            "true",
            "[1]",
            "{}",
        ] {
            assert!(serde_json::from_str::<NumericDate>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn it_is_written_as_an_integer() {
        let time = DateTime::from_timestamp(1_700_000_000, 999_999_999).unwrap();
        let date = NumericDate::from(time);
        assert_eq!(serde_json::to_string(&date).unwrap(), "1700000000");
        assert_eq!(date.to_utc().timestamp(), 1_700_000_000);
    }
}
