//! Whether the machine itself stands still: on one that is shared, its disk or its processors may be somebody else's for a
//! while, and no service is quick then.

use std::fs::File;
use std::io::{Seek as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::faults::Fault;
use super::watch::Window;

/// From one look to the next.
const PAUSE: Duration = Duration::from_millis(50);
/// A look that takes longer is a stall. A database that takes as long for each of its writes is behind for good.
const STALL: Duration = Duration::from_millis(200);

/// A thread that sleeps, writes a few bytes and syncs them, again and again.
#[derive(Debug)]
pub(crate) struct Probe {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<Vec<Window>>,
}

impl Probe {
    /// Writes to this file, on the disk of the databases.
    pub(crate) fn start(path: PathBuf, began: Instant) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let over = is_over.clone();
        let thread = std::thread::spawn(move || {
            let mut file = File::create(path).unwrap();
            let mut stalls = Vec::new();
            while !over.load(Ordering::Relaxed) {
                let from = began.elapsed();
                std::thread::sleep(PAUSE);
                file.rewind().unwrap();
                file.write_all(&[b'x'; 100]).unwrap();
                file.sync_data().unwrap();
                let to = began.elapsed();
                if to.saturating_sub(from) > STALL {
                    let fault = Fault::Stall;
                    stalls.push(Window { fault, from, to });
                }
            }
            stalls
        });
        Self { is_over, thread }
    }

    /// The stalls that it saw.
    pub(crate) fn stop(self) -> Vec<Window> {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}
