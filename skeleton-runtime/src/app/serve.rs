//! `serve`: from a session to a service that answers, and to its end.

use tokio::net::TcpListener;

use crate::config::Profile;
use crate::db::{Db, Migrations};
use crate::http;

use super::cli::{Failure, Session};

pub(super) async fn serve(session: Session) -> Result<(), Failure> {
    let Session { app, config, db } = session;
    let package = app.package;
    migrate(app.all_migrations(), &db, config.auto_migrate).await?;
    let service = app.build(&config, db.clone()).map_err(Failure::config)?;
    let listener = bind(config.http.address).await?;
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
    service.shutdown.on_signals().map_err(Failure::failed)?;
    let served = http::serve(
        listener,
        service.router.clone(),
        &config.http,
        &service.shutdown,
    )
    .await;
    db.close();
    served.map_err(Failure::failed)
}

/// Applies what is pending, or refuses to start. A database out of reach does not stop the start: the service heals
/// when it returns, so the migrations are then tried again in the background.
async fn migrate(migrations: &Migrations, db: &Db, is_automatic: bool) -> Result<(), Failure> {
    if !is_automatic {
        return match migrations.pending(db).await {
            Ok(pending) if pending.is_empty() => Ok(()),
            Ok(pending) => Err(Failure::Config(format!(
                "{} migrations are pending: {}\n  help: run `migrate run` first, or set AUTO_MIGRATE=true",
                pending.len(),
                pending.join(", ")
            ))),
            Err(error) if error.is_unavailable() => {
                tracing::error!(%error, "the database is out of reach; serving 503 until it returns");
                Ok(())
            }
            Err(error) => Err(Failure::failed(error)),
        };
    }
    match migrations.run(db).await {
        Ok(applied) => {
            for migration in &applied {
                tracing::info!(%migration, "applied");
            }
            Ok(())
        }
        Err(error) if error.is_unavailable() => {
            tracing::error!(%error, "the database is out of reach; serving 503 until it returns");
            tokio::spawn(migrate_when_back(migrations.clone(), db.clone()));
            Ok(())
        }
        Err(error) => Err(Failure::failed(error)),
    }
}

async fn migrate_when_back(migrations: Migrations, db: Db) {
    loop {
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        match migrations.run(&db).await {
            Ok(applied) => {
                for migration in &applied {
                    tracing::info!(%migration, "applied");
                }
                return;
            }
            Err(error) if error.is_unavailable() => {}
            Err(error) => {
                tracing::error!(%error, "the migrations failed");
                return;
            }
        }
    }
}

async fn bind(address: std::net::SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::Config(format!(
            "can't listen on {address}: {error}\n  help: end what listens there, or set PORT to a free port"
        ))
    })
}
