//! Every rule of `#[garde(…)]`.
#![deny(warnings, missing_docs, clippy::pedantic)]

use skeleton_runtime::prelude::*;

/// The shortest name.
pub const SHORTEST: usize = 2;

/// Fields with rules.
#[resource]
#[expect(missing_docs, reason = "said by the names")]
pub struct Strict {
    pub id: Uuid,
    #[garde(length(chars, min = SHORTEST, max = 80))]
    pub chars: String,
    #[garde(length(bytes, max = 80))]
    pub bytes: String,
    #[garde(length(graphemes, equal = 8))]
    pub graphemes: String,
    #[garde(length(utf16, min = 1))]
    pub utf16: String,
    #[garde(length(simple, min = 1))]
    pub simple: Option<String>,
    #[garde(length(min = 1, max = 9))]
    pub list: Vec<String>,
    #[garde(length(max = 4096))]
    pub picture: Vec<u8>,
    #[garde(range(min = 1, max = 12))]
    pub month: i16,
    #[garde(range(min = 0, max = 0.5))]
    pub share: f64,
    #[garde(range(min = -1))]
    pub price: Option<Decimal>,
    #[garde(pattern("^[a-z]+$"), ascii)]
    pub slug: String,
    #[garde(contains("@"), prefix("a"), suffix("z"))]
    pub parts: String,
    #[garde(alphanumeric)]
    pub word: String,
    #[garde(email)]
    pub email: String,
    #[garde(url)]
    pub url: String,
    #[garde(ip)]
    pub ip: String,
    #[garde(ipv4)]
    pub ipv4: String,
    #[garde(ipv6)]
    pub ipv6: String,
    #[garde(length(min = 12))]
    pub password: Secret<String>,
    #[garde(skip)]
    pub free: String,
    #[garde(custom(even))]
    pub even: i32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "garde gives references")]
fn even(number: &i32, _context: &()) -> garde::Result {
    if number % 2 == 0 {
        Ok(())
    } else {
        Err(garde::Error::new("is odd"))
    }
}
