//! More than the database can answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use skeleton_faults::report::{ms, tell};
use skeleton_faults::{Client, Cluster, Load, Request, Service, Tally, size};
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::{fairly, metric, ready};

/// As many as keep every connection busy, and hardly make a queue.
const FEW: usize = 8;
const MANY: usize = 256;
/// Clients of the flood, each with a connection of its own.
const FLOOD: usize = 300;
const A_SECOND: Duration = Duration::from_secs(1);
/// Until all are connected.
const WARM_UP: Duration = A_SECOND;

#[tokio::test(flavor = "multi_thread")]
async fn load_beyond_what_postgresql_can_take() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let url = cluster.url();
    let settings = [("DATABASE_URL", url.as_str()), ("DATABASE_POOL_SIZE", "8")];
    let service = ready(&settings).await;
    fairly(async || too_much("PostgreSQL", &service, 0.25).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn load_beyond_what_sqlite_can_take() {
    let service = ready(&[]).await;
    fairly(async || too_much("SQLite", &service, 0.03).await).await;
}

/// Holds a connection for a while, and next to nothing of a processor.
fn work(seconds: f64) -> Request {
    let path = format!("/drill/sleep/{seconds}");
    Request::json("POST", path, &serde_json::json!({}))
}

async fn too_much(database: &str, service: &Service, seconds: f64) -> Result<(), String> {
    let (port, work) = (service.port(), work(seconds));
    let span = size(4 * A_SECOND, 20 * A_SECOND);
    let few = loops(port, FEW, &work, span).await;
    few.only(&[]);
    let best = goodput(&few, span);

    let many = loops(port, MANY, &work, span).await;
    many.only(&[503]);
    let crowd = goodput(&many, span);

    let flood = flood(port, 10.0 * best, &work, span).await;
    flood.only(&[503]);
    let flooded = goodput(&flood, span);
    let offered = rate(flood.records.len(), WARM_UP + span);
    let refused = refusals(&flood);
    assert!(refused > 0 && metric(port, "db_pool_refused_total").await > 0.0);
    let quick = quickness(&flood).max(quickness(&many));

    sleep(A_SECOND).await;
    let after = loops(port, FEW, &work, span).await;
    after.only(&[]);
    let again = goodput(&after, span);
    // Not once for each that is refused.
    let told = service.log();
    let told = told.matches("more is asked for than the database can answer");
    assert!((1..10).contains(&told.count()));
    tell(
        &format!("more load than {database} can take"),
        &[
            ("best", &format!("{best:.0}/s")),
            (
                "256 loops",
                &format!("{crowd:.0}/s, {} refused", refusals(&many)),
            ),
            (
                "10 × the rate",
                &format!("{flooded:.0}/s of {offered:.0}/s, {refused} refused"),
            ),
            ("p99 of refusals", &ms(quick)),
            ("a second later", &format!("{again:.0}/s")),
        ],
    );
    let enough = 0.9 * best;
    let held = [
        (offered > 5.0 * best, "too little was asked for"),
        (crowd >= enough, "the crowd took from the goodput"),
        (flooded >= enough, "the flood took from the goodput"),
        (quick < A_SECOND, "refusals were slow"),
        (again >= enough, "not back to normal after a second"),
    ];
    let wrong: Vec<_> = held.iter().filter(|(holds, _)| !holds).collect();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(format!("{wrong:?}"))
    }
}

async fn loops(port: u16, count: usize, work: &Request, span: Duration) -> Tally {
    let work = work.clone();
    let load = Load::start(port, count, move |_, _| work.clone());
    sleep(WARM_UP + span).await;
    load.stop().await
}

/// So many requests a second, whatever becomes of them.
async fn flood(port: u16, rate: f64, work: &Request, span: Duration) -> Tally {
    let pause = Duration::from_secs_f64(FLOOD as f64 / rate);
    let request = Arc::new(work.clone());
    let mut clients = tokio::task::JoinSet::new();
    for number in 0..FLOOD {
        let request = request.clone();
        clients.spawn(async move {
            sleep(pause.mul_f64(number as f64 / FLOOD as f64)).await;
            let (mut client, mut records) = (Client::new(port), Vec::new());
            let (mut ticks, began) = (interval(pause), Instant::now());
            ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
            while began.elapsed() < WARM_UP + span {
                ticks.tick().await;
                records.push(skeleton_faults::load::ask(&mut client, &request).await);
            }
            records
        });
    }
    let records = clients.join_all().await;
    Tally {
        records: records.into_iter().flatten().collect(),
    }
}

fn rate(count: usize, span: Duration) -> f64 {
    count as f64 / span.as_secs_f64()
}

fn goodput(tally: &Tally, span: Duration) -> f64 {
    let records = tally.records.iter();
    let Some(first) = records.clone().map(|record| record.started).min() else {
        return 0.0;
    };
    let counts = first + WARM_UP..first + WARM_UP + span;
    let good = records.filter(|record| {
        let ended = record.started + record.took;
        matches!(record.outcome, Ok(200..=299)) && counts.contains(&ended)
    });
    rate(good.count(), span)
}

fn refusals(tally: &Tally) -> usize {
    tally.count(503)
}

/// The 99th percentile of the refusals.
fn quickness(tally: &Tally) -> Duration {
    let records = tally.records.iter();
    let refused = records.filter(|record| record.outcome == Ok(503));
    Tally {
        records: refused.cloned().collect(),
    }
    .percentile(99)
}
