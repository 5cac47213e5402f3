//! Resources with relations of every kind, and rows for them.

use skeleton_runtime::auth::RoleSet as _;
use skeleton_runtime::db::{Kind, Statement, Value as Bind};
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::TestApp;

use crate::common::{ANN, BOB};

/// Somebody who works here.
#[resource(
    path = "/people",
    table = "people",
    include_depth = 3,
    has_many(
        reports: Person via boss_id,
        tasks: Task,
        teams: Team through Membership,
        buddies: Person through Buddy via person_id,
        files: File,
        memberships: Membership,
    )
)]
pub(crate) struct Person {
    pub(crate) id: Uuid,
    #[field(filter)]
    pub(crate) name: String,
    /// Known to admins.
    #[field(default, read = Admin)]
    pub(crate) salary: i32,
    #[field(belongs_to = Person)]
    pub(crate) boss_id: Option<Uuid>,
}

/// People who work together: open to all, its members are not.
#[resource(sort = "-name", page(max = 1000), has_many(members: Person through Membership))]
#[requires_role(read = public, write = Admin)]
pub(crate) struct Team {
    pub(crate) id: i64,
    #[field(sort)]
    pub(crate) name: String,
}

/// Who is in which team.
#[resource]
pub(crate) struct Membership {
    pub(crate) id: i64,
    #[field(belongs_to = Person)]
    pub(crate) person_id: Uuid,
    #[field(belongs_to = Team)]
    pub(crate) team_id: i64,
}

/// Who goes with whom; not mounted, and listed by admins alone.
#[resource]
#[requires_role(list = Admin)]
pub(crate) struct Buddy {
    pub(crate) id: i64,
    #[field(belongs_to = Person)]
    pub(crate) person_id: Uuid,
    #[field(belongs_to = Person)]
    pub(crate) other_id: Uuid,
}

/// A private word; not mounted, and read by its author.
#[resource]
#[requires_role(get = owner | Admin, list = Admin)]
pub(crate) struct Memo {
    pub(crate) id: Uuid,
    pub(crate) text: String,
    #[field(owner, belongs_to = User)]
    pub(crate) author_id: Uuid,
}

/// Something to be done.
#[resource(sort = "title", page(default = 2, max = 3))]
pub(crate) struct Task {
    pub(crate) id: Uuid,
    #[field(filter, sort)]
    pub(crate) title: String,
    #[field(belongs_to = Person)]
    pub(crate) person_id: Option<Uuid>,
    #[field(belongs_to = Memo)]
    pub(crate) memo_id: Option<Uuid>,
}

/// A file on somebody; on whom, admins know alone.
#[resource]
pub(crate) struct File {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    #[field(belongs_to = Person, read = Admin)]
    pub(crate) person_id: Uuid,
    #[field(belongs_to = Carton)]
    pub(crate) carton_id: Option<Uuid>,
}

/// Goes in and never comes out.
#[resource(operations(create))]
pub(crate) struct Carton {
    pub(crate) id: Uuid,
    pub(crate) name: String,
}

pub(crate) fn app() -> App {
    App::new(package!())
        .migrations(migrations!("migrations"))
        .resource::<Person>()
        .resource::<Team>()
        .resource::<Task>()
        .resource::<File>()
}

pub(crate) async fn on_both(test: impl AsyncFn(&TestApp)) {
    for app in TestApp::both(app).await {
        fill(&app).await;
        test(&app).await;
    }
}

pub(crate) fn id(number: u128) -> Bind {
    Bind::Uuid(Uuid::from_u128(number))
}

fn text(text: &str) -> Bind {
    Bind::Text(text.to_owned())
}

pub(crate) async fn insert(app: &TestApp, sql: &'static str, binds: Vec<Bind>) {
    app.db()
        .execute(Statement::with_binds(sql, binds))
        .await
        .unwrap();
}

const NO_ID: Bind = Bind::Null(Kind::Uuid);

/// Ada is the boss of Bea and Cyd; Ada and Bea are in teams; Ada has more tasks than one page.
pub(crate) async fn fill(app: &TestApp) {
    const PERSON: &str = "INSERT INTO people (id, name, salary, boss_id) VALUES ($1, $2, $3, $4)";
    const TASK: &str = "INSERT INTO tasks (id, title, person_id, memo_id) VALUES ($1, $2, $3, $4)";
    const MEMO: &str = "INSERT INTO memos (id, text, author_id) VALUES ($1, $2, $3)";
    const MEMBER: &str = "INSERT INTO memberships (person_id, team_id) VALUES ($1, $2)";
    for (number, name, boss) in [(1, "Ada", NO_ID), (2, "Bea", id(1)), (3, "Cyd", id(1))] {
        let binds = vec![id(number), text(name), Bind::I32(10), boss];
        insert(app, PERSON, binds).await;
    }
    for (number, name) in [(1, "red"), (2, "blue"), (3, "empty")] {
        let binds = vec![Bind::I64(number), text(name)];
        insert(app, "INSERT INTO teams (id, name) VALUES ($1, $2)", binds).await;
    }
    // Bea is in the red team twice.
    for (person, team) in [(1, 1), (1, 2), (2, 1), (2, 1)] {
        insert(app, MEMBER, vec![id(person), Bind::I64(team)]).await;
    }
    for (number, email) in [(21, ANN), (22, BOB)] {
        let author = app.account(email, Role::Member.role()).await.id;
        let binds = vec![id(number), text(email), Bind::Uuid(author)];
        insert(app, MEMO, binds).await;
    }
    for (number, title, person, memo) in [
        (11, "e", id(1), NO_ID),
        (12, "d", id(1), NO_ID),
        (13, "c", id(1), NO_ID),
        (14, "b", id(1), id(22)),
        (15, "a", id(1), id(21)),
        (16, "f", id(2), NO_ID),
        (17, "g", NO_ID, NO_ID),
    ] {
        insert(app, TASK, vec![id(number), text(title), person, memo]).await;
    }
    let file = "INSERT INTO files (id, name, person_id) VALUES ($1, $2, $3)";
    insert(app, file, vec![id(31), text("Ada's"), id(1)]).await;
    let buddy = "INSERT INTO buddies (id, person_id, other_id) VALUES ($1, $2, $3)";
    insert(app, buddy, vec![Bind::I64(1), id(1), id(3)]).await;
}
