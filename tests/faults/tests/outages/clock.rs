//! The clock is moved under the service.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use skeleton_faults::client::send;
use skeleton_faults::report::{skip, tell};
use skeleton_faults::{Request, Service};
use tokio::time::sleep;

use super::healthy;

const PROGRAM: &str = super::PROGRAM;
const PASSWORD: &str = "seven wild geese";
/// Enough for several within each millisecond.
const NOTES_EACH_TIME: usize = 20;

/// The library of Debian's package `faketime`, which has a process see another time.
fn library() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").ok()?;
    let folders = folders.flatten().map(|folder| folder.path());
    let mut files = folders.map(|folder| folder.join("faketime/libfaketimeMT.so.1"));
    files.find(|file| file.exists())
}

/// A service whose clock is off by what a file says.
struct Shifted {
    service: Service,
    clock: tempfile::TempDir,
    ids: Vec<String>,
}

impl Shifted {
    async fn start(library: &Path) -> Self {
        let clock = tempfile::tempdir().unwrap();
        let file = clock.path().join("offset");
        fs::write(&file, "+0").unwrap();
        let settings = [
            ("LD_PRELOAD", library.to_str().unwrap()),
            ("FAKETIME_TIMESTAMP_FILE", file.to_str().unwrap()),
            ("FAKETIME_NO_CACHE", "1"),
            // Only the time of day moves: time that passes goes on as it does.
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            ("DATABASE_URL", "sqlite://app.db"),
        ];
        let service = Service::start(PROGRAM, &settings);
        healthy(&service, Duration::from_secs(30)).await;
        Self {
            service,
            clock,
            ids: Vec::new(),
        }
    }

    /// Moves the clock to so many seconds from the right time.
    async fn set(&self, offset: i32) {
        let (old, new) = (
            self.clock.path().join("new"),
            self.clock.path().join("offset"),
        );
        fs::write(&old, format!("{offset:+}")).unwrap();
        fs::rename(old, new).unwrap();
        sleep(Duration::from_millis(50)).await;
    }

    async fn log_in(&self) -> String {
        let account = json!({ "email": "ann@example.com", "password": PASSWORD });
        let request = Request::json("POST", "/auth/token", &account);
        let answer = send(self.service.port(), &request).await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// The status that a token gets.
    async fn judged(&self, token: &str) -> u16 {
        let request = Request::get("/auth/me").token(token);
        send(self.service.port(), &request).await.unwrap().status
    }

    async fn write(&mut self, token: &str) {
        for _ in 0..NOTES_EACH_TIME {
            let title = format!("note {}", self.ids.len());
            let note = Request::json("POST", "/notes", &json!({ "title": title })).token(token);
            let answer = send(self.service.port(), &note).await.unwrap();
            assert_eq!(answer.status, 201, "{}", answer.body);
            self.ids
                .push(answer.json()["id"].as_str().unwrap().to_owned());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_stay_in_order_and_tokens_are_judged() {
    const AN_HOUR: i32 = 3600;
    let Some(library) = library() else {
        skip("the library of Debian's package `faketime` is not installed");
        return;
    };
    let mut shifted = Shifted::start(&library).await;
    let account = json!({ "email": "ann@example.com", "password": PASSWORD });
    let register = Request::json("POST", "/auth/register", &account);
    let answer = send(shifted.service.port(), &register).await.unwrap();
    assert_eq!(answer.status, 201, "{}", answer.body);
    let token = shifted.log_in().await;
    // A leap second is a second that comes twice; so is the step of a clock that ran fast.
    let moves = [0, AN_HOUR, 0, -AN_HOUR, 0, -1, 0, AN_HOUR, AN_HOUR - 1];
    for offset in moves {
        shifted.set(offset).await;
        let own = shifted.log_in().await;
        shifted.write(&own).await;
    }
    let mut sorted = shifted.ids.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(
        sorted, shifted.ids,
        "unique, and in the order of their making"
    );
    // Fifteen minutes, and a leeway of thirty seconds.
    for (offset, status) in [
        (0, 200),
        (14 * 60, 200),
        (16 * 60, 401),
        (AN_HOUR, 401),
        (-20, 200),
        (-120, 401),
        (-AN_HOUR, 401),
        (0, 200),
    ] {
        shifted.set(offset).await;
        assert_eq!(shifted.judged(&token).await, status, "{offset:+} s");
    }
    assert!(shifted.service.lives());
    tell(
        "the clock moved by an hour and by a second, back and forth",
        &[
            ("moves", &moves.len()),
            ("ids in order", &shifted.ids.len()),
        ],
    );
}
