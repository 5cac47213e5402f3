//! Takes spans as a collector does, and prints each trace as a tree: `otlp-viewer [ADDRESS]`, by default
//! 127.0.0.1:4318, which is `OTLP_ENDPOINT=http://127.0.0.1:4318/v1/traces`.

use std::collections::HashMap;
use std::io::{self, Write as _};
use std::net::TcpListener;
use std::thread::sleep;
use std::time::{Duration, Instant};

use skeleton_tests::otlp::{Collector, Span, trees};

/// The spans of a trace come in several batches, a second apart.
const PAUSE: Duration = Duration::from_millis(250);
const QUIET: Duration = Duration::from_millis(1_500);

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1);
    let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:4318"))?;
    let (collector, endpoint) = Collector::listening(&listener);
    writeln!(io::stdout(), "OTLP_ENDPOINT={endpoint}")?;
    let mut traces: HashMap<Vec<u8>, (Instant, Vec<Span>)> = HashMap::new();
    loop {
        sleep(PAUSE);
        for span in collector.take() {
            let (came, spans) = traces
                .entry(span.trace_id.clone())
                .or_insert_with(|| (Instant::now(), Vec::new()));
            *came = Instant::now();
            spans.push(span);
        }
        let done = traces.extract_if(|_, (came, _)| came.elapsed() > QUIET);
        let mut done: Vec<_> = done.map(|(_, (_, spans))| spans).collect();
        done.sort_by_key(|spans| spans.iter().map(|span| span.start_time_unix_nano).min());
        for spans in done {
            io::stdout().write_all(trees(&spans).as_bytes())?;
        }
        io::stdout().flush()?;
    }
}
