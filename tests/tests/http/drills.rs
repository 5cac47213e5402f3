//! Hooks that go wrong, hang, or meet each other: nothing is half done, and nothing is lost.

use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use skeleton_runtime::db::{AnyBackend, Connection, Statement, Value as Bound};
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::{TestApp, TestRequest};
use tokio::sync::{Barrier, Semaphore};

use crate::common::{expected, faults, path_of};
use crate::hooks::count;

/// Its hooks do what it says.
#[resource(hooks = Obey, operations(list, get, create, update, replace, delete, bulk))]
#[requires_role(read = Viewer, write = Member)]
pub(crate) struct Drill {
    pub(crate) id: Uuid,
    #[field(unique)]
    pub(crate) name: String,
    /// What its hooks do.
    #[field(default)]
    pub(crate) task: String,
    pub(crate) data: Option<JsonValue>,
    #[field(belongs_to = Drill)]
    pub(crate) parent_id: Option<Uuid>,
    /// Members write it, and don't read it.
    #[field(read = Admin)]
    pub(crate) plan: Option<Jsonb<Plan>>,
    /// Members know nothing of it.
    #[field(unique, read = Admin, write = Owner)]
    pub(crate) code: Option<String>,
}

/// Of two kinds, of which a patch may make one the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Plan {
    Words { value: String },
    Number { value: i64 },
}

/// What hooks leave behind.
#[resource(operations(list))]
#[requires_role(Viewer)]
pub(crate) struct Mark {
    pub(crate) id: i64,
    #[field(unique, filter)]
    pub(crate) name: String,
}

#[derive(Debug)]
pub(crate) struct Obey;

static TOLD: Mutex<Vec<Uuid>> = Mutex::new(Vec::new());

/// Opened by a test when a hook may go on.
static GATE: Semaphore = Semaphore::const_new(0);

async fn mark(cx: &mut Context<'_>, name: &str) -> Result<Mark> {
    let name = name.to_owned();
    cx.repository::<Mark>()
        .unguarded()
        .create(NewMark { name })
        .await
}

/// An INSERT by hand.
async fn insert(cx: &mut Context<'_>, name: &str) -> Result<()> {
    let insert =
        Statement::new("INSERT INTO marks (name) VALUES ($1)").bind(Bound::Text(name.to_owned()));
    Connection::execute(cx.connection().await?, insert).await?;
    Ok(())
}

/// Begins to write, and never ends.
async fn hang(cx: &mut Context<'_>) -> Result<()> {
    mark(cx, "abandoned").await?;
    std::future::pending().await
}

const SHORT: Duration = Duration::from_millis(50);

impl Hooks<Drill> for Obey {
    async fn before_create(cx: &mut Context<'_>, new: &mut NewDrill) -> Result<()> {
        match new.task.as_str() {
            "panic" => panic!("as it was told"),
            "hang" => hang(cx).await?,
            "give up" => {
                let hung = cx.transaction(async |cx| hang(cx).await);
                assert!(tokio::time::timeout(SHORT, hung).await.is_err());
                mark(cx, "kept").await?;
            }
            "give up a write" => {
                let task = "hang".to_owned();
                let inner = NewDrill {
                    name: "inner".to_owned(),
                    task,
                    data: None,
                    parent_id: None,
                    plan: None,
                    code: None,
                };
                let mut drills = cx.repository::<Drill>().unguarded();
                assert!(
                    tokio::time::timeout(SHORT, drills.create(inner))
                        .await
                        .is_err()
                );
            }
            "code" => new.code = Some("the one code".to_owned()),
            "lock" => cx.lock(&new.name).await?,
            "lock and meet" => {
                cx.lock(&new.name).await?;
                // SQLite lets nobody else write meanwhile.
                if cx.db().backend() == AnyBackend::Postgres {
                    BOTH_HAVE_ONE.wait().await;
                }
            }
            "write beside" => {
                cx.db().write().await?;
            }
            _ => {}
        }
        Ok(())
    }

    async fn before_update(cx: &mut Context<'_>, row: &Drill, _: &mut DrillChanges) -> Result<()> {
        if row.task == "be referred to" {
            let child = Statement::new(
                "INSERT INTO drills (id, name, task, parent_id) VALUES ($1, 'child', '', $2)",
            )
            .bind(Bound::Uuid(Uuid::now_v7()))
            .bind(Bound::Uuid(row.id));
            cx.db().execute(child).await?;
        }
        Ok(())
    }

    async fn after_create(cx: &mut Context<'_>, row: &Drill) -> Result<()> {
        match row.task.as_str() {
            "swallow" => {
                insert(cx, "twice").await?;
                assert!(insert(cx, "twice").await.is_err());
            }
            "swallow within" => {
                mark(cx, "twice").await?;
                let again = cx.transaction(async |cx| insert(cx, "twice").await).await;
                assert!(again.is_err());
            }
            "swallow of a repository" => {
                let made = mark(cx, "twice").await?;
                assert!(mark(cx, "twice").await.is_err());
                mark(cx, "other").await?;
                let all = cx.repository::<Mark>().unguarded().list(u32::MAX).await?;
                assert_eq!((made.name.as_str(), all.len()), ("twice", 2));
            }
            _ => {}
        }
        Ok(())
    }

    async fn after_commit(_: &mut Context<'_>, change: &Change<Drill>) -> Result<()> {
        let Change::Created(row) = change else {
            return Ok(());
        };
        match row.task.as_str() {
            "panic at last" => panic!("as it was told"),
            "wait at last" => GATE.acquire().await.unwrap().forget(),
            _ => {}
        }
        TOLD.lock().unwrap().push(row.id);
        Ok(())
    }
}

fn is_told(id: &Value) -> bool {
    let id: Uuid = id.as_str().unwrap().parse().unwrap();
    TOLD.lock().unwrap().contains(&id)
}

fn app() -> App {
    App::new(package!())
        .migrations(migrations!("migrations"))
        .resource::<Drill>()
        .resource::<Mark>()
}

async fn on_both(test: impl AsyncFn(&TestApp)) {
    for app in TestApp::both(app).await {
        test(&app).await;
    }
}

async fn on_both_with(settings: &[(&str, &str)], test: impl AsyncFn(&TestApp)) {
    for app in TestApp::both_with(app, settings).await {
        test(&app).await;
    }
}

fn create<'a>(app: &'a TestApp, name: &str, task: &str) -> TestRequest<'a> {
    let body = json!({ "name": name, "task": task });
    app.post("/drills").as_role(Role::Member).json(&body)
}

async fn marks(app: &TestApp) -> Vec<String> {
    let list = app.get("/marks?sort=id").as_role(Role::Viewer).send().await;
    let list = list.expect(200).json();
    let names = list["items"].as_array().unwrap().iter();
    names
        .map(|mark| mark["name"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_answered_as_done_is_done() {
    on_both(async |app| {
        let answer = create(app, "A", "swallow").send().await;
        // PostgreSQL's transaction is at its end after an error, even where a hook makes nothing of it.
        let is_aborted = app.backend() == AnyBackend::Postgres;
        assert_eq!(
            answer.status(),
            if is_aborted { 500 } else { 201 },
            "{}",
            answer.text()
        );
        let done = i64::from(!is_aborted);
        assert_eq!(
            (count(app, "/drills").await, count(app, "/marks").await),
            (done, done)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_within_a_savepoint_may_be_swallowed() {
    on_both(async |app| {
        create(app, "A", "swallow within").send().await.expect(201);
        assert_eq!(
            (count(app, "/drills").await, marks(app).await),
            (1, vec!["twice".to_owned()])
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_write_of_a_repository_is_a_savepoint() {
    on_both(async |app| {
        create(app, "A", "swallow of a repository")
            .send()
            .await
            .expect(201);
        assert_eq!(marks(app).await, ["twice", "other"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_dropped_is_undone_alone() {
    on_both(async |app| {
        create(app, "A", "give up").send().await.expect(201);
        create(app, "B", "give up a write").send().await.expect(201);
        assert_eq!(
            (count(app, "/drills").await, marks(app).await),
            (2, vec!["kept".to_owned()])
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_up_does_not_keep_from_being_told() {
    on_both(async |app| {
        // The account is made before, so that nothing else is waited for.
        count(app, "/drills").await;
        let create = create(app, "A", "wait at last");
        let row = tokio::select! {
            answer = create.send() => panic!("answered: {}", answer.text()),
            row = committed(app) => row,
        };
        assert!(!is_told(&row["id"]));
        GATE.add_permits(1);
        while !is_told(&row["id"]) {
            tokio::time::sleep(SHORT).await;
        }
    })
    .await;
}

/// The first row, as soon as there is one.
async fn committed(app: &TestApp) -> Value {
    loop {
        let list = app.get("/drills").as_role(Role::Viewer).send().await;
        if let [row, ..] = list.expect(200).json()["items"]
            .as_array()
            .unwrap()
            .as_slice()
        {
            return row.clone();
        }
        tokio::time::sleep(SHORT).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_after_the_commit_undoes_nothing_and_keeps_nobody_else_from_being_told() {
    on_both(async |app| {
        let items = json!({"items": [{"name": "A", "task": "panic at last"}, {"name": "B"}]});
        let made = app
            .post("/drills/bulk")
            .as_role(Role::Member)
            .json(&items)
            .send()
            .await;
        let made = made.expect(201).json();
        assert!(!is_told(&made["items"][0]["id"]) && is_told(&made["items"][1]["id"]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn panics_and_deadlines_within_a_transaction_leave_the_pool_whole() {
    let settings = [
        ("DATABASE_POOL_SIZE", "2"),
        ("REQUEST_TIMEOUT_SECONDS", "0.3"),
    ];
    on_both_with(&settings, async |app| {
        count(app, "/drills").await;
        create(app, "first", "").send().await.expect(201);
        for (task, status, code) in [("panic", 500, "internal"), ("hang", 504, "timeout")] {
            for _ in 0..4 {
                create(app, "A", task)
                    .send()
                    .await
                    .expect_problem(status, code);
            }
        }
        create(app, "A", "").send().await.expect(201);
        assert_eq!(
            (count(app, "/drills").await, count(app, "/marks").await),
            (2, 0)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_pool_serves_many_hooked_writes() {
    on_both_with(&[("DATABASE_POOL_SIZE", "2")], async |app| {
        count(app, "/drills").await;
        let writes = (0..32).map(|number| {
            let create = create(
                app,
                &format!("drill {number}"),
                "swallow of a repository nobody knows",
            );
            async move {
                create
                    .header("idempotency-key", &number.to_string())
                    .send()
                    .await
                    .status()
            }
        });
        let statuses = futures_util::future::join_all(writes).await;
        assert!(statuses.iter().all(|status| *status == 201), "{statuses:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_that_writes_beside_its_transaction_on_sqlite_is_told_off_in_time() {
    on_both_with(&[("DATABASE_POOL_TIMEOUT_SECONDS", "0.2")], async |app| {
        let answer = create(app, "A", "write beside").send().await;
        match app.backend() {
            AnyBackend::Sqlite => drop(answer.expect_problem(503, "unavailable")),
            AnyBackend::Postgres => drop(answer.expect(201)),
        }
        create(app, "B", "").send().await.expect(201);
    })
    .await;
}

/// Two that each hold a lock.
static BOTH_HAVE_ONE: LazyLock<Barrier> = LazyLock::new(|| Barrier::new(2));

#[tokio::test(flavor = "multi_thread")]
async fn of_a_deadlock_one_is_to_try_again() {
    on_both(async |app| {
        count(app, "/drills").await;
        let bulk = |first: &str, second: &str| {
            let items = json!({"items": [{"name": first, "task": "lock and meet"}, {"name": second, "task": "lock"}]});
            let bulk = app.post("/drills/bulk").as_role(Role::Member).json(&items);
            async move { bulk.send().await }
        };
        let (one, other) = tokio::join!(bulk("A", "B"), bulk("B", "A"));
        let (won, lost) = if one.status() == 201 { (one, other) } else { (other, one) };
        won.expect(201);
        if app.backend() == AnyBackend::Postgres {
            assert_eq!(lost.header("retry-after"), Some("1"), "{}", lost.text());
            lost.expect_problem(503, "unavailable");
        } else {
            lost.expect_problem(409, "conflict");
        }
        assert_eq!(count(app, "/drills").await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_may_be_referred_to_while_it_is_changed() {
    // SQLite lets nobody else write meanwhile.
    if let Some(app) = TestApp::postgres(app).await {
        let row = create(&app, "A", "be referred to")
            .send()
            .await
            .expect(201)
            .json();
        let patch = app.patch(&path_of("/drills", &row)).as_role(Role::Member);
        patch.json(&json!({"name": "B"})).send().await.expect(200);
        assert_eq!(count(&app, "/drills").await, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_of_a_field_names_it_to_those_who_may_know_of_it() {
    on_both(async |app| {
        create(app, "A", "code").send().await.expect(201);
        let problem = create(app, "B", "code")
            .send()
            .await
            .expect_problem(409, "conflict");
        assert_eq!(faults(&problem), [], "{problem}");
        let items = json!({"items": [{"name": "B"}, {"name": "C", "task": "code"}]});
        let bulk = app.post("/drills/bulk").as_role(Role::Member).json(&items);
        let problem = bulk.send().await.expect_problem(409, "conflict");
        assert_eq!(faults(&problem), [], "{problem}");
        let body = json!({"name": "B", "task": "code"});
        let admin = app
            .post("/drills")
            .as_role(Role::Admin)
            .json(&body)
            .send()
            .await;
        let problem = admin.expect_problem(409, "conflict");
        assert_eq!(faults(&problem), expected(&[("code", "unique")]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fault_of_a_patch_tells_nothing_of_what_the_caller_may_not_read() {
    on_both(async |app| {
        let body = json!({"name": "A", "plan": {"kind": "words", "value": "canary"}});
        let made = app
            .post("/drills")
            .as_role(Role::Admin)
            .json(&body)
            .send()
            .await;
        let path = path_of("/drills", &made.expect(201).json());
        for (role, is_told) in [(Role::Member, false), (Role::Admin, true)] {
            let patch = app
                .patch(&path)
                .as_role(role)
                .json(&json!({"plan": {"kind": "number"}}));
            let problem = patch.send().await.expect_problem(422, "validation_failed");
            assert_eq!(faults(&problem), expected(&[("plan", "type")]));
            assert_eq!(problem.to_string().contains("canary"), is_told, "{problem}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patch_of_json_is_held_to_the_rules_of_a_whole_value() {
    on_both_with(&[("BODY_LIMIT_BYTES", "1000")], async |app| {
        let row = create(app, "A", "").send().await.expect(201).json();
        let patch = |data: String| {
            let patch = app.patch(&path_of("/drills", &row)).as_role(Role::Member);
            patch
                .body(
                    "application/merge-patch+json",
                    format!("{{\"data\":{data}}}"),
                )
                .send()
        };
        for (data, code) in [
            ("{\"a\":1e400}", "type"),
            ("{\"a\":1e200}", "range"),
            ("{\"a\":\"\\u0000\"}", "text"),
            ("{\"\\u0000\":{\"a\":null}}", "text"),
        ] {
            let problem = patch(data.to_owned())
                .await
                .expect_problem(422, "validation_failed");
            assert_eq!(faults(&problem), expected(&[("data", code)]), "{data}");
        }
        let text = "x".repeat(400);
        patch(format!("{{\"a\":\"{text}\"}}")).await.expect(200);
        patch(format!("{{\"b\":\"{text}\"}}")).await.expect(200);
        let larger = patch(format!("{{\"c\":\"{text}\"}}")).await;
        let problem = larger.expect_problem(422, "validation_failed");
        assert_eq!(faults(&problem), expected(&[("data", "length")]));
        patch(format!("{{\"a\":null,\"c\":\"{text}\"}}"))
            .await
            .expect(200);
    })
    .await;
}
