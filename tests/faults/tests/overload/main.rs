//! More load than there is room for, clients that are slow, and requests that are none.
#![cfg(test)]

mod framing;
mod logins;
mod shedding;
mod slow;
mod spans;

use std::time::Duration;

use skeleton_faults::client::until;
use skeleton_faults::{Request, Service, report};

/// `FAULTS_PROGRAM` names another build of it, such as an optimised one.
fn program() -> String {
    std::env::var("FAULTS_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_drill").to_owned())
}

/// The service, ready, on a database of SQLite in its folder where no setting says otherwise.
async fn ready(settings: &[(&str, &str)]) -> Service {
    let mut all = vec![("DATABASE_URL", "sqlite://app.db")];
    all.extend_from_slice(settings);
    // Where one stands twice, the last counts.
    let service = Service::start(&program(), &all);
    let limit = Duration::from_secs(30);
    until(service.port(), &Request::get("/health/ready"), 200, limit).await;
    service
}

/// A neighbour may take this long beside a fault: five times as long as without, or 100 ms.
fn bound(calm: Duration) -> Duration {
    (calm * 5).max(Duration::from_millis(100))
}

/// Tries twice at most, and says so: whoever else is at work on the machine takes from one half of a comparison and not
/// from the other. What is wrong both times is the service's.
async fn fairly(mut attempt: impl AsyncFnMut() -> Result<(), String>) {
    let Err(wrong) = attempt().await else { return };
    report::again(&wrong);
    if let Err(wrong) = attempt().await {
        panic!("{wrong}, and before that too");
    }
}
