//! The URL of a PostgreSQL database, with libpq's words for TLS.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::tls::{self, Verify};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long sent data may stay unacknowledged: without it, a write to a machine that vanished hangs for a quarter of
/// an hour.
const UNACKNOWLEDGED_TIMEOUT: Duration = Duration::from_secs(30);
const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);
const KEEPALIVE_RETRIES: u32 = 3;

/// How to connect.
pub(in crate::db) struct PgOptions {
    pub(super) config: Config,
    pub(super) tls: MakeRustlsConnect,
}

/// What of the URL `tokio-postgres` does not know, and what it must not be told twice.
#[derive(Debug, PartialEq, Eq)]
struct Split {
    url: String,
    mode: SslMode,
    verify: Verify,
    given: Vec<String>,
}

impl PgOptions {
    /// Reads the URL and the certificates that it asks for; the error says what is wrong, without the URL, which may
    /// hold a password.
    pub(in crate::db) fn parse(url: &str) -> Result<Self, String> {
        Self::read(url).map_err(|wrong| {
            // The end of a password, where its `@` is taken for the last of it; and parameters are named.
            if query(url).1.contains('@') {
                return "an `@` in a user name, a password or a parameter must be written `%40`"
                    .to_owned();
            }
            wrong
        })
    }

    fn read(url: &str) -> Result<Self, String> {
        let split = split(url)?;
        let mut config = Config::from_str(&split.url).map_err(|error| super::chain(&error))?;
        config.ssl_mode(split.mode);
        let given = |name: &str| split.given.iter().any(|known| known == name);
        if !given("connect_timeout") {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if !given("tcp_user_timeout") {
            config.tcp_user_timeout(UNACKNOWLEDGED_TIMEOUT);
        }
        if !given("keepalives_idle") {
            config.keepalives_idle(KEEPALIVE_IDLE);
        }
        if !given("keepalives_interval") {
            config.keepalives_interval(KEEPALIVE_INTERVAL);
        }
        if !given("keepalives_retries") {
            config.keepalives_retries(KEEPALIVE_RETRIES);
        }
        if !given("application_name") {
            config.application_name(program());
        }
        let tls = tls::connector(&split.verify)?;
        Ok(Self { config, tls })
    }
}

/// The name of this program, by which `pg_stat_activity` shows its connections.
fn program() -> String {
    let path = std::env::current_exe().unwrap_or_default();
    path.file_name().map_or_else(
        || "skeleton".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// What stands before the parameters, and they; a `?` in a password is none of their beginning.
fn query(url: &str) -> (&str, &str) {
    let behind_password = url.find('@').unwrap_or_default();
    match url[behind_password..].find('?') {
        Some(at) => (
            &url[..behind_password + at],
            &url[behind_password + at + 1..],
        ),
        None => (url, ""),
    }
}

fn split(url: &str) -> Result<Split, String> {
    let (base, query) = query(url);
    let (mut mode, mut root) = (String::from("prefer"), None);
    let (mut kept, mut given) = (Vec::new(), Vec::new());
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match name {
            "sslmode" => mode = decode(value)?,
            "sslrootcert" => root = Some(decode(value)?).filter(|root| root != "system"),
            _ => {
                given.push(name.to_owned());
                kept.push(pair);
            }
        }
    }
    let url = if kept.is_empty() {
        base.to_owned()
    } else {
        format!("{base}?{}", kept.join("&"))
    };
    let root = root.map(PathBuf::from);
    let (mode, verify) = meaning(&mode, root)?;
    Ok(Split {
        url,
        mode,
        verify,
        given,
    })
}

/// What libpq means by a mode. `require` with a root certificate verifies the chain, as it does there.
fn meaning(mode: &str, root: Option<PathBuf>) -> Result<(SslMode, Verify), String> {
    Ok(match (mode, root) {
        ("disable", _) => (SslMode::Disable, Verify::Nothing),
        ("prefer" | "allow", _) => (SslMode::Prefer, Verify::Nothing),
        ("require", None) => (SslMode::Require, Verify::Nothing),
        ("require" | "verify-ca", root) => (SslMode::Require, Verify::Chain(root)),
        ("verify-full", root) => (SslMode::Require, Verify::Full(root)),
        (other, _) => {
            return Err(format!(
                "unknown sslmode `{other}`; it is `disable`, `prefer`, `require`, `verify-ca` or `verify-full`"
            ));
        }
    })
}

/// Undoes `%2F`.
fn decode(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let code = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = code.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(byte.ok_or("a `%` in the URL is not followed by two hexadecimal digits")?);
        rest = &tail[2..];
    }
    String::from_utf8(bytes).map_err(|_| "the URL is not UTF-8".to_owned())
}

#[cfg(test)]
mod tests {
    use percent_encoding::percent_decode_str;
    use skeleton_fuzz::Fuzz;

    use super::*;

    const WORDS: &[&str] = &[
        "?",
        "@",
        "@db/app",
        "/",
        ":5432",
        ":0",
        ":99999",
        ",",
        "%40",
        "%",
        "%ff",
        "[::1]",
        "sslmode=",
        "verify-full",
        "disable",
        "&",
        "=",
        "connect_timeout=1",
        "connect_timeout=-1",
        "tcp_user_timeout=0",
        "keepalives=0",
        "keepalives_idle=1",
        "keepalives_retries=x",
        "application_name=x",
        "options=-c",
        "target_session_attrs=read-write",
        "channel_binding=require",
        "load_balance_hosts=random",
        "host=%2Ftmp",
        "hostaddr=1.2.3.4",
        "user=",
        "dbname=",
    ];

    fn modes(query: &str) -> (SslMode, Verify) {
        let split = split(&format!("postgres://u:p@localhost/db{query}")).unwrap();
        (split.mode, split.verify)
    }

    #[test]
    fn sslmode_means_what_libpq_means() {
        let root = || Some(PathBuf::from("/etc/ca.pem"));
        assert_eq!(modes(""), (SslMode::Prefer, Verify::Nothing));
        assert_eq!(
            modes("?sslmode=disable"),
            (SslMode::Disable, Verify::Nothing)
        );
        assert_eq!(
            modes("?sslmode=require"),
            (SslMode::Require, Verify::Nothing)
        );
        assert_eq!(
            modes("?sslmode=require&sslrootcert=%2Fetc/ca.pem"),
            (SslMode::Require, Verify::Chain(root()))
        );
        assert_eq!(
            modes("?sslmode=verify-ca"),
            (SslMode::Require, Verify::Chain(None))
        );
        assert_eq!(
            modes("?sslrootcert=system&sslmode=verify-full"),
            (SslMode::Require, Verify::Full(None))
        );
        assert_eq!(
            modes("?sslmode=verify-full&sslrootcert=/etc/ca.pem"),
            (SslMode::Require, Verify::Full(root()))
        );
        assert!(split("postgres://localhost?sslmode=on").is_err());
    }

    #[test]
    fn the_rest_of_the_query_goes_on() {
        let split =
            split("postgres://h/db?sslmode=disable&connect_timeout=1&application_name=x").unwrap();
        assert_eq!(
            split.url,
            "postgres://h/db?connect_timeout=1&application_name=x"
        );
        assert_eq!(split.given, ["connect_timeout", "application_name"]);
    }

    #[test]
    fn what_the_url_says_comes_before_the_defaults() {
        let options =
            PgOptions::parse("postgres://h/db?connect_timeout=1&application_name=x").unwrap();
        assert_eq!(
            options.config.get_connect_timeout(),
            Some(&Duration::from_secs(1))
        );
        assert_eq!(options.config.get_application_name(), Some("x"));
        let options = PgOptions::parse("postgres://h/db").unwrap();
        assert_eq!(options.config.get_connect_timeout(), Some(&CONNECT_TIMEOUT));
        assert_eq!(
            options.config.get_tcp_user_timeout(),
            Some(&UNACKNOWLEDGED_TIMEOUT)
        );
        assert!(options.config.get_application_name().is_some());
    }

    #[test]
    fn a_password_is_whole_whatever_is_in_it() {
        for password in ["p?q", "p?sslmode=x&&y&", "p/?#:"] {
            let url = format!("postgres://app:{password}@db/app?sslmode=require");
            let options = PgOptions::parse(&url).unwrap();
            let found = options.config.get_password();
            assert_eq!(found, Some(password.as_bytes()), "{url}");
            assert_eq!(options.config.get_ssl_mode(), SslMode::Require);
        }
    }

    #[test]
    fn no_password_is_told() {
        for url in [
            "postgres://app:p@x?sslmode=canary@db/app",
            "postgres://app:p@x?canary=@db/app",
            "postgres://app:p@x?sslrootcert=/canary&sslmode=verify-ca@db/app",
        ] {
            let wrong = PgOptions::parse(url).err().unwrap();
            assert!(
                wrong.contains("%40") && !wrong.contains("canary"),
                "{wrong}"
            );
        }
        let url = "postgres://app:p@db/app?pasword=x";
        let wrong = PgOptions::parse(url).err().unwrap();
        assert!(wrong.contains("pasword"), "{wrong}");
    }

    #[test]
    fn percent_signs() {
        assert_eq!(decode("a%20b%C3%A9").as_deref(), Ok("a bé"));
        assert!(decode("%2").is_err());
        assert!(decode("%zz").is_err());
        assert!(decode("%ff").is_err());
    }
    /// Two lines: what stands around the canary in a password, and what comes behind the host.
    #[test]
    fn fuzz_a_url_is_read_or_refused_without_its_password() {
        let figures = Fuzz::target("postgres-url").words(WORDS).run_text(|text| {
            let (before, behind) = text.split_once('\n').unwrap_or((text, ""));
            // Files are none of its business.
            if text.contains("sslrootcert") || text.contains("verify-") {
                return String::new();
            }
            let url = format!("postgres://app:{before}canary@db{behind}");
            match PgOptions::parse(&url) {
                Ok(options) => {
                    let config = &options.config;
                    let limit = config.get_connect_timeout();
                    assert!(limit.is_some() || url.contains("connect_timeout"), "{url}");
                    let is_plain = !before.contains('@') && !behind.contains(['%', '@']);
                    if is_plain && !behind.contains("password") {
                        let password: Vec<u8> =
                            percent_decode_str(&format!("{before}canary")).collect();
                        assert_eq!(config.get_password(), Some(&*password), "{url}");
                    }
                    format!(
                        "{:?} {}",
                        config.get_ssl_mode(),
                        config.get_hosts().len().min(4)
                    )
                }
                Err(wrong) => {
                    assert!(!wrong.contains("canary"), "{url} is refused with: {wrong}");
                    // Without the names of options.
                    wrong.split('`').next().unwrap_or_default().to_owned()
                }
            }
        });
        assert!(figures.outcomes > 10, "{figures:?}");
    }
}
