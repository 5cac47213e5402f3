//! Rows that tests make of a resource whose type they don't know.

use std::borrow::Cow;

use serde_json::Value as JsonValue;
use serde_json::value::RawValue as RawJson;

use crate::auth::CurrentUser;
use crate::error::Fault;
use crate::{Error, Result};

use super::Resource;
use super::access::Services;
use super::context::Context;
use super::engine::{ItemWriter, Plan};
use super::meta::Meta;
use super::payload::{Payload, Values, made_payload};
use super::pipeline::{self, Draft, Target};

/// Values of a body, by index of their columns.
type Given = [(usize, JsonValue)];

/// Makes rows of one resource.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Maker {
    pub(crate) meta: &'static Meta,
    target: Target,
    draft: fn(&Given) -> Result<Draft>,
}

impl Maker {
    pub(crate) fn of<T: Resource>() -> Self {
        Self {
            meta: T::meta(),
            target: Target::of::<T>(),
            draft: |given| Ok(Draft::of(payload::<T>(given)?, Target::of::<T>())),
        }
    }

    /// The fields that are at fault in a body of these values.
    pub(crate) fn faults(&self, given: &Given) -> Vec<Fault> {
        let draft = (self.draft)(given);
        draft
            .err()
            .map(|error| error.faults().to_vec())
            .unwrap_or_default()
    }

    /// Inserts a row of the account's, whatever the rules say, and gives all of it that anybody may see.
    ///
    /// # Errors
    ///
    /// As of a create.
    pub(crate) async fn make(
        &self,
        services: &Services,
        caller: CurrentUser,
        given: &Given,
    ) -> Result<JsonValue> {
        let draft = (self.draft)(given)?;
        let owner = Some(caller.id);
        let mut cx = Context::new(Cow::Borrowed(services), Some(caller), None);
        let visible = Plan::of(self.meta).visible.clone();
        let writer = ItemWriter::new(self.meta, visible, services.tags.clone());
        let item = pipeline::create(&mut cx, self.target, draft, owner, writer).await?;
        serde_json::from_slice(&item.json).map_err(Error::internal)
    }
}

/// What a create of these values writes.
///
/// # Errors
///
/// 422 with every fault.
pub(crate) fn payload<T: Resource>(given: &Given) -> Result<T::New> {
    let raw = written(given)?;
    let mut slots: Vec<Option<&RawJson>> = vec![None; T::meta().columns.len()];
    for (column, json) in &raw {
        slots[*column] = Some(json);
    }
    made_payload::<T::New>(T::meta(), slots)
}

fn written(given: &Given) -> Result<Vec<(usize, Box<RawJson>)>> {
    let raw = given.iter().map(|(column, value)| {
        let raw = serde_json::value::to_raw_value(value).map_err(Error::internal)?;
        Ok((*column, raw))
    });
    raw.collect()
}

/// The values that a payload writes.
pub(crate) fn values(payload: impl Payload) -> Values {
    let mut values = Values::default();
    payload.into_values(&mut values);
    values
}
