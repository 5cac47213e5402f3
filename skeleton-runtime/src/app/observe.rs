//! What is told of a service beside its answers: its figures, and the address that they may have for themselves.

use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::auth::PasswordLoad;
use crate::config::{Config, Environment, HttpConfig};
use crate::db::Db;
use crate::http::{self, Shutdown};
use crate::telemetry::metrics::{float, names};
use crate::telemetry::{Exposition, Metrics, Telemetry, count_panics, count_spans};

use super::Package;
use super::schema::Schema;

/// How often figures are sorted where nobody scrapes.
const UPKEEP: Duration = Duration::from_secs(5);

/// The figures of a service. Most are counted where they happen; here are those that are looked up.
pub(super) fn metrics(
    config: &Config,
    package: Package,
    db: &Db,
    schema: Option<&Schema>,
) -> Metrics {
    if !config.telemetry.metrics_enabled {
        return Metrics::off();
    }
    let metrics = Metrics::on();
    if let Some(queries) = metrics.queries() {
        db.count_by(queries);
    }
    let (db, schema) = (db.clone(), schema.cloned());
    metrics.collect(move |exposition| {
        let labels = [
            ("service", package.name),
            ("version", package.version),
            ("kit", env!("CARGO_PKG_VERSION")),
            ("database", db.backend().name()),
        ];
        exposition.info(names::BUILD_INFO, "What runs; always 1.", &labels);
        let pending = schema.as_ref().map_or(0, Schema::pending);
        gauge(
            exposition,
            names::MIGRATIONS_PENDING,
            "Migrations of this program that the database lacks.",
            pending,
        );
        pool(exposition, &db);
        count_spans(exposition);
        count_panics(exposition);
        passwords(exposition);
    });
    metrics
}

fn pool(exposition: &mut Exposition, db: &Db) {
    let status = db.status();
    let figures = [
        (
            names::POOL_MAX,
            "Connections that there may be.",
            status.max_size,
        ),
        (names::POOL_SIZE, "Connections that there are.", status.size),
        (
            names::POOL_IDLE,
            "Connections that nobody holds.",
            status.idle,
        ),
        (
            names::POOL_WAITING,
            "Tasks that wait for a connection.",
            status.waiting,
        ),
        (
            names::POOL_QUEUE_LIMIT,
            "Tasks that may wait for a connection at this moment.",
            status.queue_limit,
        ),
    ];
    for (name, help, count) in figures {
        gauge(exposition, name, help, count);
    }
    exposition.counter(
        names::POOL_REFUSED,
        "Requests refused, for too many waited for a connection.",
        float(status.refused),
    );
}

/// Of the process: its services share the lanes.
fn passwords(exposition: &mut Exposition) {
    let load = PasswordLoad::now();
    gauge(
        exposition,
        names::PASSWORDS_RUNNING,
        "Passwords that are hashed at this moment.",
        load.running,
    );
    gauge(
        exposition,
        names::PASSWORDS_WAITING,
        "Passwords that wait to be hashed.",
        load.waiting,
    );
    exposition.counter(
        names::PASSWORDS_REFUSED,
        "Passwords that were not hashed, for too many waited.",
        float(load.refused),
    );
}

fn gauge(exposition: &mut Exposition, name: &str, help: &str, count: usize) {
    exposition.gauge(name, help, float(count));
}

/// Makes the figures those of the process, and keeps them in order.
pub(super) fn upkeep(metrics: &Metrics) {
    metrics.install();
    let metrics = metrics.clone();
    if metrics.is_on() {
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(UPKEEP).await;
                metrics.upkeep();
            }
        });
    }
}

/// On SIGHUP the levels of the log are those of `RUST_LOG` in `.env`, or of the start where it has none: the
/// environment of a process can't be changed from outside.
#[cfg(unix)]
pub(super) async fn reload_on_hangup(telemetry: &Telemetry) {
    use tokio::signal::unix::{SignalKind, signal};
    let mut hangups = match signal(SignalKind::hangup()) {
        Ok(hangups) => hangups,
        Err(error) => {
            tracing::error!(%error, "SIGHUP can't be listened to");
            return std::future::pending().await;
        }
    };
    loop {
        hangups.recv().await;
        let filter = Environment::log_filter();
        match telemetry.set_filter(filter.as_deref()) {
            Ok(()) => tracing::info!(filter, "the levels of the log were read again"),
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::error!(
                    filter,
                    cause,
                    "RUST_LOG in .env does not parse; the levels stay"
                );
            }
        }
    }
}

#[cfg(not(unix))]
pub(super) async fn reload_on_hangup(_: &Telemetry) {
    std::future::pending().await
}

/// Who asks there at once; few enough to open no more files than are kept for such.
const PROBES: usize = 32;

/// The address that `/metrics` and `/health` have for themselves.
pub(super) struct Management {
    over: Shutdown,
    served: JoinHandle<crate::Result<()>>,
}

impl Management {
    /// Serves until [`Management::end`], for the end of a service is worth to be watched too.
    pub(super) fn serve(listener: TcpListener, router: Router, config: &HttpConfig) -> Self {
        let over = Shutdown::new();
        let config = HttpConfig {
            drain: Duration::ZERO,
            connection_limit: config.connection_limit.min(PROBES),
            ..config.clone()
        };
        let ended = over.clone();
        let served =
            tokio::spawn(async move { http::serve(listener, router, &config, &ended).await });
        Self { over, served }
    }

    pub(super) async fn end(self) {
        self.over.begin();
        if let Err(error) = self.served.await {
            tracing::error!(%error, "the server of the management address panicked");
        }
    }
}
