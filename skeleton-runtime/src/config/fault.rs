//! What is wrong with the settings, told all at once.

use std::borrow::Cow;
use std::fmt;

/// One setting that can't be used.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use skeleton_runtime::config::Config;
///
/// let inspection = Config::inspect("newsroom", &BTreeMap::from([("PORT", "high")]));
/// let fault = &inspection.faults[0];
/// assert_eq!(fault.variable, "PORT");
/// assert!(fault.to_string().contains(&*fault.fix));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The environment variable, as it is to be written.
    pub variable: Cow<'static, str>,
    /// What is wrong with it. Never the value of a secret.
    pub wrong: Cow<'static, str>,
    /// What to do about it.
    pub fix: Cow<'static, str>,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} {}\n    fix: {}",
            self.variable, self.wrong, self.fix
        )
    }
}

/// Every fault of the settings. Printed, it is a list for people with one entry for each.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use skeleton_runtime::config::Config;
///
/// let variables = BTreeMap::from([("APP_ENV", "test"), ("PORT", "high"), ("BODY_LIMIT_BYTES", "all")]);
/// let faults = Config::load("newsroom", &variables).unwrap_err();
/// assert_eq!(faults.as_slice().len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// The faults, in the order of the settings' documentation.
    pub fn as_slice(&self) -> &[Fault] {
        &self.0
    }
}

impl From<Vec<Fault>> for Faults {
    fn from(faults: Vec<Fault>) -> Self {
        Self(faults)
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => formatter.write_str("1 setting can't be used:")?,
            count => write!(formatter, "{count} settings can't be used:")?,
        }
        self.0
            .iter()
            .try_for_each(|fault| write!(formatter, "\n  {fault}"))
    }
}

impl std::error::Error for Faults {}

/// A setting that is used or left out in a way that may not be what was meant. The service starts all the same.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use skeleton_runtime::config::Config;
///
/// let variables = BTreeMap::from([("APP_ENV", "test"), ("DATABASE_POOLSIZE", "4")]);
/// let (_, warnings) = Config::load("newsroom", &variables).unwrap();
/// assert_eq!(warnings[0].variable, "DATABASE_POOLSIZE");
/// assert!(warnings[0].message.contains("DATABASE_POOL_SIZE"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The environment variable.
    pub variable: Cow<'static, str>,
    /// What happens, and what was probably meant. Never the value of a secret.
    pub message: Cow<'static, str>,
}

impl fmt::Display for Warning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.variable, self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_printed_with_its_fix() {
        let fault = |variable: &'static str| Fault {
            variable: variable.into(),
            wrong: "is not set".into(),
            fix: "set it".into(),
        };
        let faults = Faults::from(vec![fault("A"), fault("B")]);
        assert_eq!(
            faults.to_string(),
            "2 settings can't be used:\n  A is not set\n    fix: set it\n  B is not set\n    fix: set it"
        );
    }
}
