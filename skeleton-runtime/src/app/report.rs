//! What keeps a program from its work: all of it at once, each with its fix.

use std::borrow::Cow;
use std::fmt;

use crate::config::Fault;

/// The faults that were found, and what may not be meant.
#[derive(Debug, Default)]
pub(super) struct Report {
    faults: Vec<String>,
    warnings: Vec<String>,
}

impl Report {
    pub(super) fn add(&mut self, fault: &impl fmt::Display) {
        self.faults.push(fault.to_string());
    }

    /// Adds something that is wrong: `what` and `wrong` make a sentence.
    pub(super) fn fault(
        &mut self,
        what: impl Into<Cow<'static, str>>,
        wrong: impl Into<Cow<'static, str>>,
        fix: impl Into<Cow<'static, str>>,
    ) {
        self.add(&fault(what, wrong, fix));
    }

    pub(super) fn warn(&mut self, warning: &impl fmt::Display) {
        self.warnings.push(warning.to_string());
    }

    pub(super) fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }

    /// `value`, if nothing is wrong.
    pub(super) fn or<T>(self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.is_clean() => Ok(value),
            _ => Err(self),
        }
    }
}

/// Something that is wrong, as settings tell it.
pub(super) fn fault(
    what: impl Into<Cow<'static, str>>,
    wrong: impl Into<Cow<'static, str>>,
    fix: impl Into<Cow<'static, str>>,
) -> Fault {
    Fault {
        variable: what.into(),
        wrong: wrong.into(),
        fix: fix.into(),
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.faults.len() {
            1 => formatter.write_str("1 thing must be put right first:")?,
            count => write!(formatter, "{count} things must be put right first:")?,
        }
        for fault in &self.faults {
            write!(formatter, "\n  {fault}")?;
        }
        for warning in &self.warnings {
            write!(formatter, "\n  warning: {warning}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_told_at_once() {
        let mut report = Report::default();
        report.warn(&"HOST is odd");
        report.fault("PORT", "is taken", "take another");
        report.fault("2 migrations", "are pending", "run them");
        assert_eq!(
            report.to_string(),
            "2 things must be put right first:\n  PORT is taken\n    fix: take another\n  2 migrations are pending\n    \
             fix: run them\n  warning: HOST is odd"
        );
        assert!(report.or(Some(1)).is_err());
    }
}
