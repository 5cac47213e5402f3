//! What can be looked at without the database.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::config::{Environment, Inspection, Origin, Profile, SettingSource};

use super::super::super::App;
use super::super::super::listener::reachable;
use super::super::super::preflight::unusable;
use super::Check;

/// Below it a database soon can't write.
const LITTLE: u64 = 1 << 30;
const TOO_LITTLE: u64 = 100 << 20;
/// Whatever listens there and does not answer by then is no service.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn settings(
    app: &App,
    inspection: &Inspection,
    environment: &Environment,
) -> Vec<Check> {
    const NAME: &str = "settings";
    let faults = inspection.faults.iter();
    let mut checks: Vec<_> = faults
        .map(|fault| {
            let message = format!("{} {}", fault.variable, fault.wrong);
            Check::config(NAME, message, fault.fix.clone())
        })
        .collect();
    let is_well = checks.is_empty();
    checks.extend(inspection.warnings.iter().map(|warning| {
        let fix = format!("set {} as it is meant, or leave it out", warning.variable);
        Check::warn(NAME, warning.to_string(), fix)
    }));
    if is_well {
        let config = &inspection.config;
        let settings = config.settings(environment).into_iter();
        let count = settings
            .filter(|setting| setting.source != SettingSource::Default)
            .count();
        let message = format!(
            "{count} set, the rest by default ({})",
            config.profile.as_str()
        );
        checks.insert(0, Check::ok(NAME, message));
    }
    let faults = app.faults().into_iter();
    checks.extend(
        faults.map(|fault| Check::config("declarations", fault, "change the sources as it says")),
    );
    checks
}

pub(super) fn addresses(inspection: &Inspection) -> Vec<Check> {
    let http = &inspection.config.http;
    let main = (!inspection.blames(&["HOST", "PORT"])).then_some((http.address, "PORT"));
    let management = http.management.map(|at| (at, "MANAGEMENT_ADDR"));
    let addresses = main.into_iter().chain(management);
    // A service with two addresses tells of its health at the second alone.
    let health = reachable(http.management.unwrap_or(http.address));
    addresses
        .map(|(at, setting)| address(at, setting, health))
        .collect()
}

fn address(address: SocketAddr, setting: &'static str, health: SocketAddr) -> Check {
    const NAME: &str = "address";
    match TcpListener::bind(address) {
        Ok(_) => Check::ok(NAME, format!("{address} is free")),
        Err(error) if error.kind() == ErrorKind::AddrInUse && answers_health(health) => Check::ok(
            NAME,
            format!("{address} is served by a service of this kit"),
        ),
        Err(error) => {
            let fault = unusable(address, setting, &error);
            let message = format!("{} {}", fault.variable, fault.wrong);
            Check::config(NAME, message, fault.fix)
        }
    }
}

/// Whether what listens there says of itself what a service of the kit does: likely the very one that is looked after.
fn answers_health(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.write_all(
            b"GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
        )?;
        let mut answer = String::new();
        // Whoever listens there may never stop talking.
        stream.take(64 * 1024).read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| {
        answer.starts_with("HTTP/1.1 200")
            && answer.contains("x-request-id")
            && answer.contains(r#""status":"ok""#)
    })
}

pub(super) fn keys(inspection: &Inspection, environment: &Environment) -> Vec<Check> {
    const NAME: &str = "keys";
    const SETTINGS: [&str; 3] = ["JWT_SECRET_KEY", "JWT_PRIVATE_KEY", "JWT_PUBLIC_KEYS"];
    if inspection.blames(&SETTINGS) {
        // Told with the settings.
        return Vec::new();
    }
    let (config, auth) = (&inspection.config, &inspection.config.auth);
    let mut checks = vec![match &auth.private_key {
        Some(key) => {
            let others = auth.public_keys.len();
            Check::ok(
                NAME,
                format!(
                    "tokens are signed by {:?}; {others} more verify",
                    key.public()
                ),
            )
        }
        None => {
            let length = auth.jwt_secret.expose().len();
            Check::ok(
                NAME,
                format!("tokens are signed by a secret of {length} bytes (HS256)"),
            )
        }
    }];
    let settings = config.settings(environment).into_iter();
    let mut secrets = settings
        .filter(|setting| setting.source == SettingSource::Variable(Origin::DotEnv))
        .filter(|setting| {
            let value = setting.value.as_deref();
            value.is_some_and(|value| value.contains("[hidden]"))
        });
    if secrets.next().is_some() && others_may_read(Path::new(".env")) {
        checks.push(Check::warn(
            NAME,
            ".env has secrets, and everybody on this machine may read it",
            "chmod 600 .env",
        ));
    }
    if config.profile == Profile::Development && others_may_read(Path::new(".dev/jwt-secret")) {
        checks.push(Check::warn(
            NAME,
            "everybody on this machine may read .dev/jwt-secret",
            "chmod 600 .dev/jwt-secret",
        ));
    }
    checks
}

#[cfg(unix)]
fn others_may_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o004 != 0)
}

#[cfg(not(unix))]
fn others_may_read(_: &Path) -> bool {
    false
}

/// Of the folder that the database is in, where it is a file, else of the current one.
pub(super) fn disk(inspection: &Inspection) -> Check {
    const NAME: &str = "disk";
    let url = inspection.config.database.url.expose();
    let file = url.strip_prefix("sqlite://").map(PathBuf::from);
    let folder = file
        .as_deref()
        .and_then(Path::parent)
        .filter(|folder| !folder.as_os_str().is_empty() && folder.is_dir())
        .unwrap_or(Path::new("."));
    let Some(free) = free_bytes(folder) else {
        return Check::warn(
            NAME,
            format!("how much is free in {} can't be told", folder.display()),
            "look at it by hand, as with `df`",
        );
    };
    let message = format!("{} MiB are free in {}", free >> 20, folder.display());
    let fix = "make room there, or move what grows";
    if free < TOO_LITTLE {
        Check::fail(NAME, message, fix)
    } else if free < LITTLE {
        Check::warn(NAME, message, fix)
    } else {
        Check::ok(NAME, message)
    }
}

#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder).ok()?;
    found.f_bavail.checked_mul(found.f_frsize)
}

#[cfg(not(unix))]
fn free_bytes(_: &Path) -> Option<u64> {
    None
}
