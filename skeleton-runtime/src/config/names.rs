//! Every variable that is known, and what a misspelled one was meant to be.

/// What is done with a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// It is read.
    Plain,
    /// It is read, from `NAME` or from the file that `NAME_FILE` names, and never printed.
    Secret,
}

/// The documented variables, in the order of the documentation.
pub(super) const VARIABLES: &[(&str, Use)] = &[
    ("APP_ENV", Use::Plain),
    ("HOST", Use::Plain),
    ("PORT", Use::Plain),
    ("MANAGEMENT_ADDR", Use::Plain),
    ("PUBLIC_URL", Use::Plain),
    ("DATABASE_URL", Use::Secret),
    ("DB_HOST", Use::Plain),
    ("DB_PORT", Use::Plain),
    ("DB_NAME", Use::Plain),
    ("DB_USER", Use::Plain),
    ("DB_PASSWORD", Use::Secret),
    ("DATABASE_POOL_SIZE", Use::Plain),
    ("DATABASE_POOL_TIMEOUT_SECONDS", Use::Plain),
    ("DATABASE_QUEUE_SIZE", Use::Plain),
    ("DATABASE_QUEUE_TARGET_SECONDS", Use::Plain),
    ("DATABASE_STATEMENT_TIMEOUT_SECONDS", Use::Plain),
    ("DATABASE_SLOW_QUERY_SECONDS", Use::Plain),
    ("AUTO_MIGRATE", Use::Plain),
    ("JWT_SECRET_KEY", Use::Secret),
    ("JWT_PRIVATE_KEY", Use::Secret),
    ("JWT_PUBLIC_KEYS", Use::Secret),
    ("JWT_ISSUER", Use::Plain),
    ("JWT_AUDIENCE", Use::Plain),
    ("ACCESS_TOKEN_MINUTES", Use::Plain),
    ("REFRESH_TOKEN_DAYS", Use::Plain),
    ("AUTH_PASSWORD_GRANT", Use::Plain),
    ("AUTH_REGISTRATION", Use::Plain),
    ("AUTH_LOGIN_LIMIT_PER_EMAIL", Use::Plain),
    ("AUTH_LOGIN_LIMIT_PER_ADDRESS", Use::Plain),
    ("AUTH_REGISTER_LIMIT_PER_ADDRESS", Use::Plain),
    ("AUTH_REFRESH_LIMIT_PER_ADDRESS", Use::Plain),
    ("ARGON2_MEMORY_KIB", Use::Plain),
    ("ARGON2_ITERATIONS", Use::Plain),
    ("ARGON2_PARALLELISM", Use::Plain),
    ("REQUEST_TIMEOUT_SECONDS", Use::Plain),
    ("HEADER_TIMEOUT_SECONDS", Use::Plain),
    ("SEND_TIMEOUT_SECONDS", Use::Plain),
    ("CONNECTION_LIMIT", Use::Plain),
    ("BODY_LIMIT_BYTES", Use::Plain),
    ("SHUTDOWN_DRAIN_SECONDS", Use::Plain),
    ("SHUTDOWN_TIMEOUT_SECONDS", Use::Plain),
    ("CORS_ALLOWED_ORIGINS", Use::Plain),
    ("TRUSTED_PROXIES", Use::Plain),
    ("DOCS_ENABLED", Use::Plain),
    ("METRICS_ENABLED", Use::Plain),
    ("LOG_FORMAT", Use::Plain),
    ("RUST_LOG", Use::Plain),
    ("OTLP_ENDPOINT", Use::Secret),
    ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", Use::Secret),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", Use::Secret),
    ("OTEL_EXPORTER_OTLP_HEADERS", Use::Secret),
    ("OTEL_RESOURCE_ATTRIBUTES", Use::Plain),
    ("OTEL_SERVICE_NAME", Use::Plain),
    ("OTEL_TRACES_SAMPLER_ARG", Use::Plain),
];

/// Whoever sets a variable that begins so means this kit. (`OTEL_` is not among them: it has many standard names.)
const PREFIXES: &[&str] = &[
    "APP_ENV",
    "DATABASE_",
    "DB_",
    "AUTO_MIGRATE",
    "JWT_",
    "ACCESS_TOKEN_",
    "REFRESH_TOKEN_",
    "AUTH_",
    "ARGON2_",
    "REQUEST_TIMEOUT",
    "HEADER_TIMEOUT",
    "SEND_TIMEOUT",
    "CONNECTION_LIMIT",
    "BODY_LIMIT",
    "SHUTDOWN_",
    "CORS_",
    "TRUSTED_PROX",
    "DOCS_",
    "METRICS_",
    "LOG_FORMAT",
    "OTLP_",
    "MANAGEMENT_",
    "PUBLIC_URL",
];

/// Kubernetes sets such names for every service of a namespace, also for one that is called `db` or `auth`.
const FOREIGN: &[&str] = &["_SERVICE_HOST", "_SERVICE_PORT", "_TCP", "_UDP"];

/// Names shorter than this are near to too many others (`HOST`, `HOME`).
const SHORTEST_GUESS: usize = 8;

/// What there is to say about a variable that is set.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing: it is read, or it is none of ours.
    Fine,
    /// `NAME_FILE` of a variable that is not secret.
    NotFromFile(&'static str),
    /// It looks like one of ours, and is none; perhaps this one was meant.
    Unknown(Option<&'static str>),
}

/// Judges the name of a variable.
pub(super) fn judge(name: &str) -> Verdict {
    let base = name.strip_suffix("_FILE");
    for (known, usage) in VARIABLES {
        match usage {
            Use::Plain if base == Some(known) => return Verdict::NotFromFile(known),
            Use::Secret if base == Some(known) => return Verdict::Fine,
            _ if *known == name => return Verdict::Fine,
            _ => {}
        }
    }
    if FOREIGN.iter().any(|part| name.contains(part)) {
        return Verdict::Fine;
    }
    let meant = nearest(base.unwrap_or(name));
    let prefixed = PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    let near = name.len() >= SHORTEST_GUESS && meant.is_some_and(|(_, distance)| distance <= 2);
    if !prefixed && !near {
        return Verdict::Fine;
    }
    // Beyond a third of the name a guess is noise.
    let guess = meant.filter(|(known, distance)| distance * 3 <= known.len());
    Verdict::Unknown(guess.map(|(known, _)| known))
}

fn nearest(name: &str) -> Option<(&'static str, usize)> {
    VARIABLES
        .iter()
        .map(|(known, _)| (*known, distance(known, name)))
        .min_by_key(|(_, distance)| *distance)
}

/// How many letters must be added, removed or changed to make `b` of `a` (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in b.bytes().enumerate() {
            let changed = diagonal + usize::from(left != right);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_letters() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("same", "same"), 0);
    }

    #[test]
    fn every_documented_variable_is_known() {
        for (name, _) in VARIABLES {
            assert_eq!(judge(name), Verdict::Fine, "{name}");
        }
    }

    #[test]
    fn a_new_project_is_told_of_known_variables() {
        let example = include_str!("../../templates/new/_env.example");
        let set = example.lines().filter_map(|line| line.split_once('='));
        let names: Vec<_> = set
            .filter_map(|(name, _)| name.strip_prefix('#'))
            .filter(|name| !name.starts_with(' '))
            .collect();
        assert!(names.len() > 5, "{names:?}");
        for name in names {
            assert!(VARIABLES.iter().any(|(known, _)| *known == name), "{name}");
        }
    }

    #[test]
    fn misspelled_variables_are_told_with_what_was_meant() {
        assert_eq!(
            judge("DATABASE_POOLSIZE"),
            Verdict::Unknown(Some("DATABASE_POOL_SIZE"))
        );
        assert_eq!(judge("DATABSE_URL"), Verdict::Unknown(Some("DATABASE_URL")));
        assert_eq!(
            judge("JWT_SECRET"),
            Verdict::Unknown(Some("JWT_SECRET_KEY"))
        );
        assert_eq!(
            judge("AUTH_SOMETHING_ELSE_ENTIRELY"),
            Verdict::Unknown(None)
        );
        assert_eq!(judge("PORT_FILE"), Verdict::NotFromFile("PORT"));
    }

    #[test]
    fn secrets_come_from_files_too() {
        assert_eq!(judge("JWT_SECRET_KEY_FILE"), Verdict::Fine);
        assert_eq!(judge("DATABASE_URL_FILE"), Verdict::Fine);
        assert_eq!(judge("JWT_PRIVATE_KEY_FILE"), Verdict::Fine);
    }

    #[test]
    fn what_is_not_ours_is_left_alone() {
        for name in [
            "HOME",
            "PATH",
            "HOSTNAME",
            "APP_NAME",
            "LOGNAME",
            "OTEL_LOG_LEVEL",
            "DB_PORT_5432_TCP_ADDR",
            "AUTH_SERVICE_HOST",
        ] {
            assert_eq!(judge(name), Verdict::Fine, "{name}");
        }
    }
}
