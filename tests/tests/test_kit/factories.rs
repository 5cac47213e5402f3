//! Factories: values that pass the rules, rows that are referred to, rows of somebody's.

use std::collections::BTreeSet;

use serde_json::json;
use skeleton_runtime::assert_queries;
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::{Factory, FactoryOf, TestApp};
use skeleton_tests::notebook::{self, Look, Note};

/// Two texts and three numbers, each under a rule.
#[resource(path = "/contacts", table = "reports", table = false)]
#[requires_role(Viewer)]
struct Contact {
    id: Uuid,
    #[garde(email)]
    #[field(unique)]
    title: String,
    #[garde(pattern("^[A-Z]{3}-[0-9]{4}$"))]
    #[field(write_only)]
    remarks: String,
    #[garde(range(min = 10, max = 20))]
    salary: i32,
    #[garde(range(min = -5, max = -1))]
    grade: i32,
}

/// A person, perhaps with somebody above them.
#[resource(path = "/people", table = "people", table = false)]
#[requires_role(Viewer)]
struct Person {
    id: Uuid,
    name: String,
    salary: i32,
    #[field(belongs_to = Person)]
    boss_id: Option<Uuid>,
}

/// A file of somebody's: a secret, and a name.
#[resource(path = "/files", table = "files", table = false)]
#[requires_role(create = Admin, read = Viewer)]
struct File {
    id: Uuid,
    name: Secret<String>,
    #[field(belongs_to = Person)]
    person_id: Uuid,
    carton_id: Option<Uuid>,
}

fn app() -> App {
    App::new(package!())
        .migrations(migrations!("migrations"))
        .resource::<Contact>()
        .resource::<Person>()
        .resource::<File>()
}

#[skeleton_runtime::test]
async fn made_up_values_pass_the_rules(app: TestApp) {
    let contacts = Contact::factory().create_many(&app, 30).await;
    let titles: BTreeSet<_> = contacts.iter().map(|contact| &contact.title).collect();
    assert_eq!(titles.len(), 30, "unique fields have unique values");
    let body = Contact::factory().salary(15).body(&app).await;
    assert_eq!(body["salary"], 15);
    let viewer = app.as_role(Role::Viewer);
    let row = viewer
        .post("/contacts")
        .json(&body)
        .send()
        .await
        .expect(201)
        .json();
    assert_eq!(row["title"], body["title"]);
}

#[skeleton_runtime::test]
async fn rows_that_are_referred_to_are_made(app: TestApp) {
    let files = File::factory().name("plans").create_many(&app, 3).await;
    let people: BTreeSet<_> = files.iter().map(|file| file.person_id).collect();
    assert_eq!(people.len(), 1, "of several rows they are made once");
    assert_eq!(files[0].name.expose(), "plans");
    let person = Person::factory().create(&app).await;
    assert_eq!(person.boss_id, None, "what need not be is not made");
    let report = Person::factory().boss_id(person.id).create(&app).await;
    assert_eq!(report.boss_id, Some(person.id));
    let made = assert_queries!(1, Person::factory().create(&app));
    assert!(!made.name.is_empty());
}

#[skeleton_runtime::test]
async fn a_client_makes_rows_under_its_rules(app: TestApp) {
    File::factory().create(&app.as_role(Role::Admin)).await;
    let viewer = Box::pin(async {
        let app = TestApp::on_backend(app.backend(), self::app, &[]).await;
        let app = app.expect("there is such a database, since this test has one");
        File::factory().create(&app.as_role(Role::Viewer)).await
    });
    let message = crate::broken::message(viewer).await;
    assert!(
        message.starts_with("no row of `File` was made"),
        "{message}"
    );
}

#[skeleton_runtime::test(app = notebook::app)]
async fn hooks_run_and_server_code_sets_fields(app: TestApp) {
    fn starred() -> FactoryOf<Note> {
        Note::factory().stars(4)
    }
    let note = starred().title(" trimmed ").create(&app).await;
    assert_eq!((note.title.as_str(), note.stars), ("trimmed", 4));
    let new = starred().meta(json!({"a": 1})).build(&app).await;
    assert_eq!((new.stars, new.meta), (4, Some(json!({"a": 1}))));
    assert_eq!(new.look, None::<Jsonb<Look>>);
    assert_eq!(
        format!("{:?}", *starred()),
        "Note::factory() of [\"stars\"]"
    );
    let generic: Factory<Note> = Factory::new();
    generic.create(&app).await;
}

#[skeleton_runtime::test]
async fn what_breaks_a_rule_is_told(app: TestApp) {
    let message =
        crate::broken::message(async { Contact::factory().salary(21).create(&app).await }).await;
    assert!(
        message.contains("salary: must be between 10 and 20 (range)"),
        "{message}"
    );
}
