//! Panics of a service: each is one line of the log, with its place, and counted.
//!
//! What catches one, as the guard around handlers, tells what became of it. Where nothing does, as in a task of the
//! application's own, the line is all that is left of it.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::{self, PanicHookInfo};
use std::sync::atomic::{AtomicU32, Ordering};

use tracing::field;

use super::{Exposition, fields};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// Has panics logged from now on. The hook that was set before, which prints if nobody set another, is called where the
/// log's levels leave the line out.
pub(super) fn watch() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        COUNT.fetch_add(1, Ordering::Relaxed);
        let is_logged = tracing::enabled!(tracing::Level::ERROR);
        log(panic);
        if !is_logged {
            before(panic);
        }
    }));
}

/// Within the span of the request that it happened in, if there is one.
fn log(panic: &PanicHookInfo<'_>) {
    // Only where RUST_BACKTRACE asks for one.
    let backtrace = Backtrace::capture();
    let is_captured = backtrace.status() == BacktraceStatus::Captured;
    tracing::error!(
        { fields::CAUSE } = panic.payload_as_str(),
        { fields::PLACE } = panic.location().map(field::display),
        { fields::BACKTRACE } = is_captured.then(|| field::display(&backtrace)),
        "panicked"
    );
}

/// How many there were in this process.
pub(crate) fn count_panics(exposition: &mut Exposition) {
    #[cfg(feature = "metrics")]
    exposition.counter(
        super::metrics::names::PANICS,
        "Panics, caught or not.",
        f64::from(COUNT.load(Ordering::Relaxed)),
    );
    #[cfg(not(feature = "metrics"))]
    let _ = exposition;
}
