//! Load that costs next to nothing to make: what is measured is the service, not whoever asks it.

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use crate::client::Request;
use crate::load::{PAUSE_AFTER_FAILURE, Record, Tally};

/// Nothing takes longer, once it is told to stop.
const LONGEST: Duration = Duration::from_mins(1);
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// How a client comes back.
#[derive(Debug, Clone, Copy)]
pub enum Pace {
    /// At once after an answer; after a refusal, once about this is over, each client in a time of its own: in step they
    /// would come back as one.
    Loop(Duration),
    /// So often, as long as it has its answers; those that are late are left out.
    Every(Duration),
}

/// `count` clients, each with a connection of its own, ask the same for so long.
///
/// # Panics
///
/// When one has no answer within a minute of the end.
pub async fn load(port: u16, count: u32, pace: Pace, request: &Request, span: Duration) -> Tally {
    let bytes: Arc<[u8]> = request.bytes().into();
    let is_over = Arc::new(AtomicBool::new(false));
    let mut clients = JoinSet::new();
    for number in 0..count {
        let client = Light {
            port,
            bytes: bytes.clone(),
            stream: None,
            buffer: Vec::with_capacity(4096),
        };
        let part = f64::from(number) / f64::from(count);
        clients.spawn(client.run(pace, part, is_over.clone()));
    }
    sleep(span).await;
    is_over.store(true, Ordering::Relaxed);
    let records = timeout(LONGEST, clients.join_all()).await;
    let records = records.expect("a request hangs");
    Tally {
        records: records.into_iter().flatten().collect(),
    }
}

struct Light {
    port: u16,
    bytes: Arc<[u8]>,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

impl Light {
    /// `part` is that of the clients before it, for a time of its own.
    async fn run(mut self, pace: Pace, part: f64, is_over: Arc<AtomicBool>) -> Vec<Record> {
        let mut records = Vec::new();
        let mut ticks = None;
        if let Pace::Every(period) = pace {
            sleep(period.mul_f64(part)).await;
            let ticks = ticks.insert(interval(period));
            ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        }
        loop {
            if let Some(ticks) = &mut ticks {
                ticks.tick().await;
            }
            if is_over.load(Ordering::Relaxed) {
                return records;
            }
            let record = self.ask().await;
            match pace {
                Pace::Loop(pause) if record.outcome == Ok(503) => {
                    sleep(pause.mul_f64(0.5 + part)).await;
                }
                _ if record.outcome.is_err() => sleep(PAUSE_AFTER_FAILURE).await,
                _ => {}
            }
            records.push(record);
        }
    }

    async fn ask(&mut self) -> Record {
        let started = Instant::now();
        let seen = self.exchange().await;
        if seen.is_err() {
            self.stream = None;
        }
        Record::of("", started, seen.map(|seen| (seen.status, seen.says_when)))
    }

    async fn exchange(&mut self) -> io::Result<Seen> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => TcpStream::connect(("127.0.0.1", self.port)).await?,
        };
        stream.write_all(&self.bytes).await?;
        self.buffer.clear();
        loop {
            if stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            if let Some(seen) = Seen::of(&self.buffer)? {
                if !seen.closes {
                    self.stream = Some(stream);
                }
                return Ok(seen);
            }
        }
    }
}

/// All that is looked at of an answer.
struct Seen {
    status: u16,
    says_when: bool,
    closes: bool,
}

impl Seen {
    /// None as long as it is not whole.
    fn of(bytes: &[u8]) -> io::Result<Option<Self>> {
        let ends = bytes
            .windows(END_OF_HEAD.len())
            .position(|part| part == END_OF_HEAD);
        let Some(end) = ends else { return Ok(None) };
        let head = std::str::from_utf8(&bytes[..end]).map_err(io::Error::other)?;
        let status = head.get(9..12).and_then(|status| status.parse().ok());
        let status = status.ok_or(ErrorKind::InvalidData)?;
        let value = |name: &str| {
            let mut lines = head.lines();
            lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        };
        let length: usize = value("content-length")
            .and_then(|length| length.parse().ok())
            .ok_or(ErrorKind::InvalidData)?;
        if bytes.len() < end + END_OF_HEAD.len() + length {
            return Ok(None);
        }
        Ok(Some(Self {
            status,
            says_when: value("retry-after").is_some(),
            closes: value("connection") == Some("close"),
        }))
    }
}
