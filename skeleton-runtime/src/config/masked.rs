//! URLs of databases without their passwords.

const MASK: &str = "[hidden]";

/// Parameters whose values may be seen; others could be secrets.
const HARMLESS: [&str; 8] = [
    "sslmode",
    "sslrootcert",
    "application_name",
    "connect_timeout",
    "keepalives",
    "keepalives_idle",
    "target_session_attrs",
    "tcp_user_timeout",
];

/// The URL of a database as it may be shown: whatever can be a password is masked, also in a URL that can't be used.
///
/// ```
/// use skeleton_runtime::config::masked_url;
///
/// let shown = masked_url("postgres://ann:secret@db.internal/news");
/// assert!(shown.contains("db.internal/news") && !shown.contains("secret"));
/// ```
pub fn masked_url(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return if url == "sqlite::memory:" {
            url.to_owned()
        } else {
            MASK.to_owned()
        };
    };
    match scheme {
        "sqlite" => url.to_owned(),
        // Whoever wrote an `@` into a parameter has no user in front of it, but perhaps a password.
        "postgres" | "postgresql" if has_parameter_before_at(rest) => format!("{scheme}://{MASK}"),
        "postgres" | "postgresql" => format!("{scheme}://{}", masked_server(rest)),
        _ => MASK.to_owned(),
    }
}

fn has_parameter_before_at(rest: &str) -> bool {
    let user = rest.rsplit_once('@').map(|(user, _)| user);
    let query = user.and_then(|user| user.split_once('?'));
    query.is_some_and(|(_, query)| query.contains('='))
}

/// A password may have any character in it that should have been encoded, so it ends at the last `@`.
fn masked_server(rest: &str) -> String {
    let (user, place) = match rest.rsplit_once('@') {
        Some((user, place)) => (Some(user), place),
        None => (None, rest),
    };
    let (address, query) = place.split_once('?').unwrap_or((place, ""));
    let (server, name) = address.split_once('/').unwrap_or((address, ""));
    let mut text = String::new();
    if let Some(user) = user {
        let (name, password) = user.split_once(':').unwrap_or((user, ""));
        text.push_str(name);
        if !password.is_empty() {
            text.extend([":", MASK]);
        }
        text.push('@');
    }
    text.push_str(&masked_port(server));
    if address.contains('/') {
        text.extend(["/", name]);
    }
    for (place, pair) in query.split('&').filter(|pair| !pair.is_empty()).enumerate() {
        text.push(if place == 0 { '?' } else { '&' });
        match pair.split_once('=') {
            Some((name, _)) if HARMLESS.contains(&name) => text.push_str(pair),
            Some((name, _)) => text.extend([name, "=", MASK]),
            None => text.push_str(MASK),
        }
    }
    text
}

/// What stands in the place of a port and is none may be a password, where the `@` was forgotten.
fn masked_port(server: &str) -> String {
    match server.rsplit_once(':') {
        Some((host, port))
            if !port.bytes().all(|byte| byte.is_ascii_digit()) && !server.ends_with(']') =>
        {
            format!("{host}:{MASK}")
        }
        _ => server.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_secret_is_shown() {
        for url in [
            "sqlite://app.db",
            "sqlite::memory:",
            "postgres://localhost/app",
            "postgres://app@db:5432/app?sslmode=require",
            "postgresql://app@[::1]/app",
            "postgresql://app@[::1]:5432/app",
        ] {
            assert_eq!(masked_url(url), url);
        }
    }

    #[test]
    fn what_may_be_a_password_is_masked() {
        for (url, shown) in [
            (
                "postgres://app:canary@db:5432/app",
                "postgres://app:[hidden]@db:5432/app",
            ),
            (
                "postgres://app:can/a?r@y@db/app",
                "postgres://app:[hidden]@db/app",
            ),
            (
                "postgres://db/app?password=canary&sslmode=disable",
                "postgres://db/app?password=[hidden]&sslmode=disable",
            ),
            ("postgres://app:canary/db", "postgres://app:[hidden]/db"),
            ("postgres://db/app?password=can@ary", "postgres://[hidden]"),
            (
                "postgres://app:x@db/app?sslmode=disable&password=can@ary",
                "postgres://[hidden]",
            ),
            ("postgres://db/app?canary", "postgres://db/app?[hidden]"),
            ("mysql://app:canary@db/app", "[hidden]"),
            ("canary", "[hidden]"),
        ] {
            assert_eq!(masked_url(url), shown);
        }
    }
}
