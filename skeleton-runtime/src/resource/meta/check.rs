//! What `#[garde]` says of a field.

/// One rule of `#[garde(…)]`.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::resource::Check;
///
/// #[resource]
/// pub struct Contact {
///     pub id: Uuid,
///     #[garde(email)]
///     pub address: String,
/// }
///
/// assert!(matches!(Contact::meta().columns[1].checks, [Check::Email]));
/// ```
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// A length, `min` to `max`, both included.
    Length {
        /// What is counted.
        unit: LengthUnit,
        /// The least.
        min: Option<usize>,
        /// The most.
        max: Option<usize>,
    },
    /// An integer, `min` to `max`, both included.
    IntRange {
        /// The least.
        min: Option<i64>,
        /// The most.
        max: Option<i64>,
    },
    /// A floating-point number or decimal, `min` to `max`, both included.
    FloatRange {
        /// The least.
        min: Option<f64>,
        /// The most.
        max: Option<f64>,
    },
    /// A regular expression that must match somewhere in the text.
    Pattern(&'static str),
    /// Must contain this text.
    Contains(&'static str),
    /// Must start with this text.
    Prefix(&'static str),
    /// Must end with this text.
    Suffix(&'static str),
    /// Only ASCII.
    Ascii,
    /// Only letters and digits.
    Alphanumeric,
    /// An e-mail address.
    Email,
    /// A URL.
    Url,
    /// An IP address of either version.
    Ip,
    /// An IP address, version 4.
    Ipv4,
    /// An IP address, version 6.
    Ipv6,
}

/// What a [`Check::Length`] counts.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::resource::{Check, LengthUnit};
///
/// #[resource]
/// pub struct Note {
///     pub id: Uuid,
///     #[garde(length(chars, max = 200))]
///     pub title: String,
/// }
///
/// let [Check::Length { unit, max, .. }] = Note::meta().columns[1].checks else {
///     unreachable!("it has one rule");
/// };
/// assert_eq!((*unit, *max), (LengthUnit::Chars, Some(200)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LengthUnit {
    /// Unicode scalar values; the items of a list.
    Chars,
    /// Bytes of UTF-8.
    Bytes,
    /// Grapheme clusters.
    Graphemes,
    /// UTF-16 code units.
    Utf16,
}
