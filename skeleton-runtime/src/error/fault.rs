//! One thing that is wrong with one field.

use std::borrow::Cow;

use serde::Serialize;

/// One entry of a problem body's `errors`.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// let fault = Fault::new("title", "length", "length must be at most 200");
/// let error = Error::validation(vec![fault]);
/// assert_eq!(error.faults()[0].field, "title");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The body's field or the query's parameter, as it is spelled on the wire.
    pub field: Cow<'static, str>,
    /// Machine-readable and stable, as `length` or `required`.
    pub code: &'static str,
    /// For people.
    pub message: Cow<'static, str>,
}

impl Fault {
    /// A fault of `field`.
    pub fn new(
        field: impl Into<Cow<'static, str>>,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            field: shortened(field.into()),
            code,
            message: message.into(),
        }
    }
}

/// A name that somebody made up is told as far as it helps to find it.
const LONGEST_NAME: usize = 100;

fn shortened(name: Cow<'static, str>) -> Cow<'static, str> {
    match name.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => Cow::Owned(format!("{}…", &name[..end])),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_shortened_between_characters() {
        let fault = Fault::new("é".repeat(101), "unknown", "");
        assert_eq!(fault.field, format!("{}…", "é".repeat(100)));
        assert_eq!(
            Fault::new("é".repeat(100), "unknown", "").field,
            "é".repeat(100)
        );
    }
}
