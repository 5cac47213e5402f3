//! More than the database can answer.

use std::time::Duration;

use skeleton_faults::light::{Pace, load};
use skeleton_faults::metrics::metric;
use skeleton_faults::report::{ms, tell};
use skeleton_faults::{Cluster, Request, Service, Tally, size};

use super::{fairly, ready};

/// As many as keep every connection busy, and hardly make a queue.
const FEW: u32 = 8;
const MANY: u32 = 256;
/// Clients of the flood, each with a connection of its own.
const FLOOD: u32 = 300;
const A_SECOND: Duration = Duration::from_secs(1);
/// Until all are connected, and those of before are forgotten: normal again after a second is held to it.
const WARM_UP: Duration = A_SECOND;
/// After a refusal, half of its `Retry-After`. Loops that come back at once share the processors with what they ask:
/// the quicker a refusal, the more of them there are, and what is measured is the loops.
const PAUSE: Duration = Duration::from_millis(500);
/// What comes later is an answer to nobody.
const PATIENCE: Duration = Duration::from_secs(4);
/// Of the goodput without too much load.
const ENOUGH: f64 = 0.9;

#[tokio::test]
async fn load_beyond_what_postgresql_can_take() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let url = cluster.url();
    let settings = [("DATABASE_URL", url.as_str()), ("DATABASE_POOL_SIZE", "8")];
    let service = ready(&settings).await;
    fairly(async || too_much("PostgreSQL", &service, 0.25).await).await;
}

#[tokio::test]
async fn load_beyond_what_sqlite_can_take() {
    let service = ready(&[]).await;
    fairly(async || too_much("SQLite", &service, 0.05).await).await;
}

/// What is asked, of whom, for how long.
struct Drill {
    port: u16,
    work: Request,
    span: Duration,
}

/// What came of one kind of load.
struct Phase {
    asked: f64,
    good: f64,
    refused: usize,
    /// The 99th percentile of refusals.
    quick: Duration,
}

impl Drill {
    /// Holds a connection for a while, and next to nothing of a processor.
    fn new(port: u16, seconds: f64) -> Self {
        let path = format!("/drill/sleep/{seconds}");
        Self {
            port,
            work: Request::json("POST", path, &serde_json::json!({})),
            span: size(4 * A_SECOND, 20 * A_SECOND),
        }
    }

    async fn few(&self) -> f64 {
        let phase = self.load(FEW, Pace::Loop(PAUSE)).await;
        assert_eq!(phase.refused, 0, "a few are refused");
        phase.good
    }

    async fn load(&self, count: u32, pace: Pace) -> Phase {
        let whole = WARM_UP + self.span;
        let tally = load(self.port, count, pace, &self.work, whole).await;
        tally.only(&[503]);
        let refused = with(&tally, 503);
        Phase {
            asked: rate(tally.records.len(), whole),
            good: self.goodput(&tally),
            refused: refused.records.len(),
            quick: refused.percentile(99),
        }
    }

    /// Good answers a second, once it is warm.
    fn goodput(&self, tally: &Tally) -> f64 {
        let begun = tally.records.iter().map(|record| record.started).min();
        let warm = begun.unwrap() + WARM_UP;
        let counts = warm..warm + self.span;
        let answered = with(tally, 200);
        let good = answered.records.iter().filter(|record| {
            record.took <= PATIENCE && counts.contains(&(record.started + record.took))
        });
        rate(good.count(), self.span)
    }
}

fn rate(count: usize, span: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap()) / span.as_secs_f64()
}

fn with(tally: &Tally, status: u16) -> Tally {
    let records = tally.records.iter();
    let are = records.filter(|record| record.outcome == Ok(status));
    Tally {
        records: are.cloned().collect(),
    }
}

/// Too much is compared with what was before and after it, for a machine is not as fast all the time.
async fn too_much(database: &str, service: &Service, seconds: f64) -> Result<(), String> {
    let drill = Drill::new(service.port(), seconds);
    let before = drill.few().await;
    let crowd = drill.load(MANY, Pace::Loop(PAUSE)).await;
    let between = drill.few().await;
    let period = Duration::from_secs_f64(f64::from(FLOOD) / (10.0 * between));
    let flood = drill.load(FLOOD, Pace::Every(period)).await;
    let after = drill.few().await;

    let phase = |phase: &Phase| {
        let Phase { asked, good, .. } = phase;
        let quick = ms(phase.quick);
        format!("{good:.0}/s of {asked:.0}/s, p99 of refusals {quick}")
    };
    tell(
        &format!("more load than {database} can take"),
        &[
            ("a few", &format!("{before:.0}/s")),
            ("256 loops", &phase(&crowd)),
            ("a second later", &format!("{between:.0}/s")),
            ("10 × the rate", &phase(&flood)),
            ("a second later", &format!("{after:.0}/s")),
        ],
    );
    assert!(crowd.refused > 0 && flood.refused > 0, "none is refused");
    assert!(metric(service.port(), "db_pool_refused_total").await > 0.0);
    // Not once for each that is refused.
    let log = service.log();
    let told = log.matches("more is asked for than the database can answer");
    assert!((1..10).contains(&told.count()), "{log}");

    let about = |one: f64, other: f64| ENOUGH * f64::midpoint(one, other);
    let held = [
        (flood.asked > 5.0 * between, "too little was asked for"),
        (
            crowd.good >= about(before, between),
            "the crowd took from the goodput",
        ),
        (
            flood.good >= about(between, after),
            "the flood took from the goodput",
        ),
        (
            crowd.quick.max(flood.quick) < A_SECOND,
            "refusals were slow",
        ),
        (
            between.min(after) >= ENOUGH * before,
            "not back to normal after a second",
        ),
    ];
    let wrong: Vec<_> = held
        .iter()
        .filter(|(holds, _)| !holds)
        .map(|(_, what)| *what)
        .collect();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(wrong.join(", "))
}
