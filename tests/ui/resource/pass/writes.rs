//! Hooks, soft deletes, bulk creates, and handlers in the place of generated ones.
#![deny(warnings, missing_docs, clippy::pedantic)]

use skeleton_runtime::prelude::*;

/// A page of a diary.
#[resource(
    hooks = Diary,
    soft_delete,
    operations(list = of_today, get, create, bulk, delete)
)]
#[requires_role(restore = owner | Admin)]
pub struct Page {
    /// The page.
    pub id: Uuid,
    /// What happened.
    pub text: String,
    /// Whose it is.
    #[field(owner)]
    pub author_id: Uuid,
    /// When it was torn out.
    pub deleted_at: Option<DateTime<Utc>>,
}

/// The rules of the diary.
#[derive(Debug)]
pub struct Diary;

impl Hooks<Page> for Diary {
    async fn before_create(cx: &mut Context<'_>, new: &mut NewPage) -> Result<()> {
        if let Some(id) = cx.request_id() {
            new.text.push_str(id);
        }
        cx.lock("today").await
    }

    async fn after_commit(_: &mut Context<'_>, change: &Change<Page>) -> Result<()> {
        match change {
            Change::Created(page) | Change::Deleted(page) | Change::Restored(page) => {
                drop(page.text.clone());
            }
            Change::Updated { before, row } => assert_eq!(before.id, row.id),
        }
        Ok(())
    }
}

async fn of_today(pages: Repository<Page>) -> Result<Json<Vec<Page>>> {
    pages.list(1).await.map(Json)
}

/// The hooks of a resource may be another module's, and its types generic.
pub mod elsewhere {
    use std::marker::PhantomData;

    use skeleton_runtime::prelude::*;

    /// A line.
    #[resource(hooks = super::elsewhere::Rules<Line>, operations(get = self::handlers::one))]
    pub struct Line {
        /// The line.
        pub id: i64,
    }

    /// Rules without any.
    #[derive(Debug)]
    pub struct Rules<T>(PhantomData<T>);

    impl<T: Resource> Hooks<T> for Rules<T> {}

    mod handlers {
        use super::{Json, Line, Path, Repository, Result};

        pub(super) async fn one(
            lines: Repository<Line>,
            Path(id): Path<i64>,
        ) -> Result<Json<Line>> {
            lines.find(id).await.map(Json)
        }
    }
}
