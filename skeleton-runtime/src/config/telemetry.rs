//! Settings of metrics and traces.

use axum::http::{HeaderName, HeaderValue};

use super::reader::Reader;
use crate::Secret;

const ENDPOINT_FIX: &str = "write an HTTP URL, as `http://localhost:4318/v1/traces`";
/// Where a collector takes traces, behind the address that it shares with logs and metrics.
const TRACES_PATH: &str = "/v1/traces";

/// What the service tells of itself beside the log.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use skeleton_runtime::config::Config;
///
/// let variables = BTreeMap::from([("APP_ENV", "test"), ("METRICS_ENABLED", "false")]);
/// let (config, _) = Config::load("newsroom", &variables).unwrap();
/// assert!(!config.telemetry.metrics_enabled);
/// ```
#[derive(Debug, Clone)]
pub struct TelemetryConfig {
    /// `METRICS_ENABLED`: whether there is `/metrics`.
    pub metrics_enabled: bool,
    /// Where spans go; without it they go nowhere.
    pub traces: Option<TracesConfig>,
}

/// Where spans go, and how many.
///
/// ```
/// use skeleton_runtime::config::TracesConfig;
///
/// let endpoint = "http://127.0.0.1:4318/v1/traces".to_owned();
/// let mut traces = TracesConfig::new(endpoint, "newsroom");
/// traces.sample_ratio = 0.1;
/// assert_eq!(traces.service_name, "newsroom");
/// ```
#[derive(Debug, Clone)]
pub struct TracesConfig {
    /// `OTLP_ENDPOINT`, or the standard `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` or `OTEL_EXPORTER_OTLP_ENDPOINT`: takes
    /// OTLP over HTTP. It may hold a password.
    pub endpoint: Secret<String>,
    /// `OTEL_EXPORTER_OTLP_HEADERS`: sent with every batch, as `name=value,name=value`. All of
    /// it is secret: a key that ends in `=` may be taken for a name.
    pub headers: Secret<Vec<(String, String)>>,
    /// `OTEL_SERVICE_NAME`: by which the service is found among others.
    pub service_name: String,
    /// `OTEL_RESOURCE_ATTRIBUTES`: further facts about this process, as `name=value,name=value`.
    pub attributes: Vec<(String, String)>,
    /// `OTEL_TRACES_SAMPLER_ARG`: the share of the traces that begin here which is kept, from 0 to 1. A trace that a
    /// caller began is kept if the caller keeps it.
    pub sample_ratio: f64,
}

impl Default for TelemetryConfig {
    fn default() -> Self {
        Self {
            metrics_enabled: true,
            traces: None,
        }
    }
}

impl TelemetryConfig {
    pub(super) fn read(reader: &mut Reader<'_>, service_name: &str) -> Self {
        Self {
            metrics_enabled: reader.switch("METRICS_ENABLED", true),
            traces: TracesConfig::read(reader, service_name),
        }
    }
}

impl TracesConfig {
    /// Sends every span to `endpoint`.
    pub fn new(endpoint: impl Into<Secret<String>>, service_name: impl Into<String>) -> Self {
        Self {
            endpoint: endpoint.into(),
            headers: Secret::default(),
            service_name: service_name.into(),
            attributes: Vec::new(),
            sample_ratio: 1.0,
        }
    }

    /// All is read in any case, so that its faults are found.
    fn read(reader: &mut Reader<'_>, service_name: &str) -> Option<Self> {
        let endpoint = endpoint(reader);
        let headers = headers(reader);
        let name = reader.text("OTEL_SERVICE_NAME");
        let attributes = reader.list(
            "OTEL_RESOURCE_ATTRIBUTES",
            "write `name=value`, with commas between",
            |entry| pair(entry).ok(),
        );
        let sample_ratio = reader.parsed(
            "OTEL_TRACES_SAMPLER_ARG",
            "write a share from 0 to 1, as `0.1`",
            |text| {
                text.parse()
                    .ok()
                    .filter(|share| (0.0..=1.0).contains(share))
            },
        );
        Some(Self {
            endpoint: endpoint?,
            headers,
            service_name: name.unwrap_or_else(|| service_name.to_owned()),
            attributes,
            sample_ratio: sample_ratio.unwrap_or(1.0),
        })
    }
}

/// The first that is set; the last of them has no path of its own.
fn endpoint(reader: &mut Reader<'_>) -> Option<Secret<String>> {
    let whole = ["OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
    let whole = whole.map(|name| checked(reader, name));
    let shared = checked(reader, "OTEL_EXPORTER_OTLP_ENDPOINT").map(|url| {
        Secret::new(format!(
            "{}{TRACES_PATH}",
            url.expose().trim_end_matches('/')
        ))
    });
    let endpoint = whole.into_iter().flatten().next().or(shared)?;
    if cfg!(feature = "otlp") {
        return Some(endpoint);
    }
    reader.warn(
        "OTLP_ENDPOINT",
        "has no effect: this program is built without the feature `otlp`",
    );
    None
}

fn checked(reader: &mut Reader<'_>, name: &'static str) -> Option<Secret<String>> {
    let url = reader.secret(name)?;
    let text = url.expose().trim();
    let rest = text
        .strip_prefix("http://")
        .or_else(|| text.strip_prefix("https://"));
    let usable = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', ':']))
        && text.bytes().all(|byte| byte.is_ascii_graphic());
    if !usable {
        reader.fault(name, "is no HTTP URL", ENDPOINT_FIX);
        return None;
    }
    Some(Secret::new(text.to_owned()))
}

fn headers(reader: &mut Reader<'_>) -> Secret<Vec<(String, String)>> {
    const NAME: &str = "OTEL_EXPORTER_OTLP_HEADERS";
    let Some(text) = reader.secret(NAME) else {
        return Secret::default();
    };
    let entries = text.expose().split(',').enumerate();
    let entries = entries.filter(|(_, entry)| !entry.trim().is_empty());
    let parsed = entries.map(|(place, entry)| header(entry).map_err(|wrong| (place, wrong)));
    let parsed: Result<_, _> = parsed.collect();
    Secret::new(parsed.unwrap_or_else(|(place, wrong)| {
        let fix = "write `name=value`, with commas between and `%2C` for one within a value";
        reader.fault(NAME, format!("has {wrong} in entry {}", place + 1), fix);
        Vec::new()
    }))
}

fn header(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = pair(text)?;
    HeaderName::try_from(&name).map_err(|_| "no name of a header")?;
    HeaderValue::from_str(&value).map_err(|_| "no value of a header")?;
    Ok((name, value))
}

/// A value may hold `%2C` for a comma (W3C Baggage). What is wrong is told without a quote: it may be a key.
fn pair(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("no `=`")?;
    let name = Some(name.trim()).filter(|name| !name.is_empty());
    let value = percent_encoding::percent_decode_str(value.trim()).decode_utf8();
    let value = value.map_err(|_| "no text behind the `=`")?;
    Ok((name.ok_or("no name")?.to_owned(), value.into_owned()))
}

#[cfg(all(test, feature = "postgres", feature = "sqlite"))]
mod tests {
    use crate::config::tests::{faulty, load, loaded};

    #[test]
    fn traces_go_nowhere_unless_they_are_told_where() {
        assert!(loaded(&[]).telemetry.traces.is_none());
        let alone = [
            ("OTEL_SERVICE_NAME", "a"),
            ("OTEL_TRACES_SAMPLER_ARG", "0.5"),
        ];
        assert!(loaded(&alone).telemetry.traces.is_none());
    }

    #[cfg(feature = "otlp")]
    #[test]
    fn the_endpoint_of_traces_has_three_names() {
        let endpoint = |variables: &[(&str, &str)]| {
            let traces = loaded(variables).telemetry.traces.unwrap();
            traces.endpoint.into_exposed()
        };
        let base = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:4318/");
        assert_eq!(endpoint(&[base]), "http://a:4318/v1/traces");
        let standard = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://b/x");
        assert_eq!(endpoint(&[base, standard]), "http://b/x");
        let own = ("OTLP_ENDPOINT", "https://c/v1/traces");
        assert_eq!(endpoint(&[base, standard, own]), "https://c/v1/traces");
    }

    #[cfg(feature = "otlp")]
    #[test]
    fn traces_have_headers_attributes_and_a_share() {
        let traces = loaded(&[
            ("OTLP_ENDPOINT", "http://localhost:4318/v1/traces"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=a%2Cb, x-other=c"),
            ("OTEL_RESOURCE_ATTRIBUTES", "region=eu,zone=1"),
            ("OTEL_TRACES_SAMPLER_ARG", "0.25"),
        ])
        .telemetry
        .traces
        .unwrap();
        assert_eq!(traces.service_name, "newsroom");
        let headers = traces.headers.expose();
        assert_eq!(headers[0], ("x-key".to_owned(), "a,b".to_owned()));
        assert_eq!(traces.attributes[1], ("zone".to_owned(), "1".to_owned()));
        assert!((traces.sample_ratio - 0.25).abs() < f64::EPSILON);
        let shown = format!("{traces:?}");
        assert!(
            !shown.contains("a,b") && !shown.contains("x-key"),
            "{shown}"
        );
    }

    #[test]
    fn a_header_that_is_none_is_told_by_its_place() {
        for (headers, wrong) in [
            ("a=1,,b c=2", "has no name of a header in entry 3"),
            ("key", "has no `=` in entry 1"),
            ("a=1, =key", "has no name in entry 2"),
            ("a=%ff", "has no text behind the `=` in entry 1"),
            ("a=x%0Ay", "has no value of a header in entry 1"),
        ] {
            let faults = load(&[
                ("OTLP_ENDPOINT", "http://localhost:4318"),
                ("OTEL_EXPORTER_OTLP_HEADERS", headers),
            ]);
            let faults = faults.unwrap_err();
            let found: Vec<_> = faults
                .as_slice()
                .iter()
                .map(|fault| &*fault.wrong)
                .collect();
            assert_eq!(found, [wrong], "{headers}");
        }
    }

    #[test]
    fn faults_of_what_is_told_are_told_at_once() {
        let found = faulty(&[
            ("OTLP_ENDPOINT", "localhost:4317"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "=x"),
            ("OTEL_RESOURCE_ATTRIBUTES", "region"),
            ("OTEL_TRACES_SAMPLER_ARG", "2"),
            ("METRICS_ENABLED", "maybe"),
            ("MANAGEMENT_ADDR", "9000"),
            ("PUBLIC_URL", "example.com"),
            ("DATABASE_SLOW_QUERY_SECONDS", "soon"),
        ]);
        assert_eq!(found.len(), 8, "{found:?}");
    }
}
