//! The application: resources, routes, migrations and roles, put together and run.

mod banner;
mod build;
mod cli;
mod descriptors;
mod health;
mod kit;
mod listener;
mod matrix;
mod observe;
mod paths;
mod preflight;
mod report;
mod routes;
mod schema;
mod seed;
mod serve;
mod state;
mod upkeep;
mod user;

use std::process::ExitCode;

use crate::auth::{Role, RoleSet, Roles};
use crate::db::Migrations;
use crate::resource::{Meta, Resource, Services, router};

pub use build::{BuildFaults, Service};
use health::HealthCheck;
pub use routes::Routes;
use seed::Seed;
pub use seed::{Seeded, Seeder};
pub use state::AppState;
pub use user::User;

/// The name and version of the application's package; made with `package!()`.
///
/// ```
/// use skeleton_runtime::app::Package;
/// use skeleton_runtime::package;
///
/// const PACKAGE: Package = package!();
/// println!("{} {}", PACKAGE.name, PACKAGE.version);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Package {
    /// The name in Cargo.toml: the name of the service.
    pub name: &'static str,
    /// The version in Cargo.toml.
    pub version: &'static str,
    /// The description in Cargo.toml: what OpenAPI and the help say of the service.
    pub description: &'static str,
}

/// The [`Package`] of the crate that calls it.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// let package = package!();
/// assert!(!package.name.is_empty() && !package.version.is_empty());
/// ```
#[macro_export]
macro_rules! package {
    () => {
        $crate::app::Package {
            name: ::core::env!("CARGO_PKG_NAME"),
            version: ::core::env!("CARGO_PKG_VERSION"),
            description: ::core::env!("CARGO_PKG_DESCRIPTION"),
        }
    };
}

/// A resource of the application, before it has its services.
#[derive(Clone, Copy)]
struct Mounted {
    meta: fn() -> &'static Meta,
    router: fn(Services) -> axum::Router<AppState>,
    #[cfg(feature = "test-util")]
    maker: fn() -> crate::resource::Maker,
}

impl std::fmt::Debug for Mounted {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str((self.meta)().name)
    }
}

/// A service: what it is made of, and its command line.
///
/// ```no_run
/// use skeleton_runtime::prelude::*;
///
/// fn main() -> ExitCode {
///     App::new(package!()).run()
/// }
/// ```
///
/// Every application has `/auth/*`, `/users`, `/health` and `/openapi.json` from the kit.
#[derive(Debug)]
pub struct App {
    package: Package,
    migrations: Migrations,
    resources: Vec<Mounted>,
    routes: Routes,
    roles: &'static Roles,
    health_checks: Vec<HealthCheck>,
    seed: Option<Seed>,
}

impl App {
    /// An application without resources.
    pub fn new(package: Package) -> Self {
        let app = Self {
            package,
            migrations: Migrations::kit(),
            resources: Vec::new(),
            routes: Routes::new(),
            roles: Role::ROLES,
            health_checks: Vec::new(),
            seed: None,
        };
        app.resource::<User>()
    }

    /// Adds the application's migrations, as `migrations!("migrations")` embeds them.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "as every part of an App is given"
    )]
    pub fn migrations(mut self, migrations: Migrations) -> Self {
        self.migrations = Migrations::merged([&self.migrations, &migrations]);
        self
    }

    /// Adds a resource with all its endpoints.
    #[must_use]
    pub fn resource<T: Resource>(mut self) -> Self {
        self.resources.push(Mounted {
            meta: T::meta,
            router: router::<T, AppState>,
            #[cfg(feature = "test-util")]
            maker: crate::resource::Maker::of::<T>,
        });
        self
    }

    /// Adds handlers written by hand, as `routes!(publish)` lists them.
    #[must_use]
    pub fn routes(mut self, routes: Routes) -> Self {
        self.routes.extend(routes);
        self
    }

    /// Adds a dependency to `/health` and `/health/ready`, beside the database: `check` fails where it can't be had.
    ///
    /// It has two seconds, and runs once a second at most, however many ask. The error is logged, not told.
    ///
    /// ```no_run
    /// # use skeleton_runtime::prelude::*;
    /// # fn app() -> App { App::new(package!()) }
    /// async fn mail(_state: AppState) -> std::io::Result<()> {
    ///     tokio::net::TcpStream::connect("mail.example.com:25").await.map(drop)
    /// }
    ///
    /// app().health_check("mail", mail);
    /// ```
    #[must_use]
    pub fn health_check<F, Fut, E>(mut self, name: &'static str, check: F) -> Self
    where
        F: Fn(AppState) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.health_checks.push(HealthCheck::new(name, check));
        self
    }

    /// What the command `seed` does: fills the database with rows to try things out with. It may be run any number of
    /// times, so it makes what is not there, and leaves what is.
    ///
    /// ```no_run
    /// # use skeleton_runtime::prelude::*;
    /// # fn app() -> App { App::new(package!()) }
    /// async fn seed(seeder: Seeder) -> Result<()> {
    ///     seeder.account("ann@example.com", Role::Admin, "correct horse battery").await?;
    ///     Ok(())
    /// }
    ///
    /// app().seed(seed);
    /// ```
    #[must_use]
    pub fn seed<F, Fut>(mut self, seed: F) -> Self
    where
        F: FnOnce(Seeder) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = crate::Result<()>> + 'static,
    {
        self.seed = Some(Seed::new(seed));
        self
    }

    /// Roles of the application's own instead of OWNER, ADMIN, MEMBER and VIEWER.
    #[must_use]
    pub fn roles<R: RoleSet>(mut self) -> Self {
        self.roles = R::ROLES;
        self
    }

    /// The roles of the application.
    pub fn all_roles(&self) -> &'static Roles {
        self.roles
    }

    /// What makes rows of each resource, for tests.
    #[cfg(feature = "test-util")]
    pub(crate) fn makers(&self) -> Vec<crate::resource::Maker> {
        self.resources
            .iter()
            .map(|mounted| (mounted.maker)())
            .collect()
    }

    /// Who may do what: a table for each resource of its operations and fields, and one of the handlers, by role. It is
    /// meant to be checked in, so that a change of it is looked at.
    ///
    /// `yes` is every row, `own` the caller's own ones; of a field `r` is read, `c` written at creation, `u` later.
    pub fn role_matrix(&self) -> String {
        matrix::of(self)
    }

    /// The kit's migrations and the application's, in one order.
    pub fn all_migrations(&self) -> &Migrations {
        &self.migrations
    }

    /// Runs the command line: `serve` when none is given. Everything else is in `--help`.
    ///
    /// Exit codes: 0 done, 1 failed, 2 wrong usage, 78 a setting, a declaration or what they name is at fault.
    #[must_use]
    pub fn run(self) -> ExitCode {
        cli::run(self)
    }
}
