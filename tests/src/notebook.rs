//! A service whose resource has all that a resource can have: hooks, soft deletes, bulk creates.

use std::sync::Mutex;

use skeleton_runtime::prelude::*;

/// A note.
#[resource(
    path = "/notes",
    hooks = Journal,
    soft_delete,
    has_many(replies: Note via parent_id),
    sort = "title",
    operations(list, get, create, update, replace, delete, bulk)
)]
#[requires_role(read = Viewer, create = Member, update = owner | Admin, delete = owner | Admin)]
pub struct Note {
    /// The note.
    pub id: Uuid,
    /// No two living notes share one.
    #[garde(length(chars, min = 1, max = 20), custom(on_one_line))]
    #[field(unique, filter, sort, search)]
    pub title: String,
    /// How good it is.
    #[garde(range(min = 0, max = 5))]
    #[field(default, filter)]
    pub stars: i32,
    /// Whatever else there is.
    pub meta: Option<JsonValue>,
    /// How it looks.
    pub look: Option<Jsonb<Look>>,
    /// Who wrote it.
    #[field(owner, belongs_to = User)]
    pub author_id: Uuid,
    /// What it is about.
    #[field(belongs_to = Note)]
    pub parent_id: Option<Uuid>,
    /// What else to read.
    #[field(belongs_to = Note)]
    pub see_id: Option<Uuid>,
    /// Counts the writes.
    pub version: i64,
    /// When it was deleted.
    pub deleted_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// How a note looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Look {
    /// Always there.
    color: String,
    /// May be absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    font: Option<String>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::ptr_arg,
    reason = "garde gives the value and its context so"
)]
fn on_one_line(title: &String, _context: &()) -> garde::Result {
    if title.contains('\n') {
        return Err(garde::Error::new("has more than one line"));
    }
    Ok(())
}

/// What happened to a note, written in the transaction of it.
#[resource(path = "/entries", operations(list))]
pub struct Entry {
    /// In the order of time.
    pub id: i64,
    /// The note.
    #[field(filter)]
    pub note_id: Uuid,
    /// What happened.
    pub what: String,
}

/// Writes an [`Entry`] after each write of a note. Titles tell it to do other things besides.
#[derive(Debug)]
pub struct Journal;

static COMMITTED: Mutex<Vec<(Uuid, String)>> = Mutex::new(Vec::new());

impl Journal {
    /// What was told of a note after its commits.
    pub fn told(note: Uuid) -> Vec<String> {
        let told = COMMITTED.lock().unwrap();
        let of_note = told.iter().filter(|(id, _)| *id == note);
        of_note.map(|(_, what)| what.clone()).collect()
    }

    async fn enter(cx: &mut Context<'_>, note_id: Uuid, what: &str) -> Result<()> {
        let what = what.to_owned();
        let entry = NewEntry { note_id, what };
        cx.repository::<Entry>().unguarded().create(entry).await?;
        Ok(())
    }
}

impl Hooks<Note> for Journal {
    async fn before_create(cx: &mut Context<'_>, new: &mut NewNote) -> Result<()> {
        match new.title.as_str() {
            "forbidden" => return Err(Error::forbidden("not this one")),
            "stretched" => "far too long for a title".clone_into(&mut new.title),
            "anonymous" => {
                let caller = cx.caller().map(|caller| caller.email.clone());
                new.title = caller.unwrap_or_default();
            }
            "slow" => tokio::time::sleep(std::time::Duration::from_millis(500)).await,
            _ => new.title = new.title.trim().to_owned(),
        }
        Ok(())
    }

    async fn before_update(
        _: &mut Context<'_>,
        row: &Note,
        changes: &mut NoteChanges,
    ) -> Result<()> {
        if row.title == "sealed" {
            return Err(Error::forbidden("it is sealed"));
        }
        // A note does not lose stars.
        if let Patch::Set(stars) = changes.stars {
            changes.stars = Patch::Set(stars.max(row.stars));
        }
        Ok(())
    }

    async fn before_delete(_: &mut Context<'_>, row: &Note) -> Result<()> {
        match row.title.as_str() {
            "sealed" => Err(Error::forbidden("it is sealed")),
            _ => Ok(()),
        }
    }

    async fn after_create(cx: &mut Context<'_>, row: &Note) -> Result<()> {
        Self::enter(cx, row.id, "created").await?;
        match row.title.as_str() {
            "fails late" => Err(Error::conflict(Vec::new())),
            _ => Ok(()),
        }
    }

    async fn after_update(cx: &mut Context<'_>, before: &Note, row: &Note) -> Result<()> {
        let what = format!("updated from {} to {}", before.version, row.version);
        Self::enter(cx, row.id, &what).await
    }

    async fn after_delete(cx: &mut Context<'_>, row: &Note) -> Result<()> {
        Self::enter(cx, row.id, "deleted").await
    }

    async fn after_restore(cx: &mut Context<'_>, row: &Note) -> Result<()> {
        Self::enter(cx, row.id, "restored").await
    }

    async fn after_commit(cx: &mut Context<'_>, change: &Change<Note>) -> Result<()> {
        let (row, what) = match change {
            Change::Created(row) => (row, "created"),
            Change::Updated { row, .. } => (row, "updated"),
            Change::Deleted(row) => (row, "deleted"),
            Change::Restored(row) => (row, "restored"),
        };
        let what = what.to_owned();
        COMMITTED.lock().unwrap().push((row.id, what));
        match row.title.as_str() {
            "told badly" => Err(Error::internal("nobody listens")),
            "the last" => die().await,
            // What was committed is there on any connection.
            _ => cx
                .repository::<Note>()
                .unguarded()
                .find_optional(row.id)
                .await
                .map(drop),
        }
    }
}

/// Ends the process as a power cut would.
async fn die() -> ! {
    crate::signal(std::process::id(), "KILL");
    std::future::pending().await
}

/// Makes two notes, or none.
#[utoipa::path(post, path = "/notes/pair", request_body = Pair, responses((status = 200, body = [Note])))]
#[requires_role(Member)]
async fn pair(mut cx: Context<'_>, Json(pair): Json<Pair>) -> Result<Json<Vec<Note>>> {
    let notes = cx
        .transaction(async |cx| {
            let mut notes = Vec::new();
            for title in pair.titles {
                let note = NewNote {
                    title,
                    stars: 0,
                    meta: None,
                    look: None,
                    parent_id: None,
                    see_id: None,
                };
                notes.push(cx.repository::<Note>().create(note).await?);
            }
            Ok(notes)
        })
        .await?;
    Ok(Json(notes))
}

/// The body of `pair`.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct Pair {
    titles: Vec<String>,
}

/// Makes one note, tries another, and keeps the first in any case.
#[utoipa::path(post, path = "/notes/attempt", request_body = Pair, responses((status = 200, body = [Note])))]
#[requires_role(Member)]
async fn attempt(notes: Repository<Note>, Json(pair): Json<Pair>) -> Result<Json<usize>> {
    let made = notes
        .transaction(async |cx| {
            let mut made = 0;
            for title in pair.titles {
                let note = NewNote {
                    title,
                    stars: 0,
                    meta: None,
                    look: None,
                    parent_id: None,
                    see_id: None,
                };
                let inner = cx.transaction(async |cx| cx.repository::<Note>().create(note).await);
                made += usize::from(inner.await.is_ok());
            }
            Ok(made)
        })
        .await?;
    Ok(Json(made))
}

/// A tag, whose list and whose creation are written by hand.
#[resource(operations(list = loud_tags, get, create = make_tag, update))]
#[requires_role(list = public, get = public, create = Member, update = owner)]
pub struct Tag {
    /// The tag.
    pub id: Uuid,
    /// What it says.
    pub name: String,
    /// Whose it is.
    #[field(owner, belongs_to = User)]
    pub author_id: Uuid,
}

async fn loud_tags(tags: Repository<Tag>) -> Result<Json<Vec<String>>> {
    let tags = tags.list(10).await?;
    Ok(Json(
        tags.iter().map(|tag| tag.name.to_uppercase()).collect(),
    ))
}

async fn make_tag(tags: Repository<Tag>, Json(name): Json<String>) -> Result<Json<Tag>> {
    tags.create(NewTag { name }).await.map(Json)
}

/// Renames a tag, as far as it is the caller's.
#[utoipa::path(post, path = "/tags/{id}/rename", params(("id" = Uuid, Path, description = "The tag")), responses((status = 200, body = Tag)))]
#[requires_role(authenticated)]
async fn rename(tags: Repository<Tag>, Path(id): Path<Uuid>) -> Result<Json<Tag>> {
    let name = Patch::Set("renamed".to_owned());
    tags.update(id, TagChanges { name }).await.map(Json)
}

/// The service.
pub fn app() -> App {
    App::new(package!())
        .migrations(migrations!("migrations"))
        .resource::<Note>()
        .resource::<Entry>()
        .resource::<Tag>()
        .routes(routes!(rename))
        .routes(routes!(pair, attempt))
}
