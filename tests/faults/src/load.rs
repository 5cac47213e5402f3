//! Closed loops of requests, and what became of each.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use skeleton_runtime::prelude::Uuid;
use tokio::task::JoinSet;

use crate::client::{Client, Request};
use crate::ledger::READ;

/// So that a service that is away is not asked in a busy loop.
pub(crate) const PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(20);

/// Loops that run until they are told to stop.
#[derive(Debug)]
pub struct Load {
    stop: Arc<AtomicBool>,
    acknowledged: Arc<AtomicUsize>,
    loops: JoinSet<Vec<Record>>,
}

/// What became of one request.
#[derive(Debug, Clone)]
pub struct Record {
    /// That of the request.
    pub label: String,
    /// When it was sent.
    pub started: Instant,
    /// How long it took, to the answer or the failure.
    pub took: Duration,
    /// The status, or why there is none.
    pub outcome: Result<u16, String>,
    /// Whether a 503 has `retry-after`; true of all else.
    pub is_polite: bool,
    /// Whether it went over a second connection, the first one being closed.
    pub is_resent: bool,
}

/// What became of all.
#[derive(Debug, Default)]
pub struct Tally {
    /// In no order.
    pub records: Vec<Record>,
}

/// Writes notes of its own, and reads: every other loop does the one or the other.
pub fn mixed(token: &str, name: &str) -> impl Fn(usize, usize) -> Request + Send + Sync + 'static {
    let (writes, token) = (writes(token, name), token.to_owned());
    move |number, count| match number % 2 {
        0 => writes(number, count),
        _ => Request::get("/notes?limit=5").token(&token).label(READ),
    }
}

/// Writes notes, each with a title of its own.
pub fn writes(token: &str, name: &str) -> impl Fn(usize, usize) -> Request + Send + Sync + 'static {
    let (token, name) = (token.to_owned(), name.to_owned());
    move |number, count| {
        let title = format!("{name} {number}-{count}");
        let body = serde_json::json!({ "title": title });
        Request::json("POST", "/notes", &body)
            .token(&token)
            .label(title)
    }
}

/// Four loops, of which each writes once for three reads, for so long.
pub async fn crud(port: u16, token: &str, span: Duration) -> Tally {
    let (token, name) = (token.to_owned(), Uuid::now_v7());
    let load = Load::start(port, 4, move |number, count| {
        let title = serde_json::json!({ "title": format!("{name} {number} {count}") });
        match count % 4 {
            0 => Request::json("POST", "/notes", &title).token(&token),
            _ => Request::get("/notes?limit=5").token(&token),
        }
    });
    tokio::time::sleep(span).await;
    load.stop().await
}

impl Load {
    /// Starts so many loops, each with a connection of its own. `make` has the number of the loop and of the request
    /// within it.
    pub fn start<F>(port: u16, loops: usize, make: F) -> Self
    where
        F: Fn(usize, usize) -> Request + Send + Sync + 'static,
    {
        let (stop, make) = (Arc::new(AtomicBool::new(false)), Arc::new(make));
        let acknowledged = Arc::new(AtomicUsize::new(0));
        let mut set = JoinSet::new();
        for number in 0..loops {
            let (stop, make) = (stop.clone(), make.clone());
            let acknowledged = acknowledged.clone();
            set.spawn(async move {
                let (mut client, mut records) = (Client::new(port), Vec::new());
                while !stop.load(Ordering::Relaxed) {
                    let request = make(number, records.len());
                    let record = ask(&mut client, &request).await;
                    if record.is_acknowledged() {
                        acknowledged.fetch_add(1, Ordering::Relaxed);
                    }
                    records.push(record);
                }
                records
            });
        }
        Self {
            stop,
            acknowledged,
            loops: set,
        }
    }

    /// How many were answered with success by now.
    pub fn acknowledged(&self) -> usize {
        self.acknowledged.load(Ordering::Relaxed)
    }

    /// Stops after the requests under way.
    pub async fn stop(self) -> Tally {
        self.stop.store(true, Ordering::Relaxed);
        let records = self.loops.join_all().await;
        Tally {
            records: records.into_iter().flatten().collect(),
        }
    }
}

/// Sends one, and takes note of what becomes of it.
pub async fn ask(client: &mut Client, request: &Request) -> Record {
    let (started, resent) = (Instant::now(), client.resent());
    let answer = client.send(request).await;
    let seen = answer.map(|answer| (answer.status, answer.header("retry-after").is_some()));
    let record = Record {
        is_resent: client.resent() > resent,
        ..Record::of(&request.label, started, seen)
    };
    if record.outcome.is_err() {
        tokio::time::sleep(PAUSE_AFTER_FAILURE).await;
    }
    record
}

impl Record {
    fn is_acknowledged(&self) -> bool {
        matches!(self.outcome, Ok(200..=299))
    }

    /// Of what came just now: a status, and whether it says when to come again, or a failure.
    pub(crate) fn of(label: &str, started: Instant, seen: io::Result<(u16, bool)>) -> Self {
        Self {
            label: label.to_owned(),
            started,
            took: started.elapsed(),
            is_polite: !matches!(seen, Ok((503, false))),
            is_resent: false,
            outcome: seen
                .map(|(status, _)| status)
                .map_err(|error| error.to_string()),
        }
    }
}

impl Tally {
    /// How many there are of each outcome.
    pub fn outcomes(&self) -> BTreeMap<String, usize> {
        let mut outcomes = BTreeMap::new();
        for record in &self.records {
            let name = match &record.outcome {
                Ok(status) => status.to_string(),
                Err(error) => error.clone(),
            };
            *outcomes.entry(name).or_default() += 1;
        }
        outcomes
    }

    /// How many have this status.
    pub fn count(&self, status: u16) -> usize {
        let records = self.records.iter();
        records
            .filter(|record| record.outcome == Ok(status))
            .count()
    }

    /// How many went over a second connection.
    pub fn resent(&self) -> usize {
        let records = self.records.iter();
        records.filter(|record| record.is_resent).count()
    }

    /// Those that were sent and answered within a time.
    #[must_use]
    pub fn within(&self, from: Instant, to: Instant) -> Self {
        let records = self.records.iter();
        let is_within =
            |record: &&Record| record.started > from && record.started + record.took < to;
        Self {
            records: records.filter(is_within).cloned().collect(),
        }
    }

    /// The labels of those that were acknowledged.
    pub fn acknowledged(&self) -> impl Iterator<Item = &str> {
        let records = self.records.iter();
        records
            .filter(|record| record.is_acknowledged())
            .map(|record| record.label.as_str())
    }

    /// The longest of all.
    pub fn longest(&self) -> Duration {
        let records = self.records.iter();
        records.map(|record| record.took).max().unwrap_or_default()
    }

    /// The longest of those with this status.
    pub fn longest_of(&self, status: u16) -> Duration {
        let records = self.records.iter();
        let of = records.filter(|record| record.outcome == Ok(status));
        of.map(|record| record.took).max().unwrap_or_default()
    }

    /// What so many per cent of all stay under.
    pub fn percentile(&self, percent: usize) -> Duration {
        let mut took: Vec<_> = self.records.iter().map(|record| record.took).collect();
        took.sort_unstable();
        let at = (took.len() * percent / 100).min(took.len().saturating_sub(1));
        took.get(at).copied().unwrap_or_default()
    }

    /// From `since` to the end of the first request that was sent after it and succeeded.
    pub fn healed_after(&self, since: Instant) -> Option<Duration> {
        let later = self.records.iter().filter(|record| record.started >= since);
        later
            .filter(|record| record.is_acknowledged())
            .map(|record| record.started + record.took - since)
            .min()
    }

    /// Those whose label is that of reads, or the others.
    #[must_use]
    pub fn reads(&self, are_reads: bool) -> Self {
        let records = self.records.iter();
        let is_of = |record: &&Record| (record.label == READ) == are_reads;
        Self {
            records: records.filter(is_of).cloned().collect(),
        }
    }

    /// Asserts that every outcome is 2xx or one of `allowed`, that each 503 says when to come again, and that no
    /// connection was closed under a request.
    #[track_caller]
    pub fn only(&self, allowed: &[u16]) {
        let outcomes = self.outcomes();
        for record in &self.records {
            let is_allowed = matches!(&record.outcome, Ok(status) if status / 100 == 2 || allowed.contains(status));
            assert!(is_allowed, "{record:?}\n{outcomes:?}");
            assert!(record.is_polite, "{record:?}");
            assert!(!record.is_resent, "{record:?}");
        }
    }
}
