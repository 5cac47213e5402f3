//! The trace of the request that this thread works for at the moment.

use std::cell::Cell;

use crate::telemetry::trace_context::TraceParent;

thread_local! {
    static CURRENT: Cell<Option<TraceParent>> = const { Cell::new(None) };
}

pub(super) fn get() -> Option<TraceParent> {
    CURRENT.get()
}

/// Until the guard is dropped, which a panic does too.
pub(super) fn set(parent: TraceParent) -> Guard {
    Guard(CURRENT.replace(Some(parent)))
}

pub(super) struct Guard(Option<TraceParent>);

impl Drop for Guard {
    fn drop(&mut self) {
        CURRENT.set(self.0);
    }
}
