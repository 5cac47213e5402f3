//! Databases and processes that end, hang, and come back.
#![cfg(test)]

mod clock;
mod ending;
mod given_up;
mod killed;
mod panics;
mod pool;
mod postgres;
mod rolled;
mod sqlite;

use std::time::Duration;

use skeleton_faults::client::until;
use skeleton_faults::{Request, Service};

const PROGRAM: &str = env!("CARGO_BIN_EXE_drill");

/// What a restart may take, and a database that is back.
const SOON: Duration = Duration::from_secs(5);

/// A service that is ready, and a token of it.
async fn ready(url: &str, settings: &[(&str, &str)]) -> (Service, String) {
    let settings = [&[("DATABASE_URL", url)], settings].concat();
    let service = Service::start(PROGRAM, &settings);
    healthy(&service, Duration::from_secs(30)).await;
    let token = service.token();
    (service, token)
}

/// Waits until it is ready; how long that took.
async fn healthy(service: &Service, limit: Duration) -> Duration {
    until(service.port(), &Request::get("/health/ready"), 200, limit).await
}
