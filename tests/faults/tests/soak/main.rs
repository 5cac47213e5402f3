//! Mixed load for long, on both databases at once, while one thing after the other breaks.
//!
//! `SOAK_SECONDS` is how long (3600 for the figures of the documentation); `SOAK_FOLDER` takes the samples and their
//! picture; `FAULTS_PROGRAM` is another build of the service.
#![cfg(test)]

mod book;
mod collector;
mod faults;
mod graph;
mod mix;
mod probe;
mod side;
mod verdict;
mod watch;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use skeleton_faults::report::{ms, skip, tell};
use skeleton_faults::root::can_make_immutable;

use faults::{Fault, KINDS, OF_POSTGRES, OF_SQLITE};
use probe::Probe;
use side::{Seen, Side};
use verdict::{Growth, unexplained};
use watch::{Sample, Window, breaks, table, watch};

/// Every fault three times, each with time to heal.
const SHORT: u64 = 165;
/// The most time from one fault to the next.
const LONGEST_PERIOD: Duration = Duration::from_mins(1);
/// Requests a second, to each service.
const RATE: u32 = 60;
/// Descriptors that come and go: connections to the database and of clients. The medians of a short run see more of it.
const SPARE: u32 = 4;
const SPARE_OF_SHORT: u32 = 8;
/// Answers that a stall of the machine alone may explain: one of a thousand, and a few in any case.
const OF_STALLS: usize = 1000;
const FEW: usize = 20;

/// All that is known of one service at the end.
struct Run {
    side: Side,
    samples: Vec<Sample>,
    windows: Vec<Window>,
    wrong: Vec<String>,
    acknowledged: usize,
    seen: Seen,
}

async fn soak(side: Side, faults: &'static [Fault], period: Duration, span: Duration) -> Run {
    let side = Arc::new(side);
    let load = tokio::spawn(side.clone().load(RATE, span));
    let watching = tokio::spawn(watch(side.clone(), span));
    let (windows, mut wrong) = breaks(side.clone(), faults, period, span).await;
    load.await.unwrap();
    let samples = watching.await.unwrap();
    let seen = side.seen();
    let (acknowledged, lost) = side.check().await;
    assert!(acknowledged > 0);
    wrong.extend(lost);
    let side = Arc::into_inner(side).expect("nobody else is at work");
    Run {
        side,
        samples,
        windows,
        wrong,
        acknowledged,
        seen,
    }
}

impl Run {
    fn stalls_and_faults(&self) -> (Vec<Window>, Vec<Window>) {
        let windows = self.windows.iter().cloned();
        windows.partition(|window| window.fault == Fault::Stall)
    }

    /// Tells the figures, and then what is wrong with them.
    fn judge(mut self, span: Duration, turn: usize) -> Vec<String> {
        let memory = Growth::of(&self.samples, turn, |sample| sample.memory);
        let descriptors = Growth::of(&self.samples, turn, |sample| sample.descriptors);
        let threads = Growth::of(&self.samples, turn, |sample| sample.threads);
        let unexplained = unexplained(&self.seen.misses, &self.windows);
        let mut wrong = std::mem::take(&mut self.wrong);
        let odd = unexplained
            .iter()
            .take(20)
            .map(|miss| format!("nothing explains {miss}"));
        wrong.extend(odd);
        wrong.extend(grown(span, &memory, &descriptors, &threads));
        if !self.side.service.lives() {
            wrong.push("the process ended".to_owned());
        }
        let answers: usize = self.seen.answers.values().sum();
        wrong.extend(self.seen.judge(answers, span));
        let excused = self.seen.misses.len() - unexplained.len();
        let (stalls, faults) = self.stalls_and_faults();
        let (number, stood) = (stalls.len(), stalls.iter().map(Window::length).sum());
        let without_stalls = verdict::unexplained(&self.seen.misses, &faults).len();
        let by_stalls = without_stalls - unexplained.len();
        if by_stalls > FEW.max(answers / OF_STALLS) {
            wrong.push(format!("{by_stalls} explained by stalls alone"));
        }
        let faults = faults.len();
        tell(
            &format!(
                "{} s of load and {faults} faults, {}",
                span.as_secs(),
                self.side.name
            ),
            &[
                ("requests", &answers),
                ("refused within a fault's window", &excused),
                ("unexplained", &unexplained.len()),
                ("explained by a stall of the machine alone", &by_stalls),
                ("stalls", &format!("{number}, {} in all", ms(stood))),
                ("p99 of a second, median", &ms(median_p99(&self.samples))),
                ("memory", &memory),
                ("descriptors", &descriptors),
                ("threads", &threads),
                ("acknowledged writes", &self.acknowledged),
                ("answers", &format!("{:?}", self.seen.answers)),
            ],
        );
        wrong
            .iter()
            .map(|what| format!("{}: {what}", self.side.name))
            .collect()
    }
}

impl Seen {
    fn judge(&self, answers: usize, span: Duration) -> Vec<String> {
        let mut wrong = Vec::new();
        let asked = usize::try_from(span.as_secs() * u64::from(RATE)).unwrap();
        if answers < asked * 9 / 10 {
            wrong.push(format!("only {answers} answers of {asked}"));
        }
        let resent = self.resent;
        if resent > 0 {
            wrong.push(format!("{resent} connections closed under a request"));
        }
        wrong
    }
}

fn grown(span: Duration, memory: &Growth, descriptors: &Growth, threads: &Growth) -> Vec<String> {
    let mut wrong = Vec::new();
    if memory.percent() > 5.0 {
        wrong.push(format!(
            "memory grew by {:.1} %: {memory:?} KiB",
            memory.percent()
        ));
    }
    let is_short = span.as_secs() <= SHORT;
    let spare = if is_short { SPARE_OF_SHORT } else { SPARE };
    for (name, growth, spare) in [("descriptors", descriptors, spare), ("threads", threads, 2)] {
        if growth.after > growth.before + spare {
            wrong.push(format!("more {name}: {growth:?}"));
        }
    }
    wrong
}

fn median_p99(samples: &[Sample]) -> Duration {
    let mut all: Vec<_> = samples.iter().map(|sample| sample.second.p99).collect();
    all.sort_unstable();
    all[all.len() / 2]
}

fn keep(runs: &[Run]) {
    let Some(folder) = std::env::var_os("SOAK_FOLDER").map(PathBuf::from) else {
        return;
    };
    std::fs::create_dir_all(&folder).unwrap();
    let sides = runs.iter().map(|run| (run.side.name, &run.samples[..]));
    let sides: Vec<_> = sides.collect();
    std::fs::write(folder.join("soak.csv"), table(&sides)).unwrap();
    let picture = graph::picture(&sides, &runs[0].windows);
    std::fs::write(folder.join("soak.svg"), picture).unwrap();
    std::fs::write(folder.join("faults.csv"), windows(runs)).unwrap();
    std::fs::write(folder.join("refused.txt"), refused(runs)).unwrap();
}

/// When each thing was broken, in seconds.
fn windows(runs: &[Run]) -> String {
    let mut text = "database,fault,from,to\n".to_owned();
    for run in runs {
        for Window { fault, from, to } in &run.windows {
            let (name, from, to) = (run.side.name, from.as_secs_f64(), to.as_secs_f64());
            let _ = writeln!(text, "{name},{},{from:.1},{to:.1}", fault.name());
        }
    }
    text
}

fn refused(runs: &[Run]) -> String {
    let mut text = String::new();
    for run in runs {
        for miss in &run.seen.misses {
            let _ = writeln!(text, "{}: {miss}", run.side.name);
        }
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_under_load_while_everything_breaks() {
    let seconds = std::env::var("SOAK_SECONDS").map_or(SHORT, |seconds| seconds.parse().unwrap());
    let span = Duration::from_secs(seconds.max(SHORT));
    let kinds = u32::try_from(KINDS).unwrap();
    let period = (span / 3 / kinds).min(LONGEST_PERIOD);
    let turn = usize::try_from((period * kinds).as_secs()).unwrap();
    let program = std::env::var("FAULTS_PROGRAM");
    let program = program.unwrap_or_else(|_| env!("CARGO_BIN_EXE_drill").to_owned());

    let Some(postgres) = Side::on_postgres(&program).await else {
        return;
    };
    let sqlite = Side::on_sqlite(&program).await;
    if !can_make_immutable(sqlite.folder()) {
        skip(
            "files can't be made immutable here: that needs root, and a file system that knows it",
        );
        return;
    }
    let began = Instant::now();
    let probe = Probe::start(sqlite.folder().join("probe"), began);
    let sides = [(postgres, &OF_POSTGRES), (sqlite, &OF_SQLITE)];
    let [postgres, sqlite] = sides.map(|(mut side, faults)| {
        side.began = began;
        tokio::spawn(soak(side, faults, period, span))
    });
    let mut runs = [postgres.await.unwrap(), sqlite.await.unwrap()];
    let stalls = probe.stop();
    for run in &mut runs {
        run.windows.extend_from_slice(&stalls);
    }
    keep(&runs);
    let wrong: Vec<_> = runs
        .into_iter()
        .flat_map(|run| run.judge(span, turn))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
