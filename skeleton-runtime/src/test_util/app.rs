//! An application in a test: on a database of its own, called without a socket.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::FromRef as _;
use axum::http::{HeaderMap, HeaderValue, header};
use uuid::Uuid;

use crate::app::{App, Service};
use crate::auth::{Account, Authenticator, CurrentUser, RoleRef, RoleSet};
use crate::config::{Argon2Config, Config};
use crate::db::{AnyBackend, Db, record};
use crate::resource::{Maker, Meta};

use super::{TestDatabase, TestRequest};

/// An application on a fresh database.
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// # fn app() -> App { App::new(package!()) }
/// # async fn example() {
/// use skeleton_runtime::test_util::TestApp;
///
/// for app in TestApp::both(app).await {
///     let response = app.get("/users").as_role(Role::Admin).send().await;
///     assert_eq!(response.status(), 200);
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct TestApp {
    service: Service,
    db: Db,
    authenticator: Authenticator,
    /// By account: a login for each request would be the dearest part of most tests.
    tokens: Mutex<HashMap<Uuid, String>>,
    makers: Vec<Maker>,
    /// Gone with the last instance on it.
    database: Arc<TestDatabase>,
}

impl TestApp {
    /// The application on a SQLite file of its own.
    ///
    /// # Panics
    ///
    /// When the application can't be built or its migrations fail.
    #[cfg(feature = "sqlite")]
    pub async fn sqlite(app: impl Fn() -> App) -> Self {
        Self::sqlite_with(&app, &[]).await
    }

    #[cfg(feature = "sqlite")]
    async fn sqlite_with(app: &impl Fn() -> App, settings: &[(&str, &str)]) -> Self {
        let database =
            TestDatabase::sqlite(async |url| Box::pin(migrate(&app(), &url)).await).await;
        Self::on(Arc::new(database), app(), settings)
    }

    /// The application on a PostgreSQL database of its own; `None`, after a word about it, without
    /// `TEST_DATABASE_URL`.
    ///
    /// # Panics
    ///
    /// As [`TestApp::sqlite`]; with `CI=true` also without `TEST_DATABASE_URL`.
    #[cfg(feature = "postgres")]
    pub async fn postgres(app: impl Fn() -> App) -> Option<Self> {
        Self::postgres_with(&app, &[]).await
    }

    #[cfg(feature = "postgres")]
    async fn postgres_with(app: &impl Fn() -> App, settings: &[(&str, &str)]) -> Option<Self> {
        let fingerprint = fingerprint(&app());
        let database = TestDatabase::postgres(&fingerprint, async |url| {
            Box::pin(migrate(&app(), &url)).await
        })
        .await?;
        Some(Self::on(Arc::new(database), app(), settings))
    }

    /// The application on each kind of database that is to be had, SQLite first.
    ///
    /// # Panics
    ///
    /// As [`TestApp::sqlite`] and [`TestApp::postgres`].
    pub async fn both(app: impl Fn() -> App) -> Vec<Self> {
        Self::both_with(app, &[]).await
    }

    /// The same with settings, as `("AUTH_REGISTRATION", "false")`.
    ///
    /// # Panics
    ///
    /// As [`TestApp::both`], and for settings that can't be used.
    pub async fn both_with(app: impl Fn() -> App, settings: &[(&str, &str)]) -> Vec<Self> {
        let mut apps = Vec::new();
        #[cfg(feature = "sqlite")]
        apps.push(Self::sqlite_with(&app, settings).await);
        #[cfg(feature = "postgres")]
        apps.extend(Self::postgres_with(&app, settings).await);
        apps
    }

    /// The application on one kind of database; `None`, after a word about it, where that is not to be had.
    ///
    /// # Panics
    ///
    /// As [`TestApp::both_with`]; for a database that is not compiled in.
    pub async fn on_backend(
        backend: AnyBackend,
        app: impl Fn() -> App,
        settings: &[(&str, &str)],
    ) -> Option<Self> {
        match backend {
            #[cfg(feature = "sqlite")]
            AnyBackend::Sqlite => Some(Box::pin(Self::sqlite_with(&app, settings)).await),
            #[cfg(feature = "postgres")]
            AnyBackend::Postgres => Box::pin(Self::postgres_with(&app, settings)).await,
            #[cfg(not(all(feature = "sqlite", feature = "postgres")))]
            other => panic!(
                "{} is not compiled in: {settings:?} {}",
                other.name(),
                app().all_roles().type_name
            ),
        }
    }

    /// Another instance of the application over the same database, which shares nothing else with this one.
    ///
    /// # Panics
    ///
    /// When the application can't be built, or the settings can't be used.
    #[must_use]
    pub fn another(&self, app: App, settings: &[(&str, &str)]) -> Self {
        Self::on(Arc::clone(&self.database), app, settings)
    }

    fn on(database: Arc<TestDatabase>, app: App, settings: &[(&str, &str)]) -> Self {
        let mut config = config(database.url(), settings);
        // The least that argon2 takes: a test is no place to wait for a hash.
        config.auth.argon2 = Argon2Config {
            memory_kib: 8,
            iterations: 1,
            parallelism: 1,
        };
        let db = Db::open(&config.database).expect("the URL of a test database is well-formed");
        let makers = app.makers();
        let service = app
            .build(&config, db.clone())
            .expect("the application can be put together");
        Self {
            authenticator: Authenticator::from_ref(service.state()),
            service,
            db,
            tokens: Mutex::default(),
            makers,
            database,
        }
    }

    /// Which database it is on.
    pub fn backend(&self) -> AnyBackend {
        self.db.backend()
    }

    /// The database, to look behind the service.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// The service, as it would be served.
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// The account of this e-mail, made with this role if there is none.
    ///
    /// # Panics
    ///
    /// When there is one with another role.
    pub async fn account(&self, email: &str, role: RoleRef) -> Account {
        self.authenticator
            .accounts()
            .ensure(email, role)
            .await
            .expect("the account has one role throughout a test")
    }

    /// An access token of the account of this e-mail and role: the same one until its session ends.
    ///
    /// # Panics
    ///
    /// As [`TestApp::account`].
    pub async fn token<R: RoleSet>(&self, email: &str, role: R) -> String {
        self.token_for(email, role.role()).await
    }

    pub(super) async fn token_for(&self, email: &str, role: RoleRef) -> String {
        let account = self.account(email, role).await;
        let known = self.tokens().get(&account.id).cloned();
        if let Some(token) = known
            && self.holds(&token).await
        {
            return token;
        }
        let token = self.authenticator.issue(&account).await;
        let token = token.expect("a token can be signed").token.into_exposed();
        // So that the next request does not have to look the session up: whoever counts statements counts its own.
        assert!(self.holds(&token).await, "a new token holds");
        self.tokens().insert(account.id, token.clone());
        token
    }

    fn tokens(&self) -> MutexGuard<'_, HashMap<Uuid, String>> {
        self.tokens.lock().expect("no test panics in here")
    }

    async fn holds(&self, token: &str) -> bool {
        self.user(token).await.is_some()
    }

    async fn user(&self, token: &str) -> Option<CurrentUser> {
        let bearer = HeaderValue::try_from(format!("Bearer {token}")).expect("a token is ASCII");
        let headers = HeaderMap::from_iter([(header::AUTHORIZATION, bearer)]);
        self.authenticator.authenticate(&headers).await.ok()?
    }

    /// The account as hooks see it. Whoever counts statements does not count these.
    pub(super) async fn current_user(&self, email: &str, role: RoleRef) -> CurrentUser {
        let (user, _) = record(async {
            let token = self.token_for(email, role).await;
            self.user(&token).await
        })
        .await;
        user.expect("the token is a new one")
    }

    /// What makes rows of a resource of the application.
    pub(super) fn maker(&self, meta: &'static Meta) -> Option<Maker> {
        let mut makers = self.makers.iter();
        makers.find(|maker| std::ptr::eq(maker.meta, meta)).copied()
    }

    /// A GET.
    pub fn get(&self, path: &str) -> TestRequest<'_> {
        self.request("GET", path)
    }

    /// A POST.
    pub fn post(&self, path: &str) -> TestRequest<'_> {
        self.request("POST", path)
    }

    /// A PATCH.
    pub fn patch(&self, path: &str) -> TestRequest<'_> {
        self.request("PATCH", path)
    }

    /// A PUT.
    pub fn put(&self, path: &str) -> TestRequest<'_> {
        self.request("PUT", path)
    }

    /// A DELETE.
    pub fn delete(&self, path: &str) -> TestRequest<'_> {
        self.request("DELETE", path)
    }

    /// A request of any method.
    pub fn request(&self, method: &str, path: &str) -> TestRequest<'_> {
        TestRequest::new(self, method, path)
    }
}

fn config(url: &str, settings: &[(&str, &str)]) -> Config {
    let mut source = BTreeMap::from([
        ("APP_ENV", "test"),
        ("DATABASE_URL", url),
        ("DATABASE_POOL_SIZE", "4"),
        ("JWT_SECRET_KEY", "one secret for every instance of a test"),
    ]);
    source.extend(settings.iter().copied());
    let (config, _) = Config::load("test", &source).expect("the settings of a test are sound");
    config
}

async fn migrate(app: &App, url: &str) -> crate::Result<()> {
    let db =
        Db::open(&config(url, &[]).database).expect("the URL of a test database is well-formed");
    let migrated = app.all_migrations().run(&db).await;
    db.close();
    Ok(migrated.map(drop)?)
}

/// What tells one state of the migrations from another: their names, and the age of the program that embeds them.
#[cfg(feature = "postgres")]
fn fingerprint(app: &App) -> String {
    let age = std::env::current_exe()
        .and_then(std::fs::metadata)
        .and_then(|file| file.modified());
    format!("{} {age:?}", app.all_migrations().names().join(","))
}
