//! Logins are dear: what they take of processors and memory is bounded.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::available_parallelism;
use std::time::Duration;

use serde_json::{Value, json};
use skeleton_faults::client::send;
use skeleton_faults::load::{ask, crud};
use skeleton_faults::metrics::metric;
use skeleton_faults::report::{ms, tell};
use skeleton_faults::{Client, Load, Request, Service, Tally, size};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::sleep;

use super::{bound, fairly, ready};

const LOOPS: usize = 48;
const A_SECOND: Duration = Duration::from_secs(1);
/// Each that runs may have so many behind it.
const QUEUE: u32 = 64;
/// For each that runs: twice as many as there is room for.
const BURST: u32 = 2 * (QUEUE + 1);
/// Of a hash, in KiB.
const A_HASH: u64 = 19 * 1024;
const A_MARGIN: u64 = 64 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn loops_of_logins() {
    let service = ready(&[]).await;
    let (token, login) = (service.token(), registered(service.port()).await);
    fairly(async || beside_logins(&service, &token, &login).await).await;
}

async fn registered(port: u16) -> Value {
    let login = json!({ "email": "ann@example.com", "password": "correct horse battery" });
    let made = Request::json("POST", "/auth/register", &login);
    assert_eq!(send(port, &made).await.unwrap().status, 201);
    login
}

/// How many hashes may be made at once.
fn slots() -> u32 {
    let processors = available_parallelism().map_or(1, NonZero::get);
    u32::try_from(processors / 2).unwrap().max(1)
}

/// The most that wait for a hash, until it is told that this is over.
fn watch(port: u16, over: Arc<AtomicBool>) -> JoinHandle<f64> {
    tokio::spawn(async move {
        let mut most = 0.0_f64;
        while !over.load(Ordering::Relaxed) {
            most = most.max(metric(port, "password_hashes_waiting").await);
            sleep(A_SECOND / 10).await;
        }
        most
    })
}

/// More at once than there is room for: those beyond it are told to come again, and the others are served.
#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_logins() {
    // Else those of one account wait for each other, and not for a hash.
    let service = ready(&[("AUTH_LOGIN_LIMIT_PER_EMAIL", "0")]).await;
    let port = service.port();
    let login = registered(port).await;
    let refused = metric(port, "password_hashes_refused_total").await;
    let is_over = Arc::new(AtomicBool::new(false));
    let watch = watch(port, is_over.clone());
    let request = Request::json("POST", "/auth/token", &login);
    let asked = (0..BURST * slots()).map(|_| {
        let request = request.clone();
        async move { ask(&mut Client::new(port), &request).await }
    });
    let records = asked.collect::<JoinSet<_>>().join_all().await;
    is_over.store(true, Ordering::Relaxed);
    let waiting = watch.await.unwrap();
    let tally = Tally { records };
    tally.only(&[503]);
    let count = |status| u32::try_from(tally.count(status)).unwrap();
    let counted = metric(port, "password_hashes_refused_total").await - refused;
    tell(
        "twice as many logins at once as there is room for",
        &[
            ("logins", &format!("{:?}", tally.outcomes())),
            ("waiting at most", &waiting),
            ("refused, as counted", &counted),
        ],
    );
    let room = (QUEUE + 1) * slots();
    assert!(count(200) >= room, "{:?}", tally.outcomes());
    assert!(count(503) > 0, "{:?}", tally.outcomes());
    let uncounted = f64::from(count(503)) - counted;
    assert!(uncounted.abs() < 0.5, "{counted} are counted");
    let bound = f64::from(QUEUE * slots());
    assert!(waiting > 0.0 && waiting <= bound, "{waiting} wait");
}

async fn beside_logins(service: &Service, token: &str, login: &Value) -> Result<(), String> {
    let (port, login) = (service.port(), login.clone());
    let span = size(4 * A_SECOND, 30 * A_SECOND);
    let calm = crud(port, token, span).await;
    calm.only(&[]);
    let before = service.figure("VmRSS");
    // The peak is counted anew from here.
    std::fs::write(format!("/proc/{}/clear_refs", service.id()), "5").unwrap();
    let logins = Load::start(port, LOOPS, move |_, _| {
        Request::json("POST", "/auth/token", &login)
    });
    let is_over = Arc::new(AtomicBool::new(false));
    let watch = watch(port, is_over.clone());
    let beside = crud(port, token, span).await;
    let logins = logins.stop().await;
    is_over.store(true, Ordering::Relaxed);
    let waiting = watch.await.unwrap();
    let grown = service.figure("VmHWM").saturating_sub(before);

    let at_once = slots();
    let (p99, calm) = (beside.percentile(99), calm.percentile(99));
    tell(
        "48 loops of logins",
        &[
            ("p99 of CRUD", &format!("{} (calm {})", ms(p99), ms(calm))),
            ("logins", &format!("{:?}", logins.outcomes())),
            ("waiting at most", &waiting),
            ("hashes at once", &at_once),
            ("memory", &format!("+{} MiB", grown / 1024)),
        ],
    );
    beside.only(&[]);
    logins.only(&[503]);
    assert!(logins.count(200) > 0);
    assert!(waiting > 0.0, "none waits");
    let most = A_HASH * u64::from(at_once) + A_MARGIN;
    assert!(grown <= most, "{grown} KiB more, of {most}");
    assert!(metric(port, "password_hashes_waiting").await < 1.0);
    if p99 > bound(calm) {
        return Err(format!("p99 is {p99:?}, without logins {calm:?}"));
    }
    Ok(())
}
