//! `serve`: from the settings to a service that answers, and to its end.

use crate::auth::Authenticator;
use crate::config::{Config, Inspection};
use crate::http;
use axum::extract::FromRef as _;

use super::banner::{self, Places};
use super::build::Service;
use super::cli::{self, Failure};
use super::descriptors;
use super::listener::{Handed, tell_ready};
use super::observe::{self, Management};
use super::preflight::{self, Found};
use super::schema::Schema;
use super::upkeep::Upkeep;
use super::{App, Package};

pub(super) async fn serve(
    app: App,
    inspection: Inspection,
    mut handed: Handed,
) -> Result<(), Failure> {
    let found = preflight::check(&app, &inspection, &handed).await;
    let Found { db, away } = found.map_err(Failure::config)?;
    // Where there are faults, the report has them.
    cli::warn(&inspection.warnings);
    let mut config = inspection.config;
    config.http.linger = handed.linger();
    descriptors::bound(&mut config);
    let package = app.package;
    let is_automatic = config.auto_migrate;
    let schema = match away {
        Some(why) => Schema::awaited(app.all_migrations(), &db, is_automatic, &why),
        None => Schema::prepare(app.all_migrations(), &db, is_automatic).await?,
    };
    let gate = (!schema.is_ready()).then(|| schema.clone());
    let service = app
        .build_behind(&config, db.clone(), gate)
        .map_err(Failure::config)?;
    // Before anybody can see that it is there, and end it.
    service.shutdown.on_signals().map_err(Failure::failed)?;
    let listener = handed.listener(config.http.address, "PORT")?;
    let management = match (config.http.management, service.management.clone()) {
        (Some(address), Some(router)) => {
            let listener = handed.listener(address, "MANAGEMENT_ADDR")?;
            Some(Management::serve(listener, router, &config.http))
        }
        _ => None,
    };
    observe::upkeep(&service.metrics);
    let address = listener.local_addr().map_err(Failure::failed)?;
    let places = Places::of(package, &config, address);
    places.announce(&config, db.backend().name());
    offer_setup(&service, schema, places, package, &config);
    start_upkeep(&service);
    tell_ready();
    let served = http::serve(
        listener,
        service.router.clone(),
        &config.http,
        &service.shutdown,
    )
    .await;
    if let Some(management) = management {
        management.end().await;
    }
    db.close();
    served.map_err(Failure::failed)
}

fn start_upkeep(service: &Service) {
    let authenticator = Authenticator::from_ref(service.state());
    let services = service.state().services().clone();
    Upkeep::new()
        .task("expired sessions", move || {
            let authenticator = authenticator.clone();
            async move { authenticator.clear_expired().await }
        })
        .task("answers under idempotency keys", move || {
            let services = services.clone();
            async move { services.clear_old_answers().await }
        })
        .start(&service.shutdown);
}

/// Where there is no account of the highest role, whoever reads the log may make the first one. Requests are answered
/// meanwhile.
fn offer_setup(
    service: &Service,
    schema: Schema,
    places: Places,
    package: Package,
    config: &Config,
) {
    let authenticator = Authenticator::from_ref(service.state());
    let config = config.clone();
    tokio::spawn(async move {
        schema.wait_until_ready().await;
        match authenticator.begin_setup().await {
            Ok(Some(token)) => {
                let role = authenticator.roles().highest().name();
                let link = places.setup_link(token.expose());
                banner::announce_setup(&config, package.name, role, &link);
            }
            Ok(None) => {}
            Err(error) => {
                let cause = error.cause_chain();
                tracing::warn!(%error, cause, "no setup link could be made");
            }
        }
    });
}
