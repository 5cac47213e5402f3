//! A collector of spans that forgets what it gets, and can be gone for a while.

use std::sync::Mutex;

use skeleton_faults::cluster::kept_port;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";

#[derive(Debug)]
pub(crate) struct Collector {
    port: u16,
    task: Mutex<JoinHandle<()>>,
}

impl Collector {
    pub(crate) async fn start() -> Self {
        let port = kept_port();
        let task = Mutex::new(listen(port).await);
        Self { port, task }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}/v1/traces", self.port)
    }

    /// Ends it, with its connections.
    pub(crate) fn down(&self) {
        self.task.lock().unwrap().abort();
    }

    pub(crate) async fn up(&self) {
        let task = listen(self.port).await;
        *self.task.lock().unwrap() = task;
    }
}

async fn listen(port: u16) -> JoinHandle<()> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    tokio::spawn(async move {
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            connections.spawn(serve(stream));
        }
    })
}

/// Until the connection ends, or a request is none.
async fn serve(stream: TcpStream) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let length = read_head(&mut stream).await?;
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.ok()?;
        stream.write_all(ANSWER).await.ok()?;
    }
}

/// How long the body is.
async fn read_head(stream: &mut BufReader<TcpStream>) -> Option<usize> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        if !line.ends_with('\n') {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            return Some(length);
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
    }
}
