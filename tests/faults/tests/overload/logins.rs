//! Logins are dear: what they take of processors and memory is bounded.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::available_parallelism;
use std::time::Duration;

use serde_json::{Value, json};
use skeleton_faults::client::send;
use skeleton_faults::load::crud;
use skeleton_faults::report::{ms, tell};
use skeleton_faults::{Load, Request, Service, size};
use tokio::time::sleep;

use super::{bound, fairly, metric, ready};

const LOOPS: usize = 48;
const A_SECOND: Duration = Duration::from_secs(1);
/// Each that runs may have so many behind it.
const QUEUE: u32 = 64;
/// Of a hash, in KiB.
const A_HASH: u64 = 19 * 1024;
const A_MARGIN: u64 = 64 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn loops_of_logins() {
    let service = ready(&[]).await;
    let token = service.token();
    let login = json!({ "email": "ann@example.com", "password": "correct horse battery" });
    let made = Request::json("POST", "/auth/register", &login);
    assert_eq!(send(service.port(), &made).await.unwrap().status, 201);
    fairly(async || beside_logins(&service, &token, &login).await).await;
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
    let over = is_over.clone();
    let watch = tokio::spawn(async move {
        let mut longest = 0.0_f64;
        while !over.load(Ordering::Relaxed) {
            longest = longest.max(metric(port, "password_hashes_waiting").await);
            sleep(A_SECOND / 10).await;
        }
        longest
    });
    let beside = crud(port, token, span).await;
    let logins = logins.stop().await;
    is_over.store(true, Ordering::Relaxed);
    let waiting = watch.await.unwrap();
    let grown = service.figure("VmHWM").saturating_sub(before);

    let processors = available_parallelism().map_or(1, NonZero::get);
    let at_once = u32::try_from(processors / 2).unwrap().max(1);
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
    assert!(waiting <= f64::from(QUEUE * at_once), "{waiting} wait");
    let most = A_HASH * u64::from(at_once) + A_MARGIN;
    assert!(grown <= most, "{grown} KiB more, of {most}");
    assert!(metric(port, "password_hashes_waiting").await < 1.0);
    if p99 > bound(calm) {
        return Err(format!("p99 is {p99:?}, without logins {calm:?}"));
    }
    Ok(())
}
