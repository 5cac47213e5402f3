//! What a start says: a banner to whoever develops, one line to whoever operates.

use std::fmt::Write as _;
use std::net::SocketAddr;

use crate::config::{Config, Profile, masked_url};
use crate::telemetry;

use super::Package;
use super::listener::reachable;

/// Where everything is.
pub(super) struct Places {
    package: Package,
    profile: Profile,
    api: String,
    docs: Option<String>,
    openapi: String,
    health: String,
    metrics: Option<String>,
    database: String,
}

impl Places {
    /// Those of a service that listens on `address`.
    pub(super) fn of(package: Package, config: &Config, address: SocketAddr) -> Self {
        let public = config.http.public_url.clone();
        let api = public.unwrap_or_else(|| format!("http://{}", reachable(address)));
        let told = config
            .http
            .management
            .map_or_else(|| api.clone(), |at| format!("http://{}", reachable(at)));
        let has_docs = cfg!(feature = "docs") && config.http.docs_enabled;
        let has_metrics = cfg!(feature = "metrics") && config.telemetry.metrics_enabled;
        Self {
            package,
            profile: config.profile,
            docs: has_docs.then(|| format!("{api}/docs")),
            openapi: format!("{api}/openapi.json"),
            health: format!("{told}/health"),
            metrics: has_metrics.then(|| format!("{told}/metrics")),
            database: masked_url(config.database.url.expose()),
            api,
        }
    }

    /// The link to make the first account of the highest role with. Browsers send to nobody what is behind the `#`.
    pub(super) fn setup_link(&self, token: &str) -> String {
        format!("{}/setup#{token}", self.api)
    }

    /// Says it: in development and to a person as a banner, else as one line of the log.
    pub(super) fn announce(&self, config: &Config, database: &'static str) {
        if self.profile == Profile::Development && telemetry::is_for_people(&config.log) {
            say(&self.banner());
            return;
        }
        tracing::info!(
            service.name = self.package.name,
            service.version = self.package.version,
            profile = self.profile.as_str(),
            database,
            database.url = self.database,
            url = self.api,
            docs = self.docs,
            health = self.health,
            metrics = self.metrics,
            "serving"
        );
    }

    fn banner(&self) -> String {
        let Package { name, version, .. } = self.package;
        let mut text = format!("\n  {name} {version} ({})\n\n", self.profile.as_str());
        let lines = [
            ("API", Some(&self.api)),
            ("Docs", self.docs.as_ref()),
            ("OpenAPI", Some(&self.openapi)),
            ("Health", Some(&self.health)),
            ("Metrics", self.metrics.as_ref()),
            ("Database", Some(&self.database)),
        ];
        for (what, place) in lines {
            if let Some(place) = place {
                let _ = writeln!(text, "  {what:<10}{place}");
            }
        }
        text
    }
}

/// Tells of the one-time link. It is a secret, and meant for the log: nobody else knows it.
pub(super) fn announce_setup(config: &Config, program: &str, role: &str, link: &str) {
    let help = format!("{program} user create EMAIL --role {role}");
    if config.profile == Profile::Development && telemetry::is_for_people(&config.log) {
        say(&format!(
            "  There is no {role} yet. Make the first one, once and within a day:\n  {:<10}{link}\n  {:<10}{help}\n",
            "Setup", "or"
        ));
        return;
    }
    tracing::warn!(
        link,
        "there is no {role} yet: the link makes the first one, once and within a day; so does `{help}`"
    );
}

#[expect(clippy::print_stderr, reason = "it is for people, as the log is")]
fn say(text: &str) {
    eprintln!("{text}");
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn places(settings: &[(&'static str, &'static str)]) -> Places {
        let source: BTreeMap<&str, &str> = settings.iter().copied().collect();
        let config = Config::inspect("newsroom", &source).config;
        let package = Package {
            name: "newsroom",
            version: "1.0.0",
            description: "",
        };
        Places::of(package, &config, config.http.address)
    }

    #[test]
    fn the_banner_has_every_place_and_no_secret() {
        let places = places(&[
            ("HOST", "0.0.0.0"),
            ("DATABASE_URL", "postgres://app:canary@db/app"),
            ("MANAGEMENT_ADDR", "127.0.0.1:9000"),
        ]);
        let banner = places.banner();
        for part in [
            "newsroom 1.0.0 (development)",
            "http://127.0.0.1:8000\n",
            "http://127.0.0.1:8000/openapi.json",
            "http://127.0.0.1:9000/health",
            "postgres://app:[hidden]@db/app",
        ] {
            assert!(banner.contains(part), "{part} is not in:\n{banner}");
        }
        assert!(!banner.contains("canary"), "{banner}");
    }

    #[test]
    fn links_go_where_clients_are_told_to_go() {
        let places = places(&[("PUBLIC_URL", "https://example.com/newsroom/")]);
        assert_eq!(
            places.setup_link("abc"),
            "https://example.com/newsroom/setup#abc"
        );
    }
}
