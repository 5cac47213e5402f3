//! Each test runs on SQLite, and on PostgreSQL where `TEST_DATABASE_URL` names a server.
#![cfg(test)]

use own_roles::{Role, Ticket, app};
use serde_json::json;
use skeleton_runtime::conformance;
use skeleton_runtime::test_util::TestApp;

#[skeleton_runtime::test]
async fn customers_see_their_own_tickets(app: TestApp) {
    let ann = app.as_account("ann@example.com", Role::Customer);
    let bob = app.as_account("bob@example.com", Role::Customer);
    let ticket = Ticket::factory().create(&ann).await;
    let path = format!("/tickets/{}", ticket.id);

    ann.get(&path).send().await.expect(200);
    // To others it is not there.
    bob.get(&path).send().await.expect_problem(404, "not_found");
    bob.get("/tickets")
        .send()
        .await
        .expect_problem(403, "forbidden");
}

#[skeleton_runtime::test]
async fn auditors_read_and_agents_write(app: TestApp) {
    let ticket = Ticket::factory().create(&app.as_role(Role::Customer)).await;
    let path = format!("/tickets/{}", ticket.id);
    let change = json!({"solved": true, "internal_note": "Was the cable."});

    let auditor = app.as_role(Role::Auditor);
    let seen = auditor.get(&path).send().await.expect(200).json();
    assert_eq!(seen.get("internal_note"), None, "not for auditors");
    auditor
        .patch(&path)
        .json(&change)
        .send()
        .await
        .expect_problem(403, "forbidden");

    let agent = app.as_role(Role::Agent);
    let seen = agent.patch(&path).json(&change).send().await.expect(200);
    assert_eq!(seen.json()["internal_note"], "Was the cable.");
    agent
        .delete(&path)
        .send()
        .await
        .expect_problem(403, "forbidden");
    app.as_role(Role::Manager)
        .delete(&path)
        .send()
        .await
        .expect(204);
}

#[skeleton_runtime::test]
async fn exactly_a_customer_asks(app: TestApp) {
    let ticket = json!({"subject": "It does not work"});
    for (role, status) in [(Role::Customer, 201), (Role::Agent, 403)] {
        let asked = app.post("/tickets").as_role(role).json(&ticket);
        asked.send().await.expect(status);
    }
}

#[test]
fn new_accounts_are_customers() {
    let roles = app().all_roles();
    assert_eq!(roles.default_role().name(), "CUSTOMER");
    assert_eq!(roles.highest().name(), "MANAGER");
}

// Every operation with each of the four roles, as the rules above say.
conformance!(Ticket);
