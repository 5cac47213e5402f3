//! A database that is out of reach at the start: the service serves 503, and heals by itself.
#![cfg(test)]

use std::io;
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use skeleton_runtime::test_util::TestDatabase;
use skeleton_tests::{Server, curl, free_port};

const PROGRAM: &str = env!("CARGO_BIN_EXE_example-app");

/// An empty database, and its URL by way of `port`, where nobody listens yet.
async fn database_behind(port: u16) -> Option<(TestDatabase, String, String)> {
    let database = TestDatabase::postgres("empty", async |_url| Ok(())).await?;
    let (scheme, rest) = database.url().split_once("://").unwrap();
    let (user, rest) = rest.split_once('@').unwrap();
    let (server, path) = rest.split_once('/').unwrap();
    let url = format!("{scheme}://{user}@127.0.0.1:{port}/{path}");
    let server = server.to_owned();
    Some((database, url, server))
}

/// Carries every connection to `port` on to the server, for the rest of the test.
fn open(port: u16, server: String) {
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let server = TcpStream::connect(&server).unwrap();
            for (mut from, mut to) in [
                (client.try_clone().unwrap(), server.try_clone().unwrap()),
                (server, client),
            ] {
                std::thread::spawn(move || {
                    let _ = io::copy(&mut from, &mut to);
                    let _ = to.shutdown(std::net::Shutdown::Both);
                });
            }
        }
    });
}

fn status(url: &str) -> String {
    curl(&["-o", "/dev/null", "-w", "%{http_code}", url])
}

/// What `/metrics` says of migrations.
fn pending(service: &Server) -> u32 {
    let figures = curl(&[&service.url("/metrics")]);
    let mut lines = figures.lines();
    let count = lines.find_map(|line| line.strip_prefix("migrations_pending "));
    count.unwrap().parse().unwrap()
}

/// Waits until the address answers 200; whatever else it answers meanwhile must be 503.
fn heals(ready: &str, others: &[String]) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while status(ready) != "200" {
        for other in others {
            let status = status(other);
            assert!(status == "503" || status == "401", "{other}: {status}");
        }
        assert!(Instant::now() < deadline, "it does not heal");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_starts_without_its_database_and_migrates_when_it_is_there() {
    let port = free_port();
    let Some((_database, url, server)) = database_behind(port).await else {
        return;
    };
    let service = Server::start(PROGRAM, &[("DATABASE_URL", &url)]);
    assert_eq!(status(&service.url("/health/ready")), "503");
    assert_eq!(status(&service.url("/health/live")), "200");
    assert_eq!(status(&service.url("/articles")), "503");
    open(port, server);
    heals(&service.url("/health/ready"), &[service.url("/articles")]);
    let token = service.command(&["token", "--email", "a@example.com"]);
    let bearer = format!("authorization: Bearer {}", token.trim());
    let list = curl(&["-H", &bearer, &service.url("/articles")]);
    assert_eq!(list, r#"{"items":[],"next_cursor":null}"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn production_stays_unready_while_migrations_are_pending() {
    let port = free_port();
    let Some((_database, url, server)) = database_behind(port).await else {
        return;
    };
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("APP_ENV", "production"),
        ("HOST", "127.0.0.1"),
        ("JWT_SECRET_KEY", "0123456789abcdef0123456789abcdef"),
        ("SHUTDOWN_DRAIN_SECONDS", "0"),
    ];
    let service = Server::start(PROGRAM, &settings);
    assert_eq!(status(&service.url("/health/ready")), "503");
    open(port, server);
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut log = String::new();
    while !log.contains("migrations are pending") {
        assert!(
            Instant::now() < deadline,
            "nothing is said of the migrations: {log}"
        );
        std::thread::sleep(Duration::from_millis(100));
        log.push_str(&service.log());
    }
    assert_eq!(status(&service.url("/health/ready")), "503");
    assert_eq!(status(&service.url("/articles")), "503");
    assert!(pending(&service) > 0);
    service.command(&["migrate", "run"]);
    heals(&service.url("/health/ready"), &[service.url("/articles")]);
    assert_eq!(pending(&service), 0);
}
