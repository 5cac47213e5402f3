//! Resources that break the contract on purpose, each in one way, and the check that finds it.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use serde_json::json;
use skeleton_runtime::axum::http::StatusCode;
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::{Check, Conformance, TestApp};

/// What `work` panics with; empty if it does not.
pub(crate) async fn message<T>(work: impl Future<Output = T>) -> String {
    let Err(panic) = AssertUnwindSafe(work).catch_unwind().await else {
        return String::new();
    };
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default()
}

fn app<T: Resource>() -> App {
    App::new(package!())
        .migrations(migrations!("migrations"))
        .resource::<T>()
}

/// Of all checks those fail that are expected to, with these words.
async fn fails<T: Resource>(expected: &[(Check, &str)]) {
    for app in TestApp::both(app::<T>).await {
        for check in [
            Check::Roles,
            Check::Rows,
            Check::HiddenFields,
            Check::Cursors,
            Check::Tags,
            Check::Bodies,
            Check::Parameters,
            Check::Deletes,
            Check::Document,
        ] {
            let told = message(Conformance::new(&app, T::meta()).hold(check)).await;
            match expected.iter().find(|(expected, _)| *expected == check) {
                Some((_, words)) => assert!(told.contains(words), "{check:?}: {told:?}"),
                None => assert_eq!(told, "", "{check:?}"),
            }
        }
    }
}

/// Nothing is wrong with it.
#[resource(path = "/sound", table = "reports", table = false)]
#[requires_role(read = Viewer, write = Member)]
struct Sound {
    id: Uuid,
    #[garde(length(chars, min = 1, max = 30))]
    #[field(filter, sort)]
    title: String,
    #[field(default, filter, sort, read = Admin, write = Owner)]
    salary: i32,
    #[field(write_only)]
    remarks: Option<String>,
    #[field(default = 3, sort)]
    grade: i32,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sound_passes() {
    fails::<Sound>(&[]).await;
}

macro_rules! report {
    ($name:ident, $path:literal $(, $($key:tt)*)?) => {
        #[resource(path = $path, table = "reports", table = false $(, $($key)*)?)]
        #[requires_role(read = Viewer, write = Member)]
        struct $name {
            id: Uuid,
            #[garde(length(chars, min = 1, max = 30))]
            #[field(filter, sort)]
            title: String,
            #[field(default)]
            salary: i32,
            #[field(write_only)]
            remarks: Option<String>,
            #[field(default)]
            grade: i32,
        }
    };
}

report!(Telling, "/telling", hooks = Tells);

/// Writes what is hidden into what is shown.
#[derive(Debug)]
struct Tells;

impl Hooks<Telling> for Tells {
    async fn before_create(_: &mut Context<'_>, new: &mut NewTelling) -> Result<()> {
        if let Some(remarks) = &new.remarks {
            new.title.clone_from(remarks);
        }
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_that_tells_what_is_hidden_is_found() {
    let words = "the answer holds the value of `remarks`, which is hidden";
    fails::<Telling>(&[(Check::HiddenFields, words)]).await;
}

report!(Refusing, "/refusing", hooks = Refuses);

/// Lets nobody write but whom it likes.
#[derive(Debug)]
struct Refuses;

impl Hooks<Refusing> for Refuses {
    async fn before_delete(cx: &mut Context<'_>, _: &Refusing) -> Result<()> {
        match cx.caller() {
            Some(caller) if caller.is_at_least(Role::Admin) => Ok(()),
            _ => Err(Error::forbidden("not you")),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_is_not_declared_is_found() {
    let words = "`delete` by MEMBER is to be answered 204: the rule lets them through";
    fails::<Refusing>(&[(Check::Roles, words)]).await;
}

report!(
    Uncreated,
    "/uncreated",
    operations(list, get, create = make, update, replace, delete)
);

/// Answers 200 where a row is new, and says nothing of where it is.
async fn make(rows: Repository<Uncreated>, Json(body): Json<JsonValue>) -> Result<Json<Uncreated>> {
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let new = NewUncreated {
        title: text("title").unwrap_or_default(),
        salary: 0,
        remarks: text("remarks"),
        grade: 0,
    };
    rows.create(new).await.map(Json)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_override_with_another_status_is_found() {
    let words = "the document declares no 200 for POST /uncreated";
    fails::<Uncreated>(&[
        (Check::Roles, words),
        (Check::Rows, words),
        (Check::HiddenFields, words),
        (Check::Bodies, words),
    ])
    .await;
}

report!(
    Endless,
    "/endless",
    operations(list = first_page, get, create, update, replace, delete)
);

/// Gives the first rows, whatever is asked for.
async fn first_page(rows: Repository<Endless>) -> Result<Json<JsonValue>> {
    let items = rows.list(2).await?;
    Ok(Json(
        json!({"items": items, "next_cursor": null, "total": items.len()}),
    ))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_without_pages_is_found() {
    fails::<Endless>(&[
        (Check::Rows, "is in no page of the list"),
        (Check::Cursors, "comes before"),
        (Check::HiddenFields, "400"),
        (Check::Parameters, "it can't be meant"),
        (Check::Deletes, "a deleted row does not count"),
    ])
    .await;
}

report!(
    Undying,
    "/undying",
    operations(list, get, create, update, replace, delete = keep)
);

/// Says that it is done.
#[expect(clippy::unused_async, reason = "a handler is async")]
async fn keep() -> StatusCode {
    StatusCode::NO_CONTENT
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delete_that_deletes_nothing_is_found() {
    fails::<Undying>(&[
        (Check::Deletes, "the row was deleted"),
        (Check::Tags, "412"),
        (Check::Parameters, "the id not-an-id"),
    ])
    .await;
}

report!(
    Talkative,
    "/talkative",
    operations(list, get = all_of_it, create, update, replace, delete)
);

/// Gives all columns, without a tag.
async fn all_of_it(rows: Repository<Talkative>, Path(id): Path<Uuid>) -> Result<Json<JsonValue>> {
    let row = rows.find(id).await?;
    Ok(Json(json!({
        "id": row.id, "title": row.title, "salary": row.salary, "remarks": row.remarks, "grade": row.grade,
    })))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_answers_with_a_hidden_field_is_found() {
    fails::<Talkative>(&[
        (Check::Rows, "no strong ETag"),
        (Check::HiddenFields, "the fields that VIEWER may read"),
        (Check::Tags, "no strong ETag"),
        (Check::Parameters, "it can't be meant"),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_of_another_application_is_told() {
    for app in TestApp::both(app::<Sound>).await {
        let told = message(Conformance::new(&app, Endless::meta()).hold(Check::Rows)).await;
        assert!(
            told.contains("help: add `.resource::<Endless>()` to it"),
            "{told}"
        );
    }
}
