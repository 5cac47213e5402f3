//! A collector that keeps what it gets: OTLP over HTTP, as much of it as the service speaks.

mod tree;

pub use opentelemetry_proto::tonic::common::v1::KeyValue;
pub use opentelemetry_proto::tonic::trace::v1::Span;
pub use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
pub use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
pub use tree::trees;

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::AnyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use prost::Message as _;

/// Spans as they came, with the heads of the requests and the attributes of the resource.
#[derive(Debug, Clone, Default)]
pub struct Collector(Arc<Mutex<Received>>);

#[derive(Debug, Default)]
struct Received {
    spans: Vec<Span>,
    /// As they came.
    bytes: Vec<u8>,
    heads: Vec<String>,
    resource: Vec<KeyValue>,
}

impl Collector {
    /// Takes everything, and gives its endpoint.
    pub fn start() -> (Self, String) {
        Self::listening(&TcpListener::bind("127.0.0.1:0").unwrap())
    }

    /// The same on an address of one's own.
    pub fn listening(listener: &TcpListener) -> (Self, String) {
        let collector = Self::default();
        let keeper = collector.clone();
        let endpoint = serve(listener, move |stream| keeper.clone().serve(stream));
        (collector, endpoint)
    }

    /// Gives out what came since this was last asked.
    pub fn take(&self) -> Vec<Span> {
        std::mem::take(&mut self.0.lock().unwrap().spans)
    }

    /// All that came, for whoever looks for a word that should not be there.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap().bytes).into_owned()
    }

    /// All spans that came.
    pub fn spans(&self) -> Vec<Span> {
        self.0.lock().unwrap().spans.clone()
    }

    /// The heads of the requests.
    pub fn heads(&self) -> Vec<String> {
        self.0.lock().unwrap().heads.clone()
    }

    /// The attributes of the resource that came last.
    pub fn resource(&self) -> Vec<KeyValue> {
        self.0.lock().unwrap().resource.clone()
    }

    fn serve(self, stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut stream = stream;
        while let Ok(Some((head, body))) = read(&mut reader) {
            // What is something else is answered as well, so that it comes no more.
            let request = ExportTraceServiceRequest::decode(body.as_slice()).unwrap_or_default();
            let mut received = self.0.lock().unwrap();
            received.bytes.extend(body);
            received.heads.push(head);
            for resource in request.resource_spans {
                received.resource = resource.resource.unwrap_or_default().attributes;
                let spans = resource
                    .scope_spans
                    .into_iter()
                    .flat_map(|scope| scope.spans);
                received.spans.extend(spans);
            }
            drop(received);
            let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
            if stream.write_all(answer.as_bytes()).is_err() {
                return;
            }
        }
    }
}

/// Hands each connection to `serve`, in a thread of its own.
pub fn listen(work: impl Fn(TcpStream) + Clone + Send + 'static) -> String {
    serve(&TcpListener::bind("127.0.0.1:0").unwrap(), work)
}

fn serve(listener: &TcpListener, work: impl Fn(TcpStream) + Clone + Send + 'static) -> String {
    let address = listener.local_addr().unwrap();
    let listener = listener.try_clone().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let work = work.clone();
            thread::spawn(move || work(stream));
        }
    });
    format!("http://{address}/v1/traces")
}

/// A request's head and body; `None` at the end of the connection.
///
/// # Errors
///
/// Those of the connection.
pub fn read(reader: &mut BufReader<TcpStream>) -> io::Result<Option<(String, Vec<u8>)>> {
    let mut head = String::new();
    loop {
        let before = head.len();
        if reader.read_line(&mut head)? == 0 {
            return Ok(None);
        }
        if &head[before..] == "\r\n" {
            break;
        }
    }
    let lower = head.to_lowercase();
    let length = lower
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    reader.read_exact(&mut body)?;
    Ok(Some((head, body)))
}

/// An attribute as text.
pub fn attribute(attributes: &[KeyValue], name: &str) -> Option<String> {
    let found = attributes.iter().find(|attribute| attribute.key == name)?;
    match found.value.clone() {
        Some(AnyValue {
            value: Some(Value::StringValue(text)),
        }) => Some(text),
        Some(AnyValue {
            value: Some(Value::IntValue(number)),
        }) => Some(number.to_string()),
        other => Some(format!("{other:?}")),
    }
}

/// An id as it is written.
pub fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let digits = digits.map(|digit| char::from_digit(digit.into(), 16).unwrap());
    digits.collect()
}
