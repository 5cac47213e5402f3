//! Requests that are none: each is answered as documented, or closed, and what follows it on its connection is never
//! taken for a request where proxies might have seen something else.

mod cases;

use std::time::Duration;

use skeleton_faults::report::tell;
use skeleton_faults::{Service, size};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::ready;
use cases::{GET, POST, chunks, heads, large_heads, lengths, protocols, targets, within};

const FOREVER: Duration = Duration::from_secs(30);

/// The answers that come, until the server closes.
async fn exchange(port: u16, bytes: &[u8], is_half_closed: bool) -> Vec<Answer> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let (mut reader, mut writer) = stream.split();
    let write = async {
        // It may be closed before all is written.
        let _ = writer.write_all(bytes).await;
        if is_half_closed {
            let _ = writer.shutdown().await;
        }
    };
    let mut answers = Vec::new();
    let read = async {
        // Reset is closed too.
        let _ = reader.read_to_end(&mut answers).await;
    };
    let both = async { tokio::join!(write, read) };
    let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
    let ended = timeout(FOREVER, both).await;
    assert!(ended.is_ok(), "still open: {shown}");
    let answers = String::from_utf8_lossy(&answers);
    answers.split("HTTP/1.").skip(1).map(Answer::of).collect()
}

#[derive(Debug)]
struct Answer {
    status: u16,
    body: Body,
}

/// What an answer says.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Body {
    /// Nothing: it comes before the router.
    Nothing,
    /// What the problem is.
    Problem,
    Other,
}

impl Answer {
    /// Of the text behind `HTTP/1.`.
    fn of(text: &str) -> Self {
        let head = text.split("\r\n\r\n").next().unwrap_or_default();
        let has = |line: &str| head.lines().any(|found| found == line);
        let body = if has("content-type: application/problem+json") {
            Body::Problem
        } else if has("content-length: 0") && !head.contains("content-type") {
            Body::Nothing
        } else {
            Body::Other
        };
        let status = text[2..5].parse().expect("a status");
        Self { status, body }
    }

    /// Whether a refusal says as much as it should; of one with 400 the case knows that.
    fn is_told(&self, bad: Body) -> bool {
        match self.status {
            ..400 => true,
            400 => self.body == bad,
            414 | 431 => self.body == Body::Nothing,
            _ => self.body == Body::Problem,
        }
    }
}

async fn try_all(service: &Service, token: &str) -> usize {
    let all = [
        (lengths(), Body::Nothing),
        (chunks(), Body::Problem),
        (heads(), Body::Nothing),
        (large_heads(), Body::Nothing),
        (targets(), Body::Nothing),
        (protocols(), Body::Nothing),
        (within(token), Body::Problem),
    ];
    let all = all.into_iter();
    let all = all.flat_map(|(cases, bad)| cases.into_iter().map(move |case| (case, bad)));
    let mut tried = 0;
    for (case, bad) in all {
        let answers = exchange(service.port(), &case.request, false).await;
        let shown = String::from_utf8_lossy(&case.request[..case.request.len().min(200)]);
        let what = format!("{}: {answers:?} {shown}", case.what);
        let statuses = answers.iter().map(|answer| answer.status);
        assert!(statuses.eq(case.answers.iter().copied()), "{what}");
        assert!(answers.iter().all(|answer| answer.is_told(bad)), "{what}");
        tried += 1;
    }
    tried + half_closed(service.port()).await
}

/// Its end comes before that of the request.
async fn half_closed(port: u16) -> usize {
    // A whole one without a body has whoever sent it count as gone, unless the answer is quicker.
    let ends: [(String, &[&[u16]]); 4] = [
        (format!("{GET}\r\n"), &[&[200], &[]]),
        (GET.to_owned(), &[&[]]),
        (format!("{POST}content-length: 9\r\n\r\n{{}}"), &[&[400]]),
        (
            format!("{POST}transfer-encoding: chunked\r\n\r\n5\r\n{{}}"),
            &[&[400]],
        ),
    ];
    for (request, expected) in &ends {
        let answers = exchange(port, request.as_bytes(), true).await;
        let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
        let is_told = answers.iter().all(|answer| answer.is_told(Body::Problem));
        let is_expected = expected.contains(&&*statuses);
        assert!(is_expected && is_told, "half closed: {answers:?} {request}");
    }
    ends.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_framing() {
    let service = ready(&[("REQUEST_TIMEOUT_SECONDS", "5")]).await;
    let token = service.token();
    let rounds = size(10, 100);
    // As often as then counts, so that all has been used that is kept: what grows on is a leak.
    for _ in 0..rounds {
        try_all(&service, &token).await;
    }
    let (memory, open) = (service.figure("VmRSS"), service.descriptors());
    let mut tried = 0;
    for _ in 0..rounds {
        tried += try_all(&service, &token).await;
    }
    let grown = service.figure("VmRSS").saturating_sub(memory);
    let (after, log) = (service.descriptors(), service.log());
    tell(
        "broken framing",
        &[
            ("requests", &tried),
            ("5xx", &0),
            ("memory", &format!("+{grown} KiB of {memory}")),
        ],
    );
    assert!(!log.contains("\"level\":\"ERROR\""), "{log}");
    assert!(after <= open + 2, "{after} descriptors, {open} before");
    assert!(grown <= 1024, "{grown} KiB more than {memory}");
}
