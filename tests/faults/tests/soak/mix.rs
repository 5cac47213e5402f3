//! What is asked: reads, lists, writes, logins, and what nobody should send.

use serde_json::json;
use skeleton_faults::Request;

use super::book::{Book, Deed};

/// Whose account logs in now and then.
pub(crate) const EMAIL: &str = "ann@example.com";
pub(crate) const PASSWORD: &str = "correct horse battery";
/// The title of a note that stays.
pub(crate) const ANCHOR: &str = "anchor";

/// What an answer needs, and so when it may be a refusal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Need {
    /// No connection.
    Nothing,
    Read,
    Write,
}

/// A request, and what is expected of it.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) request: Request,
    pub(crate) deed: Deed,
    pub(crate) need: Need,
    pub(crate) status: u16,
}

/// Of a hundred requests 32 read a note, 24 list some, 15 write one, 8 change one, 15 delete one, 6 are wrong; one of 120 is
/// a login.
pub(crate) fn job(book: &mut Book, number: usize, token: &str) -> Job {
    if number % 120 == 60 {
        let login = json!({ "email": EMAIL, "password": PASSWORD });
        return plain(
            Request::json("POST", "/auth/token", &login).label("login"),
            Need::Write,
            200,
        );
    }
    // Evenly among each other, the same in each run: 37 and 100 have no divisor in common.
    let job = match number * 37 % 100 {
        0..32 => get(book, number),
        32..56 => Some(list(number)),
        56..71 => None,
        71..79 => patch(book, number),
        79..94 => delete(book, number),
        _ => return wrong(number / 17, token),
    };
    let mut job = job.unwrap_or_else(|| create(number));
    job.request = job.request.token(token);
    job
}

fn plain(request: Request, need: Need, status: u16) -> Job {
    Job {
        request,
        deed: Deed::Nothing,
        need,
        status,
    }
}

fn get(book: &Book, number: usize) -> Option<Job> {
    let note = book.any(number)?;
    let request = Request::get(format!("/notes/{}", note.id)).label("get");
    let deed = Deed::Get(note.id.clone());
    Some(Job {
        deed,
        ..plain(request, Need::Read, 200)
    })
}

fn list(number: usize) -> Job {
    let query = match number % 5 {
        0 => "limit=10",
        1 => "limit=10&sort=-title",
        2 => "limit=5&title__starts_with=soak%201&count=true",
        3 => "limit=20&title__contains=7&fields=id,title",
        _ => "limit=5&title__gt=soak%205&include=author",
    };
    plain(
        Request::get(format!("/notes?{query}")).label("list"),
        Need::Read,
        200,
    )
}

fn create(number: usize) -> Job {
    let title = format!("soak {number}");
    let request = Request::json("POST", "/notes", &json!({ "title": title })).label("create");
    let deed = Deed::Create(title);
    Job {
        deed,
        ..plain(request, Need::Write, 201)
    }
}

fn patch(book: &mut Book, number: usize) -> Option<Job> {
    let note = book.take(number)?;
    let stars = i32::try_from(number % 1_000_000).unwrap();
    let path = format!("/notes/{}", note.id);
    let request = Request::json("PATCH", path, &json!({ "stars": stars })).label("change");
    let deed = Deed::Patch(note, stars);
    Some(Job {
        deed,
        ..plain(request, Need::Write, 200)
    })
}

fn delete(book: &mut Book, number: usize) -> Option<Job> {
    let note = book.take_to_delete(number)?;
    let request = Request {
        method: "DELETE",
        ..Request::get(format!("/notes/{}", note.id))
    };
    let deed = Deed::Delete(note);
    Some(Job {
        deed,
        ..plain(request.label("delete"), Need::Write, 204)
    })
}

/// What is refused, each for a reason of its own.
fn wrong(number: usize, token: &str) -> Job {
    let nowhere = "/notes/01890000-0000-7000-8000-000000000000";
    let note = json!({ "title": ANCHOR });
    let job = match number % 11 {
        0 => plain(Request::get("/nowhere"), Need::Nothing, 404),
        1 => plain(
            Request {
                method: "DELETE",
                ..Request::get("/notes")
            },
            Need::Nothing,
            405,
        ),
        2 => return plain(Request::get("/notes").label("wrong"), Need::Nothing, 401),
        3 => plain(Request::get("/notes?nonsense=1"), Need::Read, 400),
        4 => plain(Request::get("/notes/not-an-id"), Need::Read, 400),
        5 => {
            let broken = Some("{\"title\": \"bro".to_owned());
            let request = Request {
                body: broken,
                ..Request::json("POST", "/notes", &note)
            };
            plain(request, Need::Write, 400)
        }
        6 => plain(
            Request::json("POST", "/notes", &json!({ "title": "" })),
            Need::Write,
            422,
        ),
        7 => plain(Request::json("POST", "/notes", &note), Need::Write, 409),
        8 => plain(Request::get(nowhere), Need::Read, 404),
        9 => plain(
            Request::json("PATCH", nowhere, &json!({ "stars": 1 })),
            Need::Write,
            404,
        ),
        _ => {
            let request = Request {
                method: "PUT",
                ..Request::json("PUT", nowhere, &note)
            };
            plain(request.header("if-match: \"nonsense\""), Need::Write, 404)
        }
    };
    Job {
        request: job.request.token(token).label("wrong"),
        ..job
    }
}
