//! Reads single settings, and collects what is wrong with them.

use std::borrow::Cow;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use super::names::{self, Verdict};
use super::{Fault, Profile, Source, Warning};
use crate::Secret;

/// Reads settings from a source. A setting that is wrong leaves a fault and gives its default, so that one run finds
/// every fault.
pub(super) struct Reader<'a> {
    pub(super) source: &'a dyn Source,
    /// Decides about defaults.
    pub(super) profile: Profile,
    pub(super) faults: Vec<Fault>,
    pub(super) warnings: Vec<Warning>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a dyn Source) -> Self {
        Self {
            source,
            profile: Profile::Development,
            faults: Vec::new(),
            warnings: Vec::new(),
        }
    }

    pub(super) fn fault(
        &mut self,
        variable: &'static str,
        wrong: impl Into<Cow<'static, str>>,
        fix: impl Into<Cow<'static, str>>,
    ) {
        self.faults.push(Fault {
            variable: variable.into(),
            wrong: wrong.into(),
            fix: fix.into(),
        });
    }

    pub(super) fn warn(
        &mut self,
        variable: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) {
        self.warnings.push(Warning {
            variable: variable.into(),
            message: message.into(),
        });
    }

    /// The value as it stands. An empty one counts as absent: compose files and CI pass those on for what is not set.
    fn raw(&mut self, name: &'static str) -> Option<String> {
        let value = self.source.get(name).filter(|value| !value.is_empty())?;
        let Ok(text) = value.into_string() else {
            self.fault(name, "is not UTF-8", "write it in UTF-8");
            return None;
        };
        Some(text)
    }

    /// A text without the blanks around it.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        let text = self.raw(name)?.trim().to_owned();
        (!text.is_empty()).then_some(text)
    }

    /// A secret, from `NAME` or the file that `NAME_FILE` names (less one line end, which editors leave there).
    pub(super) fn secret(&mut self, name: &'static str) -> Option<Secret<String>> {
        let file_variable = format!("{name}_FILE");
        let file = self
            .source
            .get(&file_variable)
            .filter(|path| !path.is_empty());
        let value = self.raw(name);
        match (value, file) {
            (Some(_), Some(_)) => {
                self.fault(
                    name,
                    format!("and {file_variable} are both set"),
                    "keep one of them",
                );
                None
            }
            (Some(value), None) => Some(Secret::new(value)),
            (None, Some(path)) => self.secret_file(file_variable, Path::new(&path)),
            (None, None) => None,
        }
    }

    fn secret_file(&mut self, variable: String, path: &Path) -> Option<Secret<String>> {
        let fault = match self.source.read_file(path) {
            Ok(text) => {
                let value = text.strip_suffix('\n').unwrap_or(&text);
                let value = value.strip_suffix('\r').unwrap_or(value);
                if !value.is_empty() {
                    return Some(Secret::new(value.to_owned()));
                }
                format!("names `{}`, which is empty", path.display())
            }
            Err(error) => format!("names `{}`, which can't be read: {error}", path.display()),
        };
        let fix = "name a readable file that holds the secret and nothing else";
        self.faults.push(Fault {
            variable: variable.into(),
            wrong: fault.into(),
            fix: fix.into(),
        });
        None
    }

    /// A value that `parse` makes of the text. Not for secrets: the fault shows the text.
    pub(super) fn parsed<T>(
        &mut self,
        name: &'static str,
        fix: impl Into<Cow<'static, str>>,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(name)?;
        let value = parse(&text);
        if value.is_none() {
            self.fault(name, format!("is {text:?}"), fix);
        }
        value
    }

    /// A number within a range.
    pub(super) fn number<T>(
        &mut self,
        name: &'static str,
        default: T,
        range: RangeInclusive<T>,
    ) -> T
    where
        T: FromStr + PartialOrd + Display,
    {
        let fix = format!(
            "write a whole number from {} to {}, or leave it out for {default}",
            range.start(),
            range.end()
        );
        let parse = |text: &str| text.parse().ok().filter(|number| range.contains(number));
        self.parsed(name, fix, parse).unwrap_or(default)
    }

    /// A time in seconds, decimals allowed.
    pub(super) fn seconds(
        &mut self,
        name: &'static str,
        default: u64,
        range: RangeInclusive<f64>,
    ) -> Duration {
        self.duration(name, Duration::from_secs(default), range)
    }

    /// The same where the default is no whole number of seconds.
    pub(super) fn duration(
        &mut self,
        name: &'static str,
        default: Duration,
        range: RangeInclusive<f64>,
    ) -> Duration {
        let fix = format!(
            "write seconds from {} to {}, or leave it out for {}",
            range.start(),
            range.end(),
            default.as_secs_f64()
        );
        let parse = |text: &str| {
            text.parse()
                .ok()
                .filter(|number| range.contains(number))
                .map(Duration::from_secs_f64)
        };
        self.parsed(name, fix, parse).unwrap_or(default)
    }

    /// On or off.
    pub(super) fn switch(&mut self, name: &'static str, default: bool) -> bool {
        let parse = |text: &str| match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        };
        self.parsed(name, "write `true` or `false`", parse)
            .unwrap_or(default)
    }

    /// What stands between commas; each entry that does not parse is a fault of its own.
    pub(super) fn list<T>(
        &mut self,
        name: &'static str,
        fix: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let text = self.text(name).unwrap_or_default();
        let mut values = Vec::new();
        for entry in text
            .split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
        {
            match parse(entry) {
                Some(value) => values.push(value),
                None => self.fault(name, format!("has {entry:?}"), fix),
            }
        }
        values
    }

    /// Warns of variables that look like ours and have no effect.
    pub(super) fn warn_of_ineffective(&mut self) {
        for name in self.source.names() {
            let message = match names::judge(&name) {
                Verdict::Fine => continue,
                Verdict::NotFromFile(known) => {
                    format!("has no effect: only secrets are read from files; set {known}")
                }
                Verdict::Unknown(Some(known)) => {
                    format!("is no setting and has no effect; {known} may be meant")
                }
                Verdict::Unknown(None) => "is no setting and has no effect".to_owned(),
            };
            self.warn(name, message);
        }
    }
}
