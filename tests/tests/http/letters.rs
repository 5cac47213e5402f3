//! The letters of the page on roles: its table is what the service does.

use serde_json::json;
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::{TestApp, TestRequest};

use crate::common::{ANN, BOB, path_of};

const PAGE: &str = include_str!("../../../docs/roles.md");

/// Each account reads its own letters one by one; an ADMIN all of them, and the list.
#[resource]
#[requires_role(read = owner | Admin, create = authenticated, write = owner, delete = owner | Admin)]
pub(crate) struct Letter {
    pub(crate) id: Uuid,
    pub(crate) text: String,
    #[field(owner, belongs_to = User)]
    pub(crate) from_id: Uuid,
}

fn app() -> App {
    App::new(package!())
        .migrations(migrations!("migrations"))
        .resource::<Letter>()
}

/// The rows of the table below the heading `## Owners`, by their cells: who calls, and what comes of it.
fn rows() -> Vec<Vec<&'static str>> {
    let section = PAGE
        .split("\n## ")
        .find(|text| text.starts_with("Owners\n"));
    let lines = section.unwrap().lines();
    let rows = lines.filter(|line| line.starts_with("| ") && !line.starts_with("| ---"));
    rows.map(|row| row.trim_matches(['|', ' ']).split(" | ").collect())
        .collect()
}

/// A request, from whom a row of the table says.
fn from<'a>(caller: &str, request: TestRequest<'a>) -> TestRequest<'a> {
    match caller {
        "no token" => request,
        "a MEMBER" => request.as_account(BOB, Role::Member),
        "an ADMIN" => request.as_role(Role::Admin),
        other => panic!("who is {other}?"),
    }
}

#[test]
fn the_page_has_this_very_resource() {
    let own = include_str!("letters.rs").replace("pub(crate) ", "pub ");
    let (start, end) = ("/// Each account reads its own", "\n}\n");
    let declared = own.split_once(start).unwrap().1;
    let declared = declared.split_once(end).unwrap().0;
    assert!(
        PAGE.contains(&format!("{start}{declared}{end}")),
        "{declared}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_of_the_pages_table_is_what_the_service_does() {
    for app in TestApp::both(app).await {
        let made = app.post("/letters").as_account(ANN, Role::Viewer);
        let made = made.json(&json!({ "text": "Dear Bob" })).send().await;
        let made = made.expect(201).json();
        let path = path_of("/letters", &made);
        let own = app.get(&path).as_account(ANN, Role::Viewer).send().await;
        assert_eq!(own.expect(200).json(), made);

        let rows = rows();
        assert_eq!(
            rows[0],
            [
                "caller",
                "`GET /letters`",
                "`GET /letters/{id}` of another",
                "`PATCH` of another"
            ]
        );
        for row in &rows[1..] {
            let list = from(row[0], app.get("/letters")).send().await;
            if row[1] == "all" {
                assert_eq!(list.expect(200).json()["items"], json!([made]));
            } else {
                assert_eq!(list.status().to_string(), row[1][..3], "{row:?}");
            }
            let one = from(row[0], app.get(&path)).send().await;
            assert_eq!(one.status().to_string(), row[2][..3], "{row:?}");
            let patch = from(row[0], app.patch(&path)).json(&json!({ "text": "" }));
            let patch = patch.send().await;
            assert_eq!(patch.status().to_string(), row[3][..3], "{row:?}");
        }
        assert_eq!(rows.len(), 4);
    }
}
