//! `BEGIN … COMMIT`, and what is left when it comes to nothing.

use skeleton_runtime::Error;
use skeleton_runtime::diesel::prelude::*;
use skeleton_runtime::diesel::result::Error as DieselError;
use skeleton_runtime::diesel_async::{AsyncConnection as _, RunQueryDsl};
use skeleton_runtime::test_util::TestApp;

use crate::models::{articles, categories};
use crate::{author, count_all, insert_article, insert_category};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_committed_stays() {
    for app in TestApp::both(example_app::app).await {
        let author = author(&app).await;
        let title: Result<String, Error> = app
            .db()
            .transaction(async |connection| {
                let news = insert_category(connection, "News").await?;
                let id = insert_article(connection, author, "kept", 1, Some(news)).await?;
                Ok(articles::table
                    .find(id)
                    .select(articles::title)
                    .first(connection)
                    .await?)
            })
            .await;
        assert_eq!(title.unwrap(), "kept");
        assert_eq!(count_all(app.db()).await, (1, 1, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_rolls_back() {
    for app in TestApp::both(example_app::app).await {
        let result: Result<(), DieselOrService> = app
            .db()
            .transaction(async |connection| {
                insert_category(connection, "News").await?;
                insert_category(connection, "News").await?;
                Ok(())
            })
            .await;
        let DieselOrService::Diesel(DieselError::DatabaseError(kind, _)) = result.unwrap_err()
        else {
            panic!("the second one breaks a constraint");
        };
        assert!(matches!(
            kind,
            skeleton_runtime::diesel::result::DatabaseErrorKind::UniqueViolation
        ));
        assert_eq!(count_all(app.db()).await, (0, 0, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_savepoint_rolls_back_by_itself() {
    for app in TestApp::both(example_app::app).await {
        let names: Result<Vec<String>, Error> = app
            .db()
            .transaction(async |connection| {
                insert_category(connection, "Arts").await?;
                let inner = connection
                    .transaction(async |connection| {
                        insert_category(connection, "News").await?;
                        insert_category(connection, "Arts").await
                    })
                    .await;
                assert!(inner.is_err());
                insert_category(connection, "Sports").await?;
                let names = categories::table
                    .order(categories::name)
                    .select(categories::name);
                Ok(names.load(connection).await?)
            })
            .await;
        assert_eq!(names.unwrap(), ["Arts", "Sports"]);
        assert_eq!(count_all(app.db()).await, (0, 2, 0));
    }
}

/// An error of the service's own.
#[derive(Debug)]
enum DieselOrService {
    Diesel(DieselError),
    #[expect(dead_code, reason = "it is shown when it is not expected")]
    Service(Error),
}

impl From<DieselError> for DieselOrService {
    fn from(error: DieselError) -> Self {
        Self::Diesel(error)
    }
}

impl From<Error> for DieselOrService {
    fn from(error: Error) -> Self {
        Self::Service(error)
    }
}
