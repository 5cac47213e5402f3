//! Which values a row needs, and the rows that it refers to.

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value as JsonValue, json};

use crate::app::User;
use crate::resource::{Column, Maker, Meta, Resource as _};
use crate::test_util::{TestApp, fake};

use super::{maker, refused};

/// Rows that need each other in a circle can't be made by anybody.
const DEEPEST: usize = 8;

/// How much of a row is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::test_util) enum Fullness {
    /// What has no default and can't be NULL.
    Needed,
    /// All that a body may have, but for references that need not be.
    Full,
}

/// The values of a create.
pub(in crate::test_util) struct Plan {
    meta: &'static Meta,
    fullness: Fullness,
    /// What is given, and the ids of rows that are referred to, by index of the column.
    given: Vec<(usize, JsonValue)>,
    /// The columns for which no value is known, and none is needed.
    left: Vec<usize>,
}

impl Plan {
    /// Makes the rows that such a row refers to of necessity, where they are not given.
    ///
    /// # Panics
    ///
    /// When one of them can't be made.
    pub(in crate::test_util) async fn new(
        app: &TestApp,
        meta: &'static Meta,
        given: Vec<(usize, JsonValue)>,
        fullness: Fullness,
    ) -> Self {
        Self::deep(app, meta, given, fullness, 0).await
    }

    async fn deep(
        app: &TestApp,
        meta: &'static Meta,
        mut given: Vec<(usize, JsonValue)>,
        fullness: Fullness,
        depth: usize,
    ) -> Self {
        assert!(
            depth < DEEPEST,
            "rows of `{}` need each other in a circle\nhelp: set the field that refers to one that is there",
            meta.name
        );
        for (index, column) in meta.columns.iter().enumerate() {
            let is_given = given.iter().any(|(given, _)| *given == index);
            if let Some(reference) = column.references.filter(|_| is_needed(column) && !is_given) {
                let target = (reference.target)();
                given.push((index, parent(app, target, depth + 1).await));
            }
        }
        let mut plan = Self {
            meta,
            fullness,
            given,
            left: Vec::new(),
        };
        if fullness == Fullness::Full {
            // A type of the application's own, or a rule that is a function, may ask for more than is declared.
            let faults = rows(app, meta).faults(&plan.values());
            let columns = meta.columns.iter().enumerate();
            let at_fault = columns.filter(|(_, column)| {
                !is_needed(column) && faults.iter().any(|fault| fault.field == column.name)
            });
            plan.left = at_fault.map(|(index, _)| index).collect();
        }
        plan
    }

    /// Values that no other row has, where they must be unique.
    pub(in crate::test_util) fn values(&self) -> Vec<(usize, JsonValue)> {
        let number = fake::next_number();
        let mut values = Vec::new();
        for (index, column) in self.meta.columns.iter().enumerate() {
            let is_wanted = self.fullness == Fullness::Full || is_needed(column);
            // Of a field set twice the last value counts.
            let mut given = self.given.iter().rev();
            let given = given.find(|(given, _)| *given == index);
            match given {
                _ if !column.is_writable_once() => {}
                Some((_, value)) => values.push((index, value.clone())),
                None if !is_wanted || column.references.is_some() || self.left.contains(&index) => {
                }
                None => values.push((index, fake::value(self.meta, column, number))),
            }
        }
        values
    }

    /// Inserts such a row, for the account of this e-mail or else for the factories' own.
    pub(in crate::test_util) async fn make(
        &self,
        app: &TestApp,
        owner: Option<&super::TestClient<'_>>,
    ) -> JsonValue {
        self.make_of(app, owner, &self.values()).await
    }

    /// The same with these values.
    pub(in crate::test_util) async fn make_of(
        &self,
        app: &TestApp,
        owner: Option<&super::TestClient<'_>>,
        values: &[(usize, JsonValue)],
    ) -> JsonValue {
        let rows = rows(app, self.meta);
        let caller = match owner {
            Some(client) => app.current_user(client.email(), client.role()).await,
            None => maker(app).await,
        };
        let services = app.service().state().services();
        let made = Box::pin(rows.make(services, caller, values)).await;
        made.unwrap_or_else(|error| refused(self.meta, &error))
    }
}

fn is_needed(column: &Column) -> bool {
    column.is_writable_once() && !column.nullable && !column.has_default
}

fn rows(app: &TestApp, meta: &'static Meta) -> Maker {
    app.maker(meta).unwrap_or_else(|| {
        panic!(
            "`{0}` is no resource of the application, so no row of it can be made\nhelp: add `.resource::<{0}>()` to it, or set the field that refers to one",
            meta.name
        )
    })
}

/// The id of a new row.
fn parent<'a>(app: &'a TestApp, meta: &'static Meta, depth: usize) -> BoxFuture<'a, JsonValue> {
    async move {
        if std::ptr::eq(meta, User::meta()) {
            let role = app.service().state().services().roles().default_role();
            let email = format!("person{}@example.com", fake::next_number());
            return json!(app.account(&email, role).await.id);
        }
        let plan = Plan::deep(app, meta, Vec::new(), Fullness::Needed, depth).await;
        let row = plan.make(app, None).await;
        row[meta.id_column().name].clone()
    }
    .boxed()
}
