//! Requests of one account.

use crate::auth::{Account, RoleRef, RoleSet};

use super::{TestApp, TestRequest};

/// A client that sends its requests as one account: [`TestApp::as_role`], [`TestApp::as_account`].
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// # use skeleton_runtime::test_util::TestApp;
/// # async fn example(app: &TestApp, article: Uuid) {
/// let admin = app.as_role(Role::Admin);
/// admin.post(&format!("/articles/{article}/publish")).send().await.expect(200);
/// admin.delete(&format!("/articles/{article}")).send().await.expect(204);
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct TestClient<'a> {
    app: &'a TestApp,
    email: String,
    role: RoleRef,
}

impl TestApp {
    /// A client that acts as the one account of this role that the test has; of the application's own roles too.
    pub fn as_role<R: RoleSet>(&self, role: R) -> TestClient<'_> {
        let role = role.role();
        self.client(&email_of(role), role)
    }

    /// A client that acts as the account of this e-mail, which is made with this role if there is none.
    pub fn as_account<R: RoleSet>(&self, email: &str, role: R) -> TestClient<'_> {
        self.client(email, role.role())
    }

    pub(super) fn client(&self, email: &str, role: RoleRef) -> TestClient<'_> {
        TestClient {
            app: self,
            email: email.to_owned(),
            role,
        }
    }
}

/// The e-mail of the one account of a role that a test has.
pub(super) fn email_of(role: RoleRef) -> String {
    format!("{}@example.com", role.name().to_lowercase())
}

impl<'a> TestClient<'a> {
    /// The application that it talks to.
    pub fn app(&self) -> &'a TestApp {
        self.app
    }

    /// The account, with its id.
    ///
    /// # Panics
    ///
    /// When there is one of this e-mail with another role.
    pub async fn account(&self) -> Account {
        self.app.account(&self.email, self.role).await
    }

    /// An access token of the account.
    ///
    /// # Panics
    ///
    /// As [`TestClient::account`].
    pub async fn token(&self) -> String {
        self.app.token_for(&self.email, self.role).await
    }

    /// A GET.
    pub fn get(&self, path: &str) -> TestRequest<'a> {
        self.request("GET", path)
    }

    /// A POST.
    pub fn post(&self, path: &str) -> TestRequest<'a> {
        self.request("POST", path)
    }

    /// A PATCH.
    pub fn patch(&self, path: &str) -> TestRequest<'a> {
        self.request("PATCH", path)
    }

    /// A PUT.
    pub fn put(&self, path: &str) -> TestRequest<'a> {
        self.request("PUT", path)
    }

    /// A DELETE.
    pub fn delete(&self, path: &str) -> TestRequest<'a> {
        self.request("DELETE", path)
    }

    /// A request of any method.
    pub fn request(&self, method: &str, path: &str) -> TestRequest<'a> {
        self.app
            .request(method, path)
            .caller(&self.email, self.role)
    }

    pub(super) fn email(&self) -> &str {
        &self.email
    }

    pub(super) const fn role(&self) -> RoleRef {
        self.role
    }
}
