//! References in a body that has other faults: one answer has them all.

use serde_json::value::RawValue as RawJson;

use crate::db::Value;
use crate::error::{Code, Error, Fault};

use super::bulk;
use super::context::Context;
use super::engine;
use super::meta::Meta;
use super::payload::{Body, Intent};

/// More references than a person follows; each costs a query.
const MOST_LOOKUPS: usize = 50;

/// A reference of a body: the path of its field, its column, and the row that it names.
struct Reference {
    field: String,
    column: usize,
    row: Value,
}

/// Adds the references that lead nowhere to the faults of a body, which never came to be written.
pub(super) async fn added(
    cx: &mut Context<'_>,
    meta: &'static Meta,
    intent: Intent,
    bytes: &[u8],
    error: Error,
) -> Error {
    let own = of_body(cx, meta, intent, bytes);
    complete(cx, meta, own, error).await
}

/// The same for the rows of a bulk create.
pub(super) async fn added_to_bulk(
    cx: &mut Context<'_>,
    meta: &'static Meta,
    bytes: &[u8],
    error: Error,
) -> Error {
    let mut all = Vec::new();
    for (place, item) in bulk::items(bytes)
        .unwrap_or_default()
        .into_iter()
        .enumerate()
    {
        let item = of_body(cx, meta, Intent::Create, item.get().as_bytes());
        all.extend(item.into_iter().map(|reference| Reference {
            field: format!("items.{place}.{}", reference.field),
            ..reference
        }));
        if all.len() >= MOST_LOOKUPS {
            break;
        }
    }
    complete(cx, meta, all, error).await
}

fn of_body(cx: &Context<'_>, meta: &'static Meta, intent: Intent, bytes: &[u8]) -> Vec<Reference> {
    if !meta
        .columns
        .iter()
        .any(|column| column.references.is_some())
    {
        return Vec::new();
    }
    let Ok(body) = Body::parse(meta, intent, cx.role(), bytes) else {
        return Vec::new();
    };
    let given = body.given();
    given
        .filter(|(column, _)| meta.columns[*column].references.is_some())
        .filter_map(|(column, json)| {
            Some(Reference {
                field: meta.columns[column].name.to_owned(),
                column,
                row: row(meta, column, json)?,
            })
        })
        .collect()
}

/// The id that is meant; what is none is a fault already, and null refers to nothing.
fn row(meta: &Meta, column: usize, json: &RawJson) -> Option<Value> {
    let text = match json.get() {
        "null" => return None,
        text if text.starts_with('"') => serde_json::from_str(text).ok()?,
        number => number.to_owned(),
    };
    (meta.columns[column].parse)(&text).ok()
}

async fn complete(
    cx: &mut Context<'_>,
    meta: &'static Meta,
    references: Vec<Reference>,
    error: Error,
) -> Error {
    let has_room = !error.faults().is_empty() && !error.has_faults_enough();
    if error.code() != Code::ValidationFailed || !has_room {
        return error;
    }
    let mut missing = Vec::new();
    for Reference { field, column, row } in references.into_iter().take(MOST_LOOKUPS) {
        let is_told = error.faults().iter().any(|fault| fault.field == field);
        let Some(reference) = meta.columns[column].references.filter(|_| !is_told) else {
            continue;
        };
        let target = (reference.target)();
        // Where it can't be looked up, the other faults are told all the same.
        let Ok(source) = cx.source().await else { break };
        if let Ok(false) = engine::refers(source, target, target.id, row).await {
            missing.push(Fault::new(field, "reference", engine::NO_SUCH_ROW));
        }
    }
    if missing.is_empty() {
        return error;
    }
    let mut faults = error.faults().to_vec();
    faults.extend(missing);
    Error::validation(faults)
}
