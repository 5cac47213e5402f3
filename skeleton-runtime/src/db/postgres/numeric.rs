//! Decimals in the format of PostgreSQL, to the last digit. (What `rust_decimal` brings drops the digits of zero, and
//! rounds what it has no room for.)

use diesel::deserialize::{self, FromSql};
use diesel::pg::data_types::PgNumeric;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Numeric;
use rust_decimal::Decimal;

use crate::db::value::Value;

impl ToSql<Numeric, Pg> for Value {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let Self::Decimal(number) = self else {
            return Err(format!("{self:?} is not stored as numeric").into());
        };
        ToSql::<Numeric, Pg>::to_sql(&encode(number), &mut out.reborrow())
    }
}

fn encode(number: &Decimal) -> PgNumeric {
    if number.is_zero() {
        return PgNumeric::Positive {
            weight: 0,
            // At most 28.
            scale: u16::try_from(number.scale()).unwrap_or_default(),
            digits: Vec::new(),
        };
    }
    PgNumeric::from(number)
}

pub(super) fn read(value: PgValue<'_>) -> deserialize::Result<Decimal> {
    let (negative, weight, scale, digits) = match PgNumeric::from_sql(value)? {
        PgNumeric::Positive {
            weight,
            scale,
            digits,
        } => (false, weight, scale, digits),
        PgNumeric::Negative {
            weight,
            scale,
            digits,
        } => (true, weight, scale, digits),
        PgNumeric::NaN => return Err("not a number".into()),
    };
    let exact = decode(negative, weight, scale, &digits);
    exact.ok_or_else(|| "a numeric with more digits than there is room for: 28, or 96 bits".into())
}

/// Digits are in groups of four; the first one counts 10000 to the power of `weight`. Zeros at the end of the fraction
/// are kept as far as there is room.
fn decode(negative: bool, weight: i16, scale: u16, digits: &[i16]) -> Option<Decimal> {
    let whole = digits.iter().try_fold(0_i128, |sum, digit| {
        sum.checked_mul(10_000)?.checked_add((*digit).into())
    })?;
    let groups = i32::try_from(digits.len()).ok()?;
    let exponent = 4 * (i32::from(weight) - groups + 1);
    let widest = u32::from(scale).min(Decimal::MAX_SCALE);
    (0..=widest).rev().find_map(|scale| {
        let mantissa = shifted(whole, exponent.checked_add_unsigned(scale)?)?;
        let mut number = Decimal::try_from_i128_with_scale(mantissa, scale).ok()?;
        number.set_sign_negative(negative);
        Some(number)
    })
}

/// `number` times 10 to the power of `places`, where that is a whole number.
fn shifted(number: i128, places: i32) -> Option<i128> {
    if number == 0 {
        return Some(0);
    }
    let power = 10_i128.checked_pow(places.unsigned_abs())?;
    if places >= 0 {
        return number.checked_mul(power);
    }
    (number % power == 0).then(|| number / power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(text: &str) -> String {
        let (negative, weight, scale, digits) = match encode(&text.parse().unwrap()) {
            PgNumeric::Positive {
                weight,
                scale,
                digits,
            } => (false, weight, scale, digits),
            PgNumeric::Negative {
                weight,
                scale,
                digits,
            } => (true, weight, scale, digits),
            PgNumeric::NaN => unreachable!(),
        };
        decode(negative, weight, scale, &digits)
            .unwrap()
            .to_string()
    }

    #[test]
    fn keeps_every_digit() {
        for text in [
            "0",
            "0.00",
            "0.0000000000000000000000000000",
            "1",
            "10000",
            "100000000",
            "1.50",
            "-0.0000000000000000000000000001",
            "12345.678",
            "99999999999999.9999",
            "79228162514264337593543950335",
            "-7.9228162514264337593543950335",
        ] {
            assert_eq!(round_trip(text), text);
        }
    }

    #[test]
    fn never_rounds() {
        // 1e-29, 1e29, and 1 with 40 zeros behind the point.
        assert_eq!(decode(false, -8, 29, &[1000]), None);
        assert_eq!(decode(false, 7, 0, &[10]), None);
        assert_eq!(
            decode(false, 0, 40, &[1]).unwrap().to_string(),
            "1.0000000000000000000000000000"
        );
    }
}
