//! The service that the tests break: a resource whose writes come in pairs, and handlers that go wrong when told to.

use std::time::Duration;

use skeleton_runtime::prelude::*;

use diesel::sql_types::Double;
use diesel_async::RunQueryDsl as _;
use skeleton_runtime::db::AnyBackend;

/// A note; each write of one writes an [`Entry`] too.
#[resource(path = "/notes", hooks = Journal, sort = "title")]
pub struct Note {
    /// The note.
    pub id: Uuid,
    /// No two notes share one.
    #[garde(length(chars, min = 1, max = 80))]
    #[field(unique, filter, sort)]
    pub title: String,
    /// How good it is.
    #[field(default)]
    pub stars: i32,
    /// Who wrote it.
    #[field(owner, belongs_to = User)]
    pub author_id: Uuid,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What happened to a note, written in the transaction of it.
#[resource(path = "/entries", operations(list))]
pub struct Entry {
    /// In the order of time.
    pub id: i64,
    /// The note.
    pub note_id: Uuid,
    /// Its title at that time.
    pub title: String,
}

/// Writes an [`Entry`] for each note; titles tell it to panic.
#[derive(Debug)]
pub struct Journal;

impl Hooks<Note> for Journal {
    async fn before_create(_: &mut Context<'_>, new: &mut NewNote) -> Result<()> {
        assert!(new.title != "panics before", "told to panic in a hook");
        Ok(())
    }

    async fn after_create(cx: &mut Context<'_>, row: &Note) -> Result<()> {
        let entry = NewEntry {
            note_id: row.id,
            title: row.title.clone(),
        };
        cx.repository::<Entry>().unguarded().create(entry).await?;
        assert!(
            row.title != "panics within",
            "told to panic in a transaction"
        );
        Ok(())
    }

    async fn after_commit(_: &mut Context<'_>, change: &Change<Note>) -> Result<()> {
        if let Change::Created(row) = change {
            assert!(
                row.title != "panics after",
                "told to panic after the commit"
            );
        }
        Ok(())
    }
}

/// Panics.
#[utoipa::path(get, path = "/drill/panic", responses((status = 200, body = bool)))]
#[requires_role(public)]
async fn panic() -> Result<Json<bool>> {
    tokio::task::yield_now().await;
    panic!("told to panic in a handler")
}

/// Panics in a task of its own.
#[utoipa::path(post, path = "/drill/task", responses((status = 200, body = bool)))]
#[requires_role(public)]
async fn task() -> Result<Json<bool>> {
    let task = tokio::spawn(async { panic!("told to panic in a task") });
    Ok(Json(task.await.is_ok()))
}

/// Waits without a connection.
#[utoipa::path(get, path = "/drill/wait/{seconds}", params(("seconds" = f64, Path, description = "How long")), responses((status = 200, body = bool)))]
#[requires_role(public)]
async fn wait(Path(seconds): Path<f64>) -> Result<Json<bool>> {
    tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
    Ok(Json(true))
}

/// Has PostgreSQL sleep, in a transaction; SQLite's writer is held as long.
#[utoipa::path(post, path = "/drill/sleep/{seconds}", params(("seconds" = f64, Path, description = "How long")), responses((status = 200, body = bool)))]
#[requires_role(public)]
async fn sleep(mut cx: Context<'_>, Path(seconds): Path<f64>) -> Result<Json<bool>> {
    cx.transaction(async |cx| {
        let connection = cx.connection().await?;
        if connection.backend() == AnyBackend::Postgres {
            diesel::sql_query("SELECT pg_sleep($1)")
                .bind::<Double, _>(seconds)
                .execute(connection)
                .await?;
        } else {
            tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
        }
        Ok(Json(true))
    })
    .await
}

/// The service.
pub fn app() -> App {
    App::new(package!())
        .migrations(migrations!("migrations"))
        .resource::<Note>()
        .resource::<Entry>()
        .routes(routes!(panic, task, wait, sleep))
}
