//! The clock is moved under the service.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use skeleton_faults::client::send;
use skeleton_faults::report::{skip, tell};
use skeleton_faults::{Client, Request, Service};
use skeleton_runtime::prelude::Uuid;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::healthy;

const PROGRAM: &str = super::PROGRAM;
const PASSWORD: &str = "seven wild geese";
const WRITERS: usize = 8;
const NOTES_OF_EACH: usize = 5;

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
    /// Of one time of the clock after the other, what each writer was told, in order.
    ids: Vec<Vec<Vec<Uuid>>>,
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
        let time = self.ids.len();
        let writers = (0..WRITERS).map(|number| {
            let name = format!("{time} {number}");
            written(self.service.port(), token.to_owned(), name)
        });
        let writers: JoinSet<_> = writers.collect();
        self.ids.push(writers.join_all().await);
    }

    /// Asserts that they are unique, in the order of their making as far as anybody can tell, and that several are of
    /// one millisecond; how many.
    fn judge(&self) -> usize {
        let times = self.ids.iter().map(|writers| {
            assert!(writers.iter().all(|ids| ids.is_sorted()), "{writers:?}");
            let mut ids = writers.concat();
            ids.sort_unstable();
            ids
        });
        let all: Vec<_> = times.flatten().collect();
        let is_rising = all.is_sorted_by(|one, other| one < other);
        assert!(
            is_rising,
            "unique, and in the order of their making: {all:?}"
        );
        let millisecond = |id: &Uuid| id.as_u128() >> 80;
        let twins = all.windows(2);
        let twins = twins.filter(|pair| millisecond(&pair[0]) == millisecond(&pair[1]));
        assert!(twins.count() > 0, "each has a millisecond of its own");
        all.len()
    }
}

/// Notes, one after the other; their ids.
async fn written(port: u16, token: String, name: String) -> Vec<Uuid> {
    let (mut client, mut ids) = (Client::new(port), Vec::new());
    for number in 0..NOTES_OF_EACH {
        let title = format!("note {name} {number}");
        let note = Request::json("POST", "/notes", &json!({ "title": title })).token(&token);
        let answer = client.send(&note).await.unwrap();
        assert_eq!(answer.status, 201, "{}", answer.body);
        ids.push(answer.json()["id"].as_str().unwrap().parse().unwrap());
    }
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_stay_in_order_and_tokens_are_judged() {
    const AN_HOUR: i32 = 3600;
    const LIFETIME: i32 = 15 * 60;
    let Some(library) = library() else {
        skip("the library of Debian's package `faketime` is not installed");
        return;
    };
    let mut shifted = Shifted::start(&library).await;
    let account = json!({ "email": "ann@example.com", "password": PASSWORD });
    let register = Request::json("POST", "/auth/register", &account);
    let answer = send(shifted.service.port(), &register).await.unwrap();
    assert_eq!(answer.status, 201, "{}", answer.body);
    // A leap second is a second that comes twice; so is the step of a clock that ran fast.
    let moves = [0, AN_HOUR, 0, -AN_HOUR, 0, -1, 0, AN_HOUR, AN_HOUR - 1];
    for offset in moves {
        shifted.set(offset).await;
        let own = shifted.log_in().await;
        shifted.write(&own).await;
    }
    let ids = shifted.judge();
    shifted.set(0).await;
    let token = shifted.log_in().await;
    // Fifteen minutes, and a leeway of thirty seconds both ways.
    for (offset, status) in [
        (0, 200),
        (LIFETIME - 15, 200),
        (LIFETIME + 15, 200),
        (LIFETIME + 45, 401),
        (AN_HOUR, 401),
        (-15, 200),
        (-45, 401),
        (-AN_HOUR, 401),
        (0, 200),
    ] {
        shifted.set(offset).await;
        assert_eq!(shifted.judged(&token).await, status, "{offset:+} s");
    }
    assert!(shifted.service.lives());
    tell(
        "the clock moved by an hour and by a second, back and forth",
        &[("moves", &moves.len()), ("ids in order", &ids)],
    );
}
