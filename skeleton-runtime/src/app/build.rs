//! From what was declared to a service that answers requests.

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::get;
use utoipa::openapi::OpenApi;

use crate::Result;
use crate::auth::{self, Authenticator, Roles};
use crate::config::Config;
use crate::db::Db;
use crate::http::{self, Health, Shutdown};
use crate::openapi::{AuthDocs, Document, ServiceDocs};
use crate::resource::{Meta, Services, reachable, relation_faults};
use crate::telemetry::Metrics;

use super::routes::Route;
use super::schema::Schema;
use super::{App, AppState, Mounted, observe, paths};

/// What is wrong with the declarations of an application: all of it.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// # #[resource] pub struct Note { pub id: Uuid, pub title: String }
/// let app = App::new(package!()).resource::<Note>().resource::<Note>();
/// let faults = app.check().unwrap_err();
/// assert!(faults.to_string().contains("notes"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildFaults(Vec<String>);

impl fmt::Display for BuildFaults {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the application can't be put together:")?;
        self.0
            .iter()
            .try_for_each(|fault| write!(formatter, "\n  - {fault}"))
    }
}

impl std::error::Error for BuildFaults {}

/// An application that answers requests.
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::config::{Config, Environment};
///
/// # fn example(app: App) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// let (config, _) = Config::load("newsroom", &Environment::read()?)?;
/// let service = app.build(&config, Db::open(&config.database)?)?;
/// // Within another application of axum's.
/// let router: axum::Router = axum::Router::new().nest("/newsroom", service.router().clone());
/// # drop(router);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Service {
    pub(super) router: Router,
    pub(super) management: Option<Router>,
    pub(super) state: AppState,
    pub(super) shutdown: Shutdown,
    pub(super) metrics: Metrics,
}

impl Service {
    /// The routes with every layer, as they are served.
    pub fn router(&self) -> &Router {
        &self.router
    }

    /// The routes of the address that `/metrics` and `/health` have for themselves, if they have one.
    pub fn management(&self) -> Option<&Router> {
        self.management.as_ref()
    }

    /// Its figures.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The state of the routes.
    pub fn state(&self) -> &AppState {
        &self.state
    }
}

impl App {
    /// Finds what is wrong with the declarations.
    ///
    /// # Errors
    ///
    /// Two resources with one table or path, a handler with the path of another, of a resource or of the kit, a rule
    /// whose roles are not the application's, a relation of which the keys can't be found.
    pub fn check(&self) -> Result<(), BuildFaults> {
        let faults = self.faults();
        if faults.is_empty() {
            Ok(())
        } else {
            Err(BuildFaults(faults))
        }
    }

    /// What is wrong with the declarations, each with its fix.
    pub(super) fn faults(&self) -> Vec<String> {
        let metas: Vec<_> = self
            .resources
            .iter()
            .map(|mounted| (mounted.meta)())
            .collect();
        let mut faults = shared_names(&metas);
        faults.extend(paths::faults(&metas, &self.routes));
        for meta in metas.iter().filter(|meta| !is_of_the_kit(meta)) {
            let rules = meta.rules.iter().flatten();
            faults.extend(foreign_roles(
                self.roles,
                meta.name,
                rules.flat_map(|rule| rule.roles()),
            ));
        }
        for meta in &metas {
            let columns = meta.columns.iter();
            let roles =
                columns.flat_map(|column| column.read_role.into_iter().chain(column.write_role));
            faults.extend(foreign_roles(self.roles, meta.name, roles));
        }
        for meta in reachable(&metas) {
            faults.extend(told_by_the_order(meta));
            faults.extend(relation_faults(meta));
        }
        for route in self.routes.iter() {
            faults.extend(foreign_roles(self.roles, &route.path, route.rule.roles()));
        }
        faults
    }

    /// Puts the service together; needs no connection to the database.
    ///
    /// # Errors
    ///
    /// As [`App::check`]; and when the settings of the passwords' hash are out of its bounds.
    pub fn build(
        self,
        config: &Config,
        db: Db,
    ) -> Result<Service, Box<dyn std::error::Error + Send + Sync>> {
        self.build_behind(config, db, None)
    }

    /// The same behind a gate that opens once the schema is there.
    pub(super) fn build_behind(
        self,
        config: &Config,
        db: Db,
        gate: Option<Schema>,
    ) -> Result<Service, Box<dyn std::error::Error + Send + Sync>> {
        self.check()?;
        let services = self.services(config, &db)?;
        let state = AppState::new(services.clone());
        let shutdown = Shutdown::new();
        let metrics = observe::metrics(config, self.package, &db, gate.as_ref());
        let document = self.document(config, &services)?;
        let mut health =
            Health::new(self.package.version, &shutdown).check("database", move || {
                let db = db.clone();
                async move { db.ping().await }
            });
        for check in self.health_checks {
            health = check.add_to(health, &state);
        }
        let mut router = Router::new().merge(auth::router());
        for mounted in &self.resources {
            router = router.merge((mounted.router)(services.clone()));
        }
        for route in self.routes.into_routes() {
            router = router.route(&route.path, route.router);
        }
        if let Some(schema) = gate {
            router = router.route_layer(from_fn_with_state(schema.clone(), Schema::gate));
            health = health.check("schema", move || std::future::ready(schema.check()));
        }
        let router = router.route(
            "/openapi.json",
            get(move || async move { document_response(document) }),
        );
        #[cfg(feature = "docs")]
        let router = if config.http.docs_enabled {
            router.merge(crate::openapi::pages())
        } else {
            router
        };
        let around = |router| {
            http::layered(http::fallbacks(router), &config.http, &shutdown, &metrics)
                .with_state(state.clone())
        };
        let told = health.routes().merge(http::metrics_route(&metrics));
        let (router, management) = match config.http.management {
            Some(_) => (around(router), Some(around(told))),
            None => (around(router.merge(told)), None),
        };
        Ok(Service {
            router,
            management,
            state,
            shutdown,
            metrics,
        })
    }

    /// The OpenAPI document, made once.
    fn document(&self, config: &Config, services: &Services) -> serde_json::Result<&'static [u8]> {
        let bytes = serde_json::to_vec(&self.openapi(config, services))?;
        // One for each application, for as long as it lives.
        Ok(Box::leak(bytes.into_boxed_slice()))
    }

    /// The OpenAPI document as a file, with a line for each value.
    pub(super) fn describe(
        &self,
        config: &Config,
        db: &Db,
    ) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        let services = self.services(config, db)?;
        let mut text = serde_json::to_string_pretty(&self.openapi(config, &services))?;
        text.push('\n');
        Ok(text)
    }

    fn services(&self, config: &Config, db: &Db) -> Result<Services> {
        let authenticator = Authenticator::new(&config.auth, self.roles, db.clone())?;
        let resources = self.resources.iter();
        Ok(Services::new(
            Arc::new(config.clone()),
            db.clone(),
            authenticator,
            resources.map(|mounted| (mounted.meta)()).collect(),
        ))
    }

    fn openapi(&self, config: &Config, services: &Services) -> OpenApi {
        let is_elsewhere = config.http.management.is_some();
        let has_metrics = cfg!(feature = "metrics") && config.telemetry.metrics_enabled;
        let package = self.package;
        let mut document = Document::new(package.name, package.version)
            .server(config.http.public_url.as_deref())
            .password_flow(config.auth.password_grant_enabled)
            .auth(&auth_docs(config))
            .service(&ServiceDocs {
                health: !is_elsewhere,
                metrics: has_metrics && !is_elsewhere,
            });
        for Mounted { meta, .. } in &self.resources {
            document = document.resource(meta(), services.rules(meta()));
        }
        for Route {
            path,
            methods,
            operation,
            schemas,
            rule,
            ..
        } in self.routes.iter()
        {
            for method in methods {
                document = document.operation(
                    path,
                    method.clone(),
                    operation.clone(),
                    *rule,
                    schemas.clone(),
                );
            }
        }
        document.finish()
    }
}

/// Which of the operations on accounts there are with these settings.
pub(super) fn auth_docs(config: &Config) -> AuthDocs {
    AuthDocs {
        registration: config.auth.registration_enabled,
        form: config.auth.password_grant_enabled,
        jwks: config.auth.private_key.is_some(),
    }
}

fn document_response(document: &'static [u8]) -> impl IntoResponse {
    (
        [(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        )],
        document,
    )
}

/// The kit's own resources follow the application's roles, whatever they are.
pub(super) fn is_of_the_kit(meta: &Meta) -> bool {
    std::ptr::eq(meta, <super::User as crate::resource::Resource>::meta())
}

/// A cursor has the values that the order goes by, and embedded rows come in it, so a field that not everybody may read
/// is none of them.
fn told_by_the_order(meta: &Meta) -> impl Iterator<Item = String> {
    let ordered = meta.sort.iter().map(|(column, _)| &meta.columns[*column]);
    ordered.filter(|column| column.read_role.is_some()).map(|column| {
        format!(
            "the default order of `{}` goes by `{}`, which not everybody may read; give it another `sort = \"…\"`",
            meta.name, column.name
        )
    })
}

fn shared_names(metas: &[&'static Meta]) -> Vec<String> {
    let mut faults = Vec::new();
    for (position, meta) in metas.iter().enumerate() {
        for other in &metas[..position] {
            if meta.table == other.table {
                faults.push(format!(
                    "`{}` and `{}` share the table `{}`; give one of them `table = \"…\"`",
                    other.name, meta.name, meta.table
                ));
            }
            if meta.path == other.path {
                faults.push(format!(
                    "`{}` and `{}` share the path `{}`; give one of them `path = \"/…\"`",
                    other.name, meta.name, meta.path
                ));
            }
        }
    }
    faults
}

fn foreign_roles(
    roles: &'static Roles,
    whose: &str,
    named: impl Iterator<Item = crate::auth::RoleRef>,
) -> Vec<String> {
    named
        .filter(|role| !role.set().is(roles))
        .map(|role| {
            format!(
                "the rule of `{whose}` names {} of `{}`, but the application's roles are `{}`; import that one, or \
                 call `.roles::<{}>()` on the App",
                role.name(),
                role.set().type_name,
                roles.type_name,
                role.set().type_name
            )
        })
        .collect()
}
