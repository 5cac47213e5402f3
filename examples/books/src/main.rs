use skeleton_runtime::prelude::*;

/// A book on the shelf.
#[resource]
#[requires_role(read = public, create = Member, write = owner | Admin, delete = Admin)]
pub struct Book {
    pub id: Uuid,

    /// As printed on the cover.
    #[garde(length(chars, min = 1, max = 200))]
    #[field(filter, sort)]
    pub title: String,

    #[field(filter, sort, default = 1)]
    pub copies: i32,

    #[field(filter, owner, belongs_to = User)]
    pub added_by: Uuid,

    #[field(sort)]
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Counts the titles.
#[utoipa::path(get, path = "/books/statistics", responses((status = 200, body = JsonValue)))]
#[requires_role(Admin)]
async fn statistics(books: Repository<Book>) -> Result<Json<JsonValue>> {
    let newest = books.list(100).await?;
    Ok(Json(JsonValue::from(newest.len())))
}

fn main() -> ExitCode {
    App::new(package!())
        .migrations(migrations!("migrations"))
        .resource::<Book>()
        .routes(routes!(statistics))
        .run()
}
