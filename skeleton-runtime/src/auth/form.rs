//! Bodies of `application/x-www-form-urlencoded`, as OAuth 2.0 clients send them to `/auth/token`.

use percent_encoding::percent_decode;

use crate::error::{Fault, Result};

/// The media type.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// The fields that were sent, decoded.
#[derive(Debug)]
pub(super) struct Form(Vec<(Vec<u8>, Vec<u8>)>);

impl Form {
    /// Takes any bytes: what is wrong with a field is found where it is read.
    pub(super) fn parse(body: &[u8]) -> Self {
        let pairs = body
            .split(|byte| *byte == b'&')
            .filter(|pair| !pair.is_empty());
        let fields = pairs.map(|pair| {
            let at = pair.iter().position(|byte| *byte == b'=');
            let (name, value) = pair.split_at(at.unwrap_or(pair.len()));
            (decoded(name), decoded(value.get(1..).unwrap_or_default()))
        });
        Self(fields.collect())
    }

    /// The text of a field that has to be there once. Others are left alone, as RFC 6749, section 3.2 asks.
    ///
    /// # Errors
    ///
    /// A fault of the field, with the code `required`, `duplicate` or `text`.
    pub(super) fn text(&self, name: &'static str) -> Result<String, Fault> {
        let mut values = self
            .0
            .iter()
            .filter(|(known, _)| known == name.as_bytes())
            .map(|(_, value)| value);
        let value = values
            .next()
            .ok_or_else(|| Fault::new(name, "required", "is required"))?;
        if values.next().is_some() {
            return Err(Fault::new(name, "duplicate", "must come once"));
        }
        let text = String::from_utf8(value.clone())
            .map_err(|_| Fault::new(name, "text", "must be UTF-8"))?;
        if text.contains('\0') {
            return Err(Fault::new(name, "text", "must not contain U+0000"));
        }
        Ok(text)
    }
}

fn decoded(part: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = part
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    percent_decode(&spaced).collect()
}

#[cfg(test)]
mod tests {
    use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
    use skeleton_fuzz::Fuzz;

    use super::*;

    const NAMES: [&str; 4] = ["grant_type", "username", "password", "refresh_token"];
    const WORDS: &[&str] = &[
        "grant_type=password",
        "grant_type=refresh_token",
        "username=",
        "password=",
        "refresh_token=",
        "ann%40example.com",
        "&",
        "=",
        "+",
        "%",
        "%2B",
        "%26",
        "%3D",
        "%25",
        "%c3%a9",
        "%C3",
        "%00",
        "%u0041",
        "&amp;",
        ";",
        "password[]=",
    ];

    #[test]
    fn fields_are_decoded() {
        let form = Form::parse(b"username=a%40b&password=+p%2B%C3%A9%26=+&&scope&empty=");
        assert_eq!(form.text("username").unwrap(), "a@b");
        assert_eq!(form.text("password").unwrap(), " p+\u{e9}&= ");
        assert_eq!(form.text("scope").unwrap(), "");
        assert_eq!(form.text("empty").unwrap(), "");
    }

    #[test]
    fn a_field_comes_once_and_is_text() {
        let form = Form::parse(b"a=1&a=1&b=%ff&c=%00&%64=4&e=%zz");
        for (name, code) in [
            ("a", "duplicate"),
            ("b", "text"),
            ("c", "text"),
            ("f", "required"),
        ] {
            assert_eq!(form.text(name).unwrap_err().code, code, "{name}");
        }
        assert_eq!(form.text("d").unwrap(), "4");
        assert_eq!(form.text("e").unwrap(), "%zz");
        assert_eq!(Form::parse(b"").text("a").unwrap_err().code, "required");
    }
    fn encoded(fields: &[(Vec<u8>, Vec<u8>)]) -> String {
        let encode = |part: &[u8]| percent_encode(part, NON_ALPHANUMERIC).to_string();
        let pairs = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)));
        pairs.collect::<Vec<_>>().join("&")
    }

    #[test]
    fn fuzz_a_field_is_one_text_or_refused() {
        let figures = Fuzz::target("forms").words(WORDS).run(|body| {
            let form = Form::parse(body);
            let pieces = body.split(|byte| *byte == b'&');
            assert_eq!(
                form.0.len(),
                pieces.filter(|piece| !piece.is_empty()).count()
            );
            let again = Form::parse(encoded(&form.0).as_bytes());
            assert_eq!(again.0, form.0, "what was read is written as it was meant");
            NAMES.map(|name| {
                let mut sent = form.0.iter().filter(|(known, _)| known == name.as_bytes());
                let (first, second) = (sent.next(), sent.next());
                match form.text(name) {
                    Ok(text) => {
                        let (_, value) = first.expect("a field that was sent");
                        assert!(second.is_none() && !text.contains('\0'), "{text:?}");
                        assert_eq!(text.as_bytes(), value);
                        text.len().min(16).to_string()
                    }
                    Err(fault) => {
                        assert_eq!(fault.field, name);
                        let is_missing = fault.code == "required";
                        assert_eq!(is_missing, first.is_none(), "{fault:?}");
                        assert_eq!(fault.code == "duplicate", second.is_some(), "{fault:?}");
                        fault.code.to_owned()
                    }
                }
            })
        });
        assert!(figures.outcomes > 50, "{figures:?}");
    }
}
