//! HTTP/1.1 by hand, so that nothing is tried again, pooled or hidden by a library.

use std::io::{self, ErrorKind};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// No answer takes longer than this, whatever it is of.
const LONGEST: Duration = Duration::from_mins(1);

/// What is asked.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `GET`, `POST` …
    pub method: &'static str,
    /// With its query.
    pub path: String,
    /// Lines such as `authorization: Bearer …`.
    pub headers: Vec<String>,
    /// JSON.
    pub body: Option<String>,
    /// What it is called in a tally.
    pub label: String,
}

/// What is answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// 200 …
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
    /// From the first byte of the request to the last one of the answer.
    pub took: Duration,
}

/// A client with one connection, which it keeps as long as the server does.
#[derive(Debug)]
pub struct Client {
    port: u16,
    stream: Option<BufReader<TcpStream>>,
    resent: usize,
}

impl Request {
    /// A read.
    pub fn get(path: impl Into<String>) -> Self {
        Self {
            method: "GET",
            path: path.into(),
            ..Self::default()
        }
    }

    /// Any method, with a body of JSON.
    pub fn json(method: &'static str, path: impl Into<String>, body: &Value) -> Self {
        Self {
            method,
            path: path.into(),
            body: Some(body.to_string()),
            ..Self::default()
        }
    }

    /// With a token.
    #[must_use]
    pub fn token(self, token: &str) -> Self {
        self.header(format!("authorization: Bearer {token}"))
    }

    /// With a header, as `name: value`.
    #[must_use]
    pub fn header(mut self, line: impl Into<String>) -> Self {
        self.headers.push(line.into());
        self
    }

    /// With a name for the tally.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// As it goes over the wire.
    pub fn bytes(&self) -> Vec<u8> {
        use std::fmt::Write as _;
        let mut text = format!("{} {} HTTP/1.1\r\nhost: drill\r\n", self.method, self.path);
        for header in &self.headers {
            let _ = write!(text, "{header}\r\n");
        }
        if let Some(body) = &self.body {
            let kind = match self.method {
                "PATCH" => "application/merge-patch+json",
                _ => "application/json",
            };
            let length = body.len();
            let _ = write!(
                text,
                "content-type: {kind}\r\ncontent-length: {length}\r\n\r\n{body}"
            );
        } else {
            text.push_str("\r\n");
        }
        text.into_bytes()
    }
}

impl Answer {
    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

impl Client {
    /// A client that connects with its first request.
    pub fn new(port: u16) -> Self {
        Self {
            port,
            stream: None,
            resent: 0,
        }
    }

    /// How many requests went over a second connection, since the first was closed before any of an answer came.
    pub fn resent(&self) -> usize {
        self.resent
    }

    /// Sends a request and reads the answer. Where the server had closed the kept connection before it saw anything
    /// of the request, it goes over a new one, as every client does, and is counted; any other failure is one.
    ///
    /// # Errors
    ///
    /// When there is no connection, no whole answer, or none within a minute.
    pub async fn send(&mut self, request: &Request) -> io::Result<Answer> {
        let bytes = request.bytes();
        if let Some(mut stream) = self.stream.take() {
            match self.exchange(&mut stream, &bytes).await {
                Err(error) if is_stale(&error) => self.resent += 1,
                answer => return self.keep(stream, answer),
            }
        }
        let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", self.port)).await?);
        stream.get_ref().set_nodelay(true)?;
        let answer = self.exchange(&mut stream, &bytes).await;
        let answer = answer.map_err(|error| {
            if is_stale(&error) {
                io::Error::new(ErrorKind::ConnectionReset, "closed without an answer")
            } else {
                error
            }
        });
        self.keep(stream, answer)
    }

    fn keep(
        &mut self,
        stream: BufReader<TcpStream>,
        answer: io::Result<Answer>,
    ) -> io::Result<Answer> {
        let answer = answer?;
        if answer.header("connection") != Some("close") {
            self.stream = Some(stream);
        }
        Ok(answer)
    }

    async fn exchange(
        &self,
        stream: &mut BufReader<TcpStream>,
        bytes: &[u8],
    ) -> io::Result<Answer> {
        let started = Instant::now();
        let exchange = async {
            stream.write_all(bytes).await.map_err(stale)?;
            read_answer(stream, started).await
        };
        let late = |_| io::Error::new(ErrorKind::TimedOut, "no answer within a minute");
        tokio::time::timeout(LONGEST, exchange)
            .await
            .map_err(late)?
    }
}

/// Reads one answer, of which nothing has come yet.
///
/// # Errors
///
/// When it is not whole; of the kind `BrokenPipe` where nothing of it came.
pub async fn read_answer(
    stream: &mut BufReader<TcpStream>,
    started: Instant,
) -> io::Result<Answer> {
    let mut line = String::new();
    if stream.read_line(&mut line).await.map_err(stale)? == 0 {
        return Err(io::Error::from(ErrorKind::BrokenPipe));
    }
    let status = line
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| io::Error::new(ErrorKind::InvalidData, line.clone()))?;
    let mut headers = Vec::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Err(io::Error::from(ErrorKind::UnexpectedEof));
        }
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut answer = Answer {
        status,
        headers,
        body: String::new(),
        took: Duration::ZERO,
    };
    let body = match answer.header("transfer-encoding") {
        Some(_) => read_chunks(stream).await?,
        None => {
            let length = answer.header("content-length");
            let length = length.and_then(|length| length.parse().ok());
            let mut body = vec![0; length.unwrap_or_default()];
            stream.read_exact(&mut body).await?;
            body
        }
    };
    answer.body = String::from_utf8_lossy(&body).into_owned();
    answer.took = started.elapsed();
    Ok(answer)
}

async fn read_chunks(stream: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let length = usize::from_str_radix(line.trim(), 16)
            .map_err(|_| io::Error::new(ErrorKind::InvalidData, line))?;
        let start = body.len();
        body.resize(start + length + 2, 0);
        stream.read_exact(&mut body[start..]).await?;
        body.truncate(start + length);
        if length == 0 {
            return Ok(body);
        }
    }
}

/// Nothing of an answer came over the connection.
fn is_stale(error: &io::Error) -> bool {
    error.kind() == ErrorKind::BrokenPipe
}

fn stale(error: io::Error) -> io::Error {
    match error.kind() {
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => {
            io::Error::from(ErrorKind::BrokenPipe)
        }
        _ => error,
    }
}

/// Sends one request over a connection of its own.
///
/// # Errors
///
/// When there is no connection, or no whole answer within a minute.
pub async fn send(port: u16, request: &Request) -> io::Result<Answer> {
    Client::new(port).send(request).await
}

/// Asks until the answer has this status, for so long at most; how long it took.
pub async fn until(port: u16, request: &Request, status: u16, limit: Duration) -> Duration {
    let started = Instant::now();
    loop {
        let answer = send(port, request).await;
        let took = started.elapsed();
        let is_there = answer.as_ref().is_ok_and(|answer| answer.status == status);
        let told = answer.map(|answer| (answer.status, answer.body));
        assert!(
            took < limit,
            "{}: {told:?} after {took:?}, no {status} within {limit:?}",
            request.path
        );
        if is_there {
            return took;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
