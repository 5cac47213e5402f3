//! A service with its database, and the load on it.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;
use skeleton_faults::client::{send, until};
use skeleton_faults::{Answer, Client, Cluster, Ledger, Request, Service};
use tempfile::TempDir;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use super::book::{Book, Deed};
use super::collector::Collector;
use super::mix::{ANCHOR, EMAIL, Job, Need, PASSWORD, job};

/// Connections that are kept for the next request.
const KEPT: usize = 16;
/// Those that are idle for longer are left, before the service closes them.
const FRESH: Duration = Duration::from_secs(5);

/// One of the two.
#[derive(Debug)]
pub(crate) struct Side {
    pub(crate) name: &'static str,
    pub(crate) service: Service,
    pub(crate) collector: Collector,
    pub(crate) ledger: Ledger,
    /// Of PostgreSQL.
    pub(crate) cluster: Option<Cluster>,
    /// Of SQLite's file.
    folder: Option<TempDir>,
    pub(crate) token: String,
    pub(crate) began: Instant,
    book: Mutex<Book>,
    clients: Mutex<Vec<(Instant, Client)>>,
    seen: Mutex<Seen>,
}

/// What was seen of the answers.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Of the current second: how long each took.
    took: Vec<Duration>,
    refused: u32,
    /// By what was asked, and what was answered.
    pub(crate) answers: BTreeMap<(String, String), usize>,
    pub(crate) misses: Vec<Miss>,
    /// Over a second connection, the first one being closed.
    pub(crate) resent: usize,
}

/// An answer that is not the one of a calm day.
#[derive(Debug)]
pub(crate) struct Miss {
    pub(crate) label: String,
    pub(crate) need: Need,
    /// Since the beginning.
    pub(crate) sent: Duration,
    pub(crate) ended: Duration,
    pub(crate) outcome: Result<u16, String>,
    /// A 503 says when to come again.
    pub(crate) is_polite: bool,
}

/// What was seen within a second.
#[derive(Debug)]
pub(crate) struct Second {
    pub(crate) answers: u32,
    pub(crate) refused: u32,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

impl Display for Miss {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self {
            label,
            sent,
            ended,
            outcome,
            ..
        } = self;
        write!(
            f,
            "{label}: {outcome:?}, sent at {sent:.1?}, ended at {ended:.1?}"
        )
    }
}

impl Side {
    pub(crate) async fn on_postgres(program: &str) -> Option<Self> {
        let cluster = Cluster::start()?;
        let url = cluster.url();
        let side = Self::start("PostgreSQL", program, &url).await;
        Some(Self {
            cluster: Some(cluster),
            ..side
        })
    }

    pub(crate) async fn on_sqlite(program: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("app.db").display());
        let side = Self::start("SQLite", program, &url).await;
        Self {
            folder: Some(folder),
            ..side
        }
    }

    async fn start(name: &'static str, program: &str, url: &str) -> Self {
        let collector = Collector::start().await;
        let endpoint = collector.endpoint();
        let service = Service::start(
            program,
            &[
                ("DATABASE_URL", url),
                ("OTLP_ENDPOINT", &endpoint),
                // Of the load and of whoever is slow.
                ("ACCESS_TOKEN_MINUTES", "1440"),
                ("REQUEST_TIMEOUT_SECONDS", "3"),
                ("DATABASE_POOL_TIMEOUT_SECONDS", "2"),
                ("HEADER_TIMEOUT_SECONDS", "10"),
            ],
        );
        let (port, limit) = (service.port(), Duration::from_secs(30));
        until(port, &Request::get("/health/ready"), 200, limit).await;
        let token = service.token();
        let login = json!({ "email": EMAIL, "password": PASSWORD });
        for request in [
            Request::json("POST", "/auth/register", &login),
            Request::json("POST", "/notes", &json!({ "title": ANCHOR })).token(&token),
        ] {
            let answer = send(port, &request).await.unwrap();
            assert_eq!(answer.status, 201, "{}", answer.body);
        }
        Self {
            name,
            service,
            collector,
            ledger: Ledger::open(url),
            cluster: None,
            folder: None,
            token,
            began: Instant::now(),
            book: Mutex::default(),
            clients: Mutex::default(),
            seen: Mutex::default(),
        }
    }

    /// Where SQLite's file is.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.as_ref().expect("a file").path()
    }

    /// So many requests a second, each at its time, whatever becomes of those before it.
    pub(crate) async fn load(self: Arc<Self>, rate: u32, span: Duration) {
        let mut ticks = interval(Duration::from_secs(1) / rate);
        // Where this process itself was held up, what it missed would come as a burst that nobody sent.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut under_way = JoinSet::new();
        let mut number = 0;
        while self.began.elapsed() < span {
            ticks.tick().await;
            number += 1;
            let side = self.clone();
            under_way.spawn(async move { side.ask(number).await });
            while let Some(done) = under_way.try_join_next() {
                done.unwrap();
            }
        }
        under_way.join_all().await;
    }

    async fn ask(&self, number: usize) {
        let job = job(&mut self.book.lock().unwrap(), number, &self.token);
        let mut client = self.client();
        let (sent, resent) = (self.began.elapsed(), client.resent());
        let answer = client.send(&job.request).await;
        self.seen.lock().unwrap().resent += client.resent() - resent;
        if answer.is_ok() {
            let mut clients = self.clients.lock().unwrap();
            if clients.len() < KEPT {
                clients.push((Instant::now(), client));
            }
        }
        self.note(job, sent, answer);
    }

    fn client(&self) -> Client {
        let mut clients = self.clients.lock().unwrap();
        clients.retain(|(since, _)| since.elapsed() < FRESH);
        let kept = clients.pop().map(|(_, client)| client);
        kept.unwrap_or_else(|| Client::new(self.service.port()))
    }

    fn note(&self, job: Job, sent: Duration, answer: std::io::Result<Answer>) {
        let ended = self.began.elapsed();
        let mut book = self.book.lock().unwrap();
        let success = answer
            .as_ref()
            .ok()
            .filter(|answer| answer.status == job.status);
        let is_known_to_be_gone = matches!(&job.deed, Deed::Get(id) if book.is_gone(id))
            && answer.as_ref().is_ok_and(|answer| answer.status == 404);
        let is_expected = success.is_some() || is_known_to_be_gone;
        let is_polite = answer.as_ref().map_or(true, |answer| {
            answer.status != 503 || answer.header("retry-after").is_some()
        });
        book.settle(job.deed, success);
        drop(book);
        let outcome = answer
            .map(|answer| answer.status)
            .map_err(|error| error.to_string());
        let mut seen = self.seen.lock().unwrap();
        seen.took.push(ended.saturating_sub(sent));
        let told = outcome.as_ref().map_or_else(Clone::clone, u16::to_string);
        let label = job.request.label;
        *seen.answers.entry((label.clone(), told)).or_default() += 1;
        if !is_expected {
            seen.refused += 1;
            let need = job.need;
            seen.misses.push(Miss {
                label,
                need,
                sent,
                ended,
                outcome,
                is_polite,
            });
        }
    }

    /// What was seen since this was last asked.
    pub(crate) fn second(&self) -> Second {
        let mut seen = self.seen.lock().unwrap();
        let mut took = std::mem::take(&mut seen.took);
        let refused = std::mem::take(&mut seen.refused);
        drop(seen);
        took.sort_unstable();
        let within = |percent: usize| {
            let at = (took.len() * percent / 100).min(took.len().saturating_sub(1));
            took.get(at).copied().unwrap_or_default()
        };
        Second {
            answers: u32::try_from(took.len()).unwrap() - refused,
            refused,
            p50: within(50),
            p99: within(99),
        }
    }

    /// Takes what was seen of all answers.
    pub(crate) fn seen(&self) -> Seen {
        std::mem::take(&mut self.seen.lock().unwrap())
    }

    /// How many writes were acknowledged, and which of them are not found as they should be.
    pub(crate) async fn check(&self) -> (usize, Vec<String>) {
        let notes =
            "SELECT title || '=' || CAST(stars AS text) FROM notes WHERE title LIKE 'soak %'";
        let entries = "SELECT title FROM entries WHERE title LIKE 'soak %'";
        let notes = self.ledger.texts(notes).await;
        let entries = self.ledger.texts(entries).await;
        self.book.lock().unwrap().check(&notes, &entries)
    }
}
