//! Many rows in one body: `{"items": […]}`.

use serde_json::value::RawValue as RawJson;

use crate::auth::RoleRef;
use crate::error::{Code, Fault};
use crate::{Error, Result, json};

use super::engine::Item;
use super::handlers::ReadBody;
use super::payload::Intent;
use super::pipeline::Draft;

const ITEMS: &str = "items";

/// The most rows of one body.
pub(crate) const MOST_ITEMS: usize = 1_000;

/// Reads the rows, each as the body of a create.
///
/// # Errors
///
/// 400 `malformed_json`; 403 for fields of another role; 422 `validation_failed` with the faults of all rows, each with
/// `items.` and the place of its row in front.
pub(super) fn read(bytes: &[u8], role: Option<RoleRef>, read_new: ReadBody) -> Result<Vec<Draft>> {
    let items = items(bytes)?;
    let mut drafts = Vec::with_capacity(items.len());
    let mut refused: Option<Error> = None;
    for (place, item) in items.into_iter().enumerate() {
        match read_item(item, role, read_new) {
            Ok(draft) => drafts.push(draft),
            Err(error) => {
                let error = error.within(&format!("{ITEMS}.{place}"));
                refused = Some(worse(refused, error));
            }
        }
    }
    refused.map_or(Ok(drafts), Err)
}

/// `{"items":[…]}`
pub(super) fn body(items: &[Item]) -> Vec<u8> {
    let size: usize = items.iter().map(|item| item.json.len() + 1).sum();
    let mut body = Vec::with_capacity(size + 16);
    body.extend_from_slice(b"{\"items\":[");
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            body.push(b',');
        }
        body.extend_from_slice(&item.json);
    }
    body.extend_from_slice(b"]}");
    body
}

pub(super) fn items(bytes: &[u8]) -> Result<Vec<&RawJson>> {
    let mut items = None;
    let mut faults = Vec::new();
    for (name, value) in json::read_object(bytes)? {
        if name == ITEMS {
            items = Some(value);
        } else {
            let message = format!("unknown field; there is: {ITEMS}");
            faults.push(Fault::new(name.into_owned(), "unknown", message));
        }
    }
    let items: Option<Vec<&RawJson>> = match items {
        None => {
            faults.push(Fault::new(ITEMS, "required", "is required"));
            None
        }
        Some(items) => serde_json::from_str(items.get())
            .map_err(|_| faults.push(Fault::new(ITEMS, "type", "expected a list of objects")))
            .ok(),
    };
    if items
        .as_ref()
        .is_some_and(|items| !(1..=MOST_ITEMS).contains(&items.len()))
    {
        let message = format!("length must be between 1 and {MOST_ITEMS}");
        faults.push(Fault::new(ITEMS, "length", message));
    }
    match items {
        Some(items) if faults.is_empty() => Ok(items),
        _ => Err(Error::validation(faults)),
    }
}

fn read_item(item: &RawJson, role: Option<RoleRef>, read_new: ReadBody) -> Result<Draft> {
    let text = item.get();
    if !text.starts_with('{') {
        // The place alone is to blame, so there is no name behind it.
        return Err(Error::validation(vec![Fault::new(
            "",
            "type",
            "expected an object",
        )]));
    }
    read_new(Intent::Create, role, text.as_bytes(), None)
}

/// A role that is too low weighs more than a rule that is broken, as within a single body.
fn worse(first: Option<Error>, second: Error) -> Error {
    match first {
        None => second,
        Some(first) if first.code() == second.code() => first.and(second),
        Some(first) if first.code() == Code::Forbidden => first,
        Some(first) if second.code() == Code::Forbidden => {
            drop(first);
            second
        }
        Some(first) => first,
    }
}
