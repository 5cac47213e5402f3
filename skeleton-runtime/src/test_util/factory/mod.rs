//! Rows for tests.

mod fits;
mod plan;

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde_json::Value as JsonValue;

use crate::Error;
use crate::auth::CurrentUser;
use crate::resource::{ColumnType, Meta, Repository, Resource, payload, values};

use super::fake::to_json;
use super::{TestApp, TestClient};

pub use fits::Fits;
pub(super) use plan::{Fullness, Plan};

/// The e-mail of the account for which rows are made where the test names none.
pub(super) const MAKER: &str = "factory@example.com";

type Setter<N> = Arc<dyn Fn(&mut N) + Send + Sync>;

/// The value of a field as a body would have it, by index of its column.
type Given = (usize, JsonValue);

/// Makes rows of a resource: what is not set has a made-up value that passes the declared rules.
///
/// `Article::factory()` gives one, with a setter for each field of a create: those of a body, and those that server code
/// alone sets. What has a default, or may be NULL, is left so. Unique fields get unique values. A row that is referred
/// to of necessity is made by the factory of its resource.
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// # use skeleton_runtime::test_util::TestApp;
/// # #[resource] pub struct Article { pub id: Uuid, pub title: String, pub rating: Option<Decimal> }
/// # async fn example(app: &TestApp) {
/// let article = Article::factory().title("Hello").rating(Decimal::ONE).create(app).await;
/// let others = Article::factory().create_many(&app.as_role(Role::Member), 20).await;
/// let body = Article::factory().body(app).await;                 // for a request of one's own
/// # }
/// ```
pub struct Factory<T: Resource> {
    setters: Vec<(Given, Setter<T::New>)>,
}

/// A resource with a factory; `#[resource]` sees to it.
#[doc(hidden)]
pub trait HasFactory: Resource {
    /// What `factory()` gives.
    type Factory: Deref<Target = Factory<Self>> + Clone;
}

/// The type of `Article::factory()`, as in `fn draft() -> FactoryOf<Article>`.
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::test_util::FactoryOf;
///
/// # #[resource] pub struct Article { pub id: Uuid, pub title: String }
///
/// fn draft() -> FactoryOf<Article> {
///     Article::factory().title("Draft")
/// }
/// ```
pub type FactoryOf<T> = <T as HasFactory>::Factory;

/// For whom rows are made.
///
/// `&TestApp`: for an account of the factories' own with the highest role, whatever the rules say. `&TestClient`: for its
/// account, which becomes the owner, as far as the rules let it. Hooks run in any case.
#[doc(hidden)]
pub trait Makes: Copy {
    /// The application.
    fn app(&self) -> &TestApp;

    /// The account, if rows are made under its rules.
    fn client(&self) -> Option<&TestClient<'_>> {
        None
    }
}

impl Makes for &TestApp {
    fn app(&self) -> &TestApp {
        self
    }
}

impl Makes for &TestClient<'_> {
    fn app(&self) -> &TestApp {
        TestClient::app(self)
    }

    fn client(&self) -> Option<&TestClient<'_>> {
        Some(self)
    }
}

impl<T: Resource> Factory<T> {
    /// A factory that sets nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            setters: Vec::new(),
        }
    }

    /// Sets the field of a column, by index.
    pub fn set<V: ColumnType + Clone>(&mut self, column: usize, value: V, set: fn(&mut T::New, V)) {
        let given = (column, to_json(value.clone().into_value()));
        let setter = move |new: &mut T::New| set(new, value.clone());
        self.setters.push((given, Arc::new(setter)));
    }

    /// What would be inserted; rows that it refers to are made.
    ///
    /// # Panics
    ///
    /// When no made-up value passes the rules of a field, or such a row can't be made.
    pub async fn build(&self, by: impl Makes) -> T::New {
        let plan = self.plan(by).await;
        self.fill(&plan)
    }

    /// The body of a create; rows that it refers to are made. It has no fields that server code alone sets.
    ///
    /// # Panics
    ///
    /// As [`Factory::build`].
    pub async fn body(&self, by: impl Makes) -> JsonValue {
        let written = values(self.build(by).await);
        let fields = written.iter().filter_map(|(column, value)| {
            let column = &T::meta().columns[*column];
            let field = (column.name.to_owned(), to_json(value.clone()));
            column.is_writable_once().then_some(field)
        });
        JsonValue::Object(fields.collect())
    }

    /// Inserts a row, as code with a [`Repository`] does: the hooks run.
    ///
    /// # Panics
    ///
    /// As [`Factory::build`]; when the row is refused.
    pub async fn create(&self, by: impl Makes) -> T {
        let plan = self.plan(by).await;
        let rows = self.repository(by).await;
        let made = Box::pin(rows.create(self.fill(&plan))).await;
        made.unwrap_or_else(|error| refused(T::meta(), &error))
    }

    /// Inserts so many rows. A row that all of them refer to is made once.
    ///
    /// # Panics
    ///
    /// As [`Factory::create`].
    pub async fn create_many(&self, by: impl Makes, count: usize) -> Vec<T> {
        let plan = self.plan(by).await;
        let rows = self.repository(by).await;
        let mut made = Vec::with_capacity(count);
        for _ in 0..count {
            let row = Box::pin(rows.create(self.fill(&plan))).await;
            made.push(row.unwrap_or_else(|error| refused(T::meta(), &error)));
        }
        made
    }

    async fn plan(&self, by: impl Makes) -> Plan {
        let set = self.setters.iter().map(|(given, _)| given.clone());
        Plan::new(by.app(), T::meta(), set.collect(), Fullness::Needed).await
    }

    fn fill(&self, plan: &Plan) -> T::New {
        let mut new =
            payload::<T>(&plan.values()).unwrap_or_else(|error| refused(T::meta(), &error));
        for (_, setter) in &self.setters {
            setter(&mut new);
        }
        new
    }

    async fn repository(&self, by: impl Makes) -> Repository<T> {
        let app = by.app();
        let services = app.service().state().services();
        match by.client() {
            Some(client) => {
                let caller = app.current_user(client.email(), client.role()).await;
                Repository::acting(services, caller, true)
            }
            None => Repository::acting(services, maker(app).await, false),
        }
    }
}

/// For whom rows are made where the test names nobody.
pub(super) async fn maker(app: &TestApp) -> CurrentUser {
    let highest = app.service().state().services().roles().highest();
    app.current_user(MAKER, highest).await
}

/// Tells why a row can't be made.
pub(super) fn refused(meta: &Meta, error: &Error) -> ! {
    use fmt::Write as _;
    let mut message = format!("no row of `{}` was made: {error}", meta.name);
    for fault in error.faults() {
        let _ = write!(
            message,
            "\n  {}: {} ({})",
            fault.field, fault.message, fault.code
        );
    }
    if let Some(cause) = std::error::Error::source(error) {
        let _ = write!(message, "\n  {cause}");
    }
    if !error.faults().is_empty() {
        let _ = write!(
            message,
            "\nhelp: set the fields that have rules of their own"
        );
    }
    panic!("{message}");
}

impl<T: Resource> Default for Factory<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Resource> Clone for Factory<T> {
    fn clone(&self) -> Self {
        Self {
            setters: self.setters.clone(),
        }
    }
}

impl<T: Resource> fmt::Debug for Factory<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = T::meta().columns;
        let set = self
            .setters
            .iter()
            .map(|((column, _), _)| columns[*column].name);
        write!(formatter, "{}::factory() of ", T::meta().name)?;
        formatter.debug_list().entries(set).finish()
    }
}
