//! `serve`: from a session to a service that answers, and to its end.

use crate::auth::Authenticator;
use crate::config::Profile;
use crate::http;
use axum::extract::FromRef as _;

use super::cli::{Failure, Session};
use super::listener::{Handed, tell_ready};
use super::observe::{self, Management};
use super::schema::Schema;
use super::upkeep::Upkeep;

pub(super) async fn serve(session: Session, mut handed: Handed) -> Result<(), Failure> {
    let mut config = session.config;
    let (app, db) = (session.app, session.db);
    config.http.linger = handed.linger();
    let package = app.package;
    let schema = Schema::prepare(app.all_migrations(), &db, config.auto_migrate).await?;
    let gate = (!schema.is_ready()).then_some(schema);
    let service = app
        .build_behind(&config, db.clone(), gate)
        .map_err(Failure::config)?;
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
    tracing::info!(
        service.name = package.name,
        service.version = package.version,
        profile = config.profile.as_str(),
        database = db.backend().name(),
        url = %format_args!("http://{address}"),
        "serving"
    );
    if config.profile == Profile::Development {
        tracing::info!("try: curl http://{address}/health, and http://{address}/openapi.json");
    }
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
    service.shutdown.on_signals().map_err(Failure::failed)?;
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
