//! What stands for the figures where they are not compiled in.
#![allow(clippy::unused_self, reason = "as with the feature")]

use std::time::Duration;

use super::Answered;

/// The figures of a service: none.
///
/// ```
/// use skeleton_runtime::app::Service;
/// use skeleton_runtime::telemetry::Metrics;
///
/// /// What `/metrics` answers.
/// fn figures(service: &Service) -> String {
///     let metrics: &Metrics = service.metrics();
///     metrics.render()
/// }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Metrics;

/// Counts nothing, and is never made.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub enum QueryMeter {}

/// Lines of `/metrics`, which nobody reads.
///
/// ```
/// use skeleton_runtime::telemetry::{Exposition, Metrics};
///
/// fn count(metrics: &Metrics) {
///     metrics.collect(|exposition: &mut Exposition| {
///         exposition.gauge("printers_ready", "Printers that take work.", 2.0);
///     });
/// }
/// ```
#[derive(Debug)]
pub enum Exposition {}

impl Metrics {
    /// Records nothing: this program is built without the feature `metrics`.
    pub const fn on() -> Self {
        Self
    }

    /// Records nothing.
    pub const fn off() -> Self {
        Self
    }

    /// `false`.
    pub const fn is_on(&self) -> bool {
        false
    }

    /// Asks nobody.
    pub fn collect(&self, _: impl Fn(&mut Exposition) + Send + Sync + 'static) {}

    /// `None`.
    pub const fn queries(&self) -> Option<QueryMeter> {
        None
    }

    /// Nothing.
    pub const fn render(&self) -> String {
        String::new()
    }

    pub(crate) fn scope<T>(&self, work: impl FnOnce() -> T) -> T {
        work()
    }

    pub(crate) fn install(&self) {}

    pub(crate) fn upkeep(&self) {}

    pub(crate) fn begun(&self) {}

    pub(crate) fn ended(&self, _: bool) {}

    pub(crate) fn answered(&self, _: &Answered<'_>) {}
}

impl Exposition {
    /// Nothing.
    pub fn gauge(&mut self, _: &str, _: &str, _: f64) {
        match *self {}
    }

    /// Nothing.
    pub fn counter(&mut self, _: &str, _: &str, _: f64) {
        match *self {}
    }

    /// Nothing.
    pub fn info(&mut self, _: &str, _: &str, _: &[(&str, &str)]) {
        match *self {}
    }
}

impl QueryMeter {
    pub(crate) fn record(&self, _: &'static str, _: Duration, _: Option<&'static str>) {
        match *self {}
    }

    pub(crate) fn slow(&self) {
        match *self {}
    }
}
