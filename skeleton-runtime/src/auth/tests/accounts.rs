use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::*;
use crate::error::Code;

pub(super) async fn disable(db: &Db, email: &str) {
    let mut connection = db.connection().await.unwrap();
    let changed = diesel::update(users::table.filter(users::email.eq(email)))
        .set(users::disabled.eq(true))
        .execute(&mut connection)
        .await;
    assert_eq!(changed.unwrap(), 1);
}

pub(super) async fn find(service: &Service, email: &str) -> Account {
    service
        .authenticator
        .accounts()
        .find_by_email(&Email::comparable(email))
        .await
        .unwrap()
        .unwrap()
}

pub(super) async fn make(service: &Service, email: &str, role: Role) -> Account {
    service
        .authenticator
        .accounts()
        .ensure(email, role.role())
        .await
        .unwrap()
}

#[tokio::test]
async fn an_account_is_stored_as_it_was_made() {
    let service = Service::start().await;
    let made = make(&service, "Anna@example.org", Role::Admin).await;
    let found = find(&service, "anna@example.org").await;
    assert_eq!(
        (made.id, &made.role, made.created_at),
        (found.id, &found.role, found.created_at)
    );
    assert_eq!(found.created_at, found.updated_at);
    assert!(found.password_hash.is_none() && !found.disabled);
    let by_id = service
        .authenticator
        .accounts()
        .find(made.id)
        .await
        .unwrap();
    assert_eq!(by_id.unwrap().email, "anna@example.org");
    assert!(
        service
            .authenticator
            .accounts()
            .find(uuid::Uuid::now_v7())
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn ensuring_an_account_makes_it_once_and_never_changes_its_role() {
    let service = Service::start().await;
    let accounts = service.authenticator.accounts();
    let made = make(&service, "anna@example.org", Role::Member).await;
    assert_eq!(
        make(&service, " ANNA@example.org", Role::Member).await.id,
        made.id
    );
    for other in [Role::Viewer, Role::Owner] {
        let error = accounts
            .ensure("anna@example.org", other.role())
            .await
            .unwrap_err();
        assert_eq!(error.code(), Code::Conflict);
        assert!(error.to_string().contains("has the role MEMBER"), "{error}");
    }
    disable(&service.db, "anna@example.org").await;
    let error = accounts
        .ensure("anna@example.org", Role::Member.role())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("disabled"), "{error}");
    let error = accounts
        .ensure("anna", Role::Member.role())
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::ValidationFailed);
}

#[tokio::test]
async fn many_may_ensure_one_account_at_once() {
    let service = Service::start().await;
    let made = futures_util::future::join_all(
        (0..8).map(|_| make(&service, "anna@example.org", Role::Admin)),
    )
    .await;
    assert!(made.iter().all(|account| account.id == made[0].id));
}
