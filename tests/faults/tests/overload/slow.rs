//! Clients that take their time: neighbours must not notice.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Resource, getrlimit, setrlimit};
use skeleton_faults::load::crud;
use skeleton_faults::report::{ms, tell};
use skeleton_faults::{Service, Tally, size};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::{bound, fairly, ready};

const A_SECOND: Duration = Duration::from_secs(1);
/// For a head, a request, an answer: as the settings of [`Drill`] say.
const LIMIT: Duration = Duration::from_secs(4);
/// Beyond its limit, for a busy machine.
const GRACE: Duration = Duration::from_secs(2);
/// What is thrown away of a body takes five seconds at most.
const GRACE_OF_BODIES: Duration = Duration::from_secs(7);
/// Counted from the last byte that the system took, which is after many answers.
const GRACE_OF_ANSWERS: Duration = Duration::from_secs(3);
/// Connections to the database, files of the log.
const SPARE_DESCRIPTORS: usize = 16;

/// A service whose patience is short enough to be waited for.
struct Drill {
    service: Service,
    token: String,
    /// The 99th percentile without a fault.
    calm: Duration,
    descriptors: usize,
}

impl Drill {
    async fn start() -> Self {
        let settings = [
            ("HEADER_TIMEOUT_SECONDS", "4"),
            ("REQUEST_TIMEOUT_SECONDS", "4"),
            ("SEND_TIMEOUT_SECONDS", "4"),
        ];
        raise_descriptors();
        let service = ready(&settings).await;
        let token = service.token();
        let mut drill = Self {
            service,
            token,
            calm: Duration::ZERO,
            descriptors: 0,
        };
        let span = size(2 * A_SECOND, 10 * A_SECOND);
        let calm = crud(drill.port(), &drill.token, span).await;
        calm.only(&[]);
        drill.calm = calm.percentile(99);
        drill.descriptors = drill.service.descriptors();
        drill
    }

    fn port(&self) -> u16 {
        self.service.port()
    }

    /// Those beside a fault, and the most descriptors meanwhile.
    async fn neighbours(&self) -> (Tally, usize) {
        let span = size(4 * A_SECOND, 30 * A_SECOND);
        let mut load = pin!(crud(self.port(), &self.token, span));
        let mut most = 0;
        loop {
            tokio::select! {
                tally = &mut load => return (tally, most),
                () = sleep(A_SECOND / 10) => most = most.max(self.service.descriptors()),
            }
        }
    }

    /// Holds what is seen of a fault to what is asked: `slow` clients have all of their time, `fast` ones need not.
    async fn judge(
        &self,
        fault: &str,
        grace: Duration,
        slow: Crowd,
        fast: Crowd,
    ) -> Result<(), String> {
        let count = slow.clients.len();
        let (beside, most) = self.neighbours().await;
        let (slow, fast) = tokio::join!(slow.leave(), fast.leave());
        beside.only(&[]);
        let p99 = beside.percentile(99);
        let first = slow.iter().min().copied().unwrap_or_default();
        let last = slow.iter().chain(&fast).max().copied();
        let last = last.unwrap_or_default();
        let back = self.descriptors_are_back().await;
        let memory = self.service.figure("VmRSS") / 1024;
        tell(
            fault,
            &[
                (
                    "p99 of neighbours",
                    &format!("{} (calm {})", ms(p99), ms(self.calm)),
                ),
                ("answers to them", &beside.records.len()),
                ("descriptors at most", &most),
                ("cut", &slow.len()),
                ("the first was cut after", &ms(first)),
                ("the last", &ms(last)),
                ("descriptors back after", &ms(back)),
                ("memory", &format!("{memory} MiB")),
            ],
        );
        assert!(first >= LIMIT, "cut after {first:?} already");
        assert!(last <= LIMIT + grace, "cut only after {last:?}");
        let before = self.descriptors;
        assert!(
            most >= before + count * 9 / 10,
            "{most} open, {before} before, for {count} clients"
        );
        if p99 > bound(self.calm) {
            return Err(format!("p99 is {p99:?}, without a fault {:?}", self.calm));
        }
        Ok(())
    }

    async fn descriptors_are_back(&self) -> Duration {
        let since = Instant::now();
        let most = self.descriptors + SPARE_DESCRIPTORS;
        loop {
            let open = self.service.descriptors();
            if open <= most {
                return since.elapsed();
            }
            assert!(since.elapsed() < GRACE, "{open} open, {most} at most");
            sleep(A_SECOND / 10).await;
        }
    }
}

/// Clients of whom each comes again once it is cut, until they are told to leave.
struct Crowd {
    is_over: Arc<AtomicBool>,
    clients: JoinSet<Vec<Duration>>,
}

impl Crowd {
    /// `client` tells how long it was let.
    fn come<T>(count: usize, client: impl Fn() -> T + Clone + Send + 'static) -> Self
    where
        T: Future<Output = Duration> + Send + 'static,
    {
        let is_over = Arc::new(AtomicBool::new(false));
        let clients = (0..count).map(|_| {
            let (is_over, client) = (is_over.clone(), client.clone());
            async move {
                let mut cuts = Vec::new();
                while !is_over.load(Ordering::Relaxed) {
                    cuts.push(client().await);
                }
                cuts
            }
        });
        let clients = clients.collect();
        Self { is_over, clients }
    }

    fn none() -> Self {
        Self::come(0, async || Duration::ZERO)
    }

    /// Once each was cut for the last time: how long they were let.
    async fn leave(self) -> Vec<Duration> {
        self.is_over.store(true, Ordering::Relaxed);
        self.clients.join_all().await.concat()
    }
}

fn raise_descriptors() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
    let room = getrlimit(Resource::Nofile).current;
    assert!(
        room.is_none_or(|files| files > 4096),
        "{room:?} files are not enough for the test"
    );
}

/// Writes `piece` again and again, and tells how long it was let.
async fn trickle(port: u16, head: String, piece: &'static [u8], pause: Duration) -> Duration {
    // Before the service can have begun to count.
    let began = Instant::now();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 4096];
    loop {
        match timeout(pause, stream.read(&mut answer)).await {
            // Closed or reset.
            Ok(Ok(0) | Err(_)) => return began.elapsed(),
            Ok(Ok(_)) => {}
            Err(_) => {
                if stream.write_all(piece).await.is_err() {
                    return began.elapsed();
                }
            }
        }
    }
}

async fn slow_heads() -> Result<(), String> {
    let drill = Drill::start().await;
    let port = drill.port();
    let slow = Crowd::come(1000, move || {
        let head = "GET /notes HTTP/1.1\r\nhost: drill\r\nx-slow: ".to_owned();
        trickle(port, head, b"x", A_SECOND)
    });
    drill
        .judge("1,000 slow-loris connections", GRACE, slow, Crowd::none())
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_slow_heads() {
    fairly(slow_heads).await;
}

/// A chunk of 16 KiB.
const LARGE: &[u8] = &{
    let mut chunk = [b'x'; 0x4000 + 8];
    let (size, at) = (*b"4000\r\n", chunk.len() - 2);
    let mut index = 0;
    while index < size.len() {
        chunk[index] = size[index];
        index += 1;
    }
    chunk[at] = b'\r';
    chunk[at + 1] = b'\n';
    chunk
};

async fn endless_bodies() -> Result<(), String> {
    let drill = Drill::start().await;
    let head = format!(
        "POST /notes HTTP/1.1\r\nhost: drill\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
        drill.token
    );
    let (port, count) = (drill.port(), size(500, 1000));
    let crowd = |count, piece, pause| {
        let head = head.clone();
        Crowd::come(count, move || trickle(port, head.clone(), piece, pause))
    };
    let slow = crowd(count, b"1\r\nx\r\n", A_SECOND);
    // As fast as they can without keeping the processors from the neighbours.
    let fast = crowd(16, LARGE, Duration::from_millis(5));
    let fault = format!("{count} endless bodies, and 16 fast ones");
    drill.judge(&fault, GRACE_OF_BODIES, slow, fast).await
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_without_an_end() {
    fairly(endless_bodies).await;
}

async fn kept_connections() -> Result<(), String> {
    let drill = Drill::start().await;
    let port = drill.port();
    let kept = Crowd::come(2000, move || {
        let head = "GET /health/live HTTP/1.1\r\nhost: drill\r\n\r\n".to_owned();
        trickle(port, head, b"", 10 * A_SECOND)
    });
    drill
        .judge("2,000 keep-alive connections", GRACE, kept, Crowd::none())
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_connections_that_are_kept() {
    fairly(kept_connections).await;
}

/// Asks for much, and reads nothing of it.
async fn never_read(port: u16) -> Duration {
    const QUESTIONS: usize = 60;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let began = Instant::now();
    let mut stream = socket.connect(([127, 0, 0, 1], port).into()).await.unwrap();
    let questions = "GET /openapi.json HTTP/1.1\r\nhost: drill\r\n\r\n".repeat(QUESTIONS);
    stream.write_all(questions.as_bytes()).await.unwrap();
    // Closed with answers unread on one side and questions on the other, it is reset.
    loop {
        sleep(A_SECOND / 5).await;
        if stream.write_all(b"\r\n").await.is_err() {
            return began.elapsed();
        }
        assert!(began.elapsed() < Duration::from_mins(1), "never cut");
    }
}

async fn unread_answers() -> Result<(), String> {
    let drill = Drill::start().await;
    let port = drill.port();
    let deaf = Crowd::come(50, move || never_read(port));
    let fault = "50 clients that never read";
    drill
        .judge(fault, GRACE_OF_ANSWERS, deaf, Crowd::none())
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_nobody_reads() {
    fairly(unread_answers).await;
}
