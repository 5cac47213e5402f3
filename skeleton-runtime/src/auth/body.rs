//! The bodies of the endpoints under `/auth`: objects of required text fields.

use serde_json::value::RawValue;

use crate::error::{Fault, Result};
use crate::json;

/// Reads the fields of these names, in their order, and finds every fault there is: missing and unknown fields, other
/// types than text, text with U+0000. A field without a value has a fault.
///
/// # Errors
///
/// 400 `malformed_json`; 422 `validation_failed` when the body is no object.
pub(super) fn read_texts<const N: usize>(
    body: &[u8],
    names: [&'static str; N],
) -> Result<([Option<String>; N], Vec<Fault>)> {
    let fields = json::read_object(body)?;
    let mut faults = Vec::new();
    for (name, _) in &fields {
        if !names.contains(&name.as_ref()) {
            let message = format!("unknown field; there are: {}", names.join(", "));
            faults.push(Fault::new(name.to_string(), "unknown", message));
        }
    }
    let texts = names.map(|name| {
        let value = fields
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| *value);
        read_text(value)
            .map_err(|(code, message)| faults.push(Fault::new(name, code, message)))
            .ok()
    });
    Ok((texts, faults))
}

fn read_text(value: Option<&RawValue>) -> Result<String, (&'static str, &'static str)> {
    let raw = value.ok_or(("required", "is required"))?.get();
    if raw == "null" {
        return Err(("null", "must not be null"));
    }
    let text: String = serde_json::from_str(raw).map_err(|_| ("type", "expected a string"))?;
    if text.contains('\0') {
        return Err(("text", "must not contain U+0000"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(body: &str) -> Vec<(String, &'static str)> {
        let (_, faults) = read_texts(body.as_bytes(), ["email", "password"]).unwrap();
        faults
            .into_iter()
            .map(|fault| (fault.field.into_owned(), fault.code))
            .collect()
    }

    #[test]
    fn texts_come_in_the_order_of_their_names() {
        let body = r#"{"password":" p\u00e4ss ","email":"a@b"}"#;
        let (texts, faults) = read_texts(body.as_bytes(), ["email", "password"]).unwrap();
        assert_eq!(
            texts,
            [Some("a@b".to_owned()), Some(" p\u{e4}ss ".to_owned())]
        );
        assert!(faults.is_empty());
    }

    #[test]
    fn all_faults_come_at_once() {
        let fault = |field: &str, code| (field.to_owned(), code);
        assert_eq!(
            faults("{}"),
            [fault("email", "required"), fault("password", "required")]
        );
        assert_eq!(
            faults(r#"{"role":"OWNER","email":1,"x":{}}"#),
            [
                fault("role", "unknown"),
                fault("x", "unknown"),
                fault("email", "type"),
                fault("password", "required")
            ]
        );
        assert_eq!(
            faults(r#"{"email":null,"password":"pass\u0000word"}"#),
            [fault("email", "null"), fault("password", "text")]
        );
        assert_eq!(
            faults(r#"{"email":["a"],"password":{"a":1}}"#),
            [fault("email", "type"), fault("password", "type")]
        );
    }
}
