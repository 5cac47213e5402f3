//! A server by hand on axum and rusqlite, for benchmarks: the four endpoints of articles, guarded by a token and a role.
//!
//! WAL with a sync at each commit, one writer on a thread of its own, a few readers, each with its statements prepared.
//! Its tables are those of `bench-service`. `serve` reads `DATABASE_PATH`, `PORT` and `JWT_SECRET_KEY`; `token` prints a
//! token; `fill PATH` writes 100,000 rows, and prints the ids of 1,000 of them.

mod auth;
mod database;
mod errors;
mod rows;

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{OptionalExtension as _, Row, ToSql, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use auth::{Keys, Reader, Writer};
use database::Database;
use errors::Error;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const COLUMNS: &str = "id, title, body, status, views, author_id, created_at, updated_at";

#[derive(Clone)]
struct Server {
    database: Arc<Database>,
    keys: Arc<Keys>,
}

#[derive(Serialize)]
struct Article {
    id: Uuid,
    title: String,
    body: String,
    status: String,
    views: i32,
    author_id: Uuid,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct Page {
    items: Vec<Article>,
    next_cursor: Option<String>,
}

#[derive(Deserialize)]
struct ListQuery {
    limit: Option<i64>,
    sort: Option<String>,
    status: Option<String>,
    cursor: Option<String>,
}

#[derive(Deserialize)]
struct NewArticle {
    title: String,
    body: String,
    #[serde(default = "draft")]
    status: String,
}

#[derive(Deserialize)]
struct Changes {
    title: Option<String>,
    body: Option<String>,
    status: Option<String>,
    views: Option<i32>,
}

fn draft() -> String {
    "draft".to_owned()
}

impl Article {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: uuid(row, 0)?,
            title: row.get(1)?,
            body: row.get(2)?,
            status: row.get(3)?,
            views: row.get(4)?,
            author_id: uuid(row, 5)?,
            created_at: time(row, 6)?,
            updated_at: time(row, 7)?,
        })
    }
}

fn uuid(row: &Row<'_>, index: usize) -> rusqlite::Result<Uuid> {
    Ok(Uuid::from_bytes(row.get(index)?))
}

fn time(row: &Row<'_>, index: usize) -> rusqlite::Result<DateTime<Utc>> {
    let text = row.get_ref(index)?.as_str()?;
    match DateTime::parse_from_rfc3339(text) {
        Ok(time) => Ok(time.to_utc()),
        Err(_) => Err(rusqlite::Error::InvalidQuery),
    }
}

fn text(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn check_title(title: &str) -> Result<(), Error> {
    match title.chars().count() {
        1..=200 => Ok(()),
        _ => Err(Error::Invalid("a title has 1 to 200 characters")),
    }
}

fn check_status(status: &str) -> Result<(), Error> {
    match status {
        "draft" | "published" | "archived" => Ok(()),
        _ => Err(Error::Invalid("a status is draft, published or archived")),
    }
}

async fn show(
    _: Reader,
    State(server): State<Server>,
    Path(id): Path<Uuid>,
) -> Result<Json<Article>, Error> {
    let found = server.database.read(move |connection| {
        connection
            .prepare_cached("SELECT id, title, body, status, views, author_id, created_at, updated_at FROM articles WHERE id = ?1")?
            .query_row([id.as_bytes()], Article::read)
            .optional()
    });
    found.await?.map(Json).ok_or(Error::NotFound)
}

async fn list(
    _: Reader,
    State(server): State<Server>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page>, Error> {
    let limit = query.limit.unwrap_or(20);
    if !(1..=100).contains(&limit) {
        return Err(Error::Invalid("limit is 1 to 100"));
    }
    let (sign, order) = match query.sort.as_deref() {
        None | Some("-created_at") => ("<", "DESC"),
        Some("created_at") => (">", "ASC"),
        Some(_) => return Err(Error::Invalid("sort is created_at or -created_at")),
    };
    let mut tests = Vec::new();
    let mut values: Vec<Box<dyn ToSql + Send>> = Vec::new();
    if let Some(status) = query.status {
        tests.push("status = ?".to_owned());
        values.push(Box::new(status));
    }
    if let Some(cursor) = query.cursor {
        let (created_at, id) = open_cursor(&cursor).ok_or(Error::Invalid("cursor"))?;
        tests.push(format!("(created_at, id) {sign} (?, ?)"));
        values.push(Box::new(created_at));
        values.push(Box::new(id));
    }
    let tests = match tests.len() {
        0 => String::new(),
        _ => format!(" WHERE {}", tests.join(" AND ")),
    };
    let statement = format!(
        "SELECT {COLUMNS} FROM articles{tests} ORDER BY created_at {order}, id {order} LIMIT {}",
        limit + 1
    );
    let rows = server.database.read(move |connection| {
        let mut statement = connection.prepare_cached(&statement)?;
        let values = rusqlite::params_from_iter(values);
        statement.query_map(values, Article::read)?.collect()
    });
    let mut items: Vec<Article> = rows.await?;
    let mut next_cursor = None;
    if items.len() as i64 > limit {
        items.pop();
        next_cursor = items.last().map(cursor_behind);
    }
    Ok(Json(Page { items, next_cursor }))
}

fn cursor_behind(article: &Article) -> String {
    let place = format!("{} {}", text(article.created_at), article.id);
    URL_SAFE_NO_PAD.encode(place)
}

fn open_cursor(cursor: &str) -> Option<(String, [u8; 16])> {
    let place = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (created_at, id) = place.split_once(' ')?;
    Some((created_at.to_owned(), id.parse::<Uuid>().ok()?.into_bytes()))
}

async fn create(
    Writer(author): Writer,
    State(server): State<Server>,
    Json(new): Json<NewArticle>,
) -> Result<(StatusCode, Json<Article>), Error> {
    check_title(&new.title)?;
    check_status(&new.status)?;
    let made = server.database.write(move |connection| {
        let now = text(Utc::now());
        connection
            .prepare_cached("INSERT INTO articles (id, title, body, status, author_id, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) RETURNING id, title, body, status, views, author_id, created_at, updated_at")?
            .query_row(
                params![Uuid::now_v7().as_bytes(), new.title, new.body, new.status, author.as_bytes(), now],
                Article::read,
            )
    });
    Ok((StatusCode::CREATED, Json(made.await?)))
}

async fn patch(
    _: Writer,
    State(server): State<Server>,
    Path(id): Path<Uuid>,
    Json(changes): Json<Changes>,
) -> Result<Json<Article>, Error> {
    if let Some(title) = &changes.title {
        check_title(title)?;
    }
    if let Some(status) = &changes.status {
        check_status(status)?;
    }
    let changed = server.database.write(move |connection| {
        connection
            .prepare_cached("UPDATE articles SET title = coalesce(?2, title), body = coalesce(?3, body), status = coalesce(?4, status), views = coalesce(?5, views), updated_at = ?6 WHERE id = ?1 RETURNING id, title, body, status, views, author_id, created_at, updated_at")?
            .query_row(
                params![id.as_bytes(), changes.title, changes.body, changes.status, changes.views, text(Utc::now())],
                Article::read,
            )
            .optional()
    });
    changed.await?.map(Json).ok_or(Error::NotFound)
}

#[tokio::main]
async fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let keys = Keys::new(&variable("JWT_SECRET_KEY"));
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve"] => serve(keys).await,
        ["token"] => println!("{}", keys.token(Uuid::nil())),
        ["fill", path] => rows::fill(path).expect("the tables are there, and empty"),
        _ => panic!("serve, token, or fill PATH"),
    }
}

async fn serve(keys: Keys) {
    let server = Server {
        database: Arc::new(Database::open(&variable("DATABASE_PATH")).expect("the database opens")),
        keys: Arc::new(keys),
    };
    let app = Router::new()
        .route("/health/ready", get(|| async { "ok" }))
        .route("/articles", get(list).post(create))
        .route("/articles/{id}", get(show).patch(patch))
        .with_state(server);
    let address = format!("127.0.0.1:{}", variable("PORT"));
    let listener = tokio::net::TcpListener::bind(address).await.expect("the port is free");
    let mut ends = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .expect("signals can be listened to");
    use axum::serve::ListenerExt as _;
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let served = axum::serve(listener, app);
    tokio::select! {
        served = served => served.expect("it serves"),
        _ = ends.recv() => {}
    }
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}
