//! What is measured at the moment of a scrape, in Prometheus's text format.

use std::fmt::Write as _;

/// Lines of `/metrics`. Names and label names are of our own making, so only the labels' values are escaped.
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
#[derive(Debug, Default)]
pub struct Exposition(String);

impl Exposition {
    pub(super) fn new(text: String) -> Self {
        Self(text)
    }

    pub(super) fn into_text(self) -> String {
        self.0
    }

    /// A value that goes up and down.
    pub fn gauge(&mut self, name: &str, help: &str, value: f64) {
        self.head(name, help, "gauge");
        self.sample(name, &[], value);
    }

    /// A value that only goes up; its name ends in `_total`.
    pub fn counter(&mut self, name: &str, help: &str, value: f64) {
        self.head(name, help, "counter");
        self.sample(name, &[], value);
    }

    /// Facts that are labels; the value is 1.
    pub fn info(&mut self, name: &str, help: &str, labels: &[(&str, &str)]) {
        self.head(name, help, "gauge");
        self.sample(name, labels, 1.0);
    }

    // Writing to a string does not fail.
    fn head(&mut self, name: &str, help: &str, kind: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        self.0.push_str(name);
        for (position, (label, text)) in labels.iter().enumerate() {
            let open = if position == 0 { '{' } else { ',' };
            let _ = write!(self.0, "{open}{label}=\"{}\"", escaped(text));
        }
        let close = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.0, "{close} {value}");
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_as_prometheus_reads_them() {
        let mut exposition = Exposition::default();
        exposition.gauge("idle", "Who idles.", 2.5);
        exposition.info(
            "build_info",
            "What runs.",
            &[("a", "x\"y\\z\n"), ("b", "1")],
        );
        assert_eq!(
            exposition.into_text(),
            "# HELP idle Who idles.\n# TYPE idle gauge\nidle 2.5\n\
             # HELP build_info What runs.\n# TYPE build_info gauge\nbuild_info{a=\"x\\\"y\\\\z\\n\",b=\"1\"} 1\n"
        );
    }
}
