//! Settings of the log.

use tracing_subscriber::EnvFilter;

use super::Profile;
use super::reader::Reader;

/// What is logged unless `RUST_LOG` says otherwise.
const DEFAULT_FILTER: &str = "info";

/// What is logged, and how it looks. Logs go to standard error.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use skeleton_runtime::config::Config;
///
/// let variables = BTreeMap::from([("APP_ENV", "test"), ("RUST_LOG", "warn")]);
/// let (config, _) = Config::load("newsroom", &variables).unwrap();
/// assert_eq!(config.log.filter, "warn");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    /// `LOG_FORMAT`; without it, pretty on a terminal and JSON elsewhere.
    pub format: Option<LogFormat>,
    /// `RUST_LOG`: levels, as `info,my_app=debug`.
    pub filter: String,
    /// Colors, where the format is pretty and standard error a terminal; `NO_COLOR` switches them off.
    pub color: bool,
    /// Whether each request's spans are printed as a tree, where the format is pretty and no collector gets them: in
    /// development.
    pub prints_spans: bool,
}

/// How a line of the log looks.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use skeleton_runtime::config::{Config, LogFormat};
///
/// let variables = BTreeMap::from([("APP_ENV", "test"), ("LOG_FORMAT", "json")]);
/// let (config, _) = Config::load("newsroom", &variables).unwrap();
/// assert_eq!(config.log.format, Some(LogFormat::Json));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object for each line.
    Json,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self {
            format: None,
            filter: DEFAULT_FILTER.to_owned(),
            color: true,
            prints_spans: false,
        }
    }
}

impl LogConfig {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let format = reader.parsed(
            "LOG_FORMAT",
            "write `pretty` or `json`",
            |text| match text {
                "pretty" => Some(LogFormat::Pretty),
                "json" => Some(LogFormat::Json),
                _ => None,
            },
        );
        let usable = |text: &str| EnvFilter::try_new(text).ok().map(|_| text.to_owned());
        let filter = reader.parsed("RUST_LOG", "write a level (`error`, `warn`, `info`, `debug`, `trace`) or `target=level`, with commas between", usable);
        Self {
            format,
            filter: filter.unwrap_or_else(|| DEFAULT_FILTER.to_owned()),
            // Any value counts (no-color.org).
            color: reader.text("NO_COLOR").is_none(),
            prints_spans: reader.profile == Profile::Development,
        }
    }
}
