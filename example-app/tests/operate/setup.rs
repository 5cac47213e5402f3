//! The link to the first owner, from the log of the start to the account.

use skeleton_tests::{Server, curl, wait_for};

use super::{PROGRAM, Place, SECRET};

/// The token of the one link that the log of a start has.
fn token(server: &Server, log: &mut String) -> String {
    wait_for("setup link", || {
        log.push_str(&server.log());
        log.push('\n');
        let (_, link) = log.split_once("/setup#")?;
        let end =
            link.find(|letter: char| !letter.is_ascii_alphanumeric() && !"-_".contains(letter))?;
        Some(link[..end].to_owned())
    })
}

fn set_up(server: &Server, token: &str) -> String {
    let body = serde_json::json!({ "token": token, "email": "olga@example.com", "password": "seven wild geese" });
    let header = "content-type: application/json";
    curl(&[
        "-d",
        &body.to_string(),
        "-H",
        header,
        &server.url("/auth/setup"),
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_of_a_first_start_makes_the_owner() {
    for (place, format) in Place::both().await.into_iter().zip(["pretty", "json"]) {
        let settings = [
            ("DATABASE_URL", place.url()),
            ("LOG_FORMAT", format),
            ("RUST_LOG", "debug"),
        ];
        // Of two instances each tells a link of its own.
        let (mut log, mut other_log) = (String::new(), String::new());
        let server = Server::start(PROGRAM, &settings);
        let other = Server::start(PROGRAM, &settings);
        let (first, second) = (token(&server, &mut log), token(&other, &mut other_log));
        assert_ne!(first, second);
        assert_eq!(first.len(), 43);
        let made = set_up(&other, &first);
        assert!(made.contains(r#""role":"OWNER""#), "{made}");
        for spent in [&first, &second] {
            let refused = set_up(&server, spent);
            assert!(refused.contains("invalid_credentials"), "{refused}");
        }
        let page = curl(&["-i", &server.url("/setup")]);
        assert!(page.contains("cache-control: no-store"), "{page}");
        let (_, rest) = server.stop_and_read();
        log.push_str(&rest);
        let (_, rest) = other.stop_and_read();
        other_log.push_str(&rest);
        // Only the start tells a token; requests do not, whatever is logged of them.
        assert!(log.contains("/setup"), "{log}");
        assert_eq!(log.matches(&first).count(), 1, "{log}");
        assert_eq!(other_log.matches(&second).count(), 1, "{other_log}");
        assert_eq!(
            log.matches(&second).count() + other_log.matches(&first).count(),
            0
        );

        let again = Server::start(PROGRAM, &settings);
        curl(&[&again.url("/health")]);
        let (_, log) = again.stop_and_read();
        assert!(!log.contains("/setup#"), "there is an owner: {log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn production_tells_it_to_its_log() {
    for place in Place::both().await {
        let settings = [
            ("DATABASE_URL", place.url()),
            ("APP_ENV", "production"),
            ("HOST", "127.0.0.1"),
            ("AUTO_MIGRATE", "true"),
            ("JWT_SECRET_KEY", SECRET),
            ("PUBLIC_URL", "https://news.example.com"),
            ("SHUTDOWN_DRAIN_SECONDS", "0"),
        ];
        let server = Server::start(PROGRAM, &settings);
        let mut log = String::new();
        let token = token(&server, &mut log);
        let line = log.lines().find(|line| line.contains(&token)).unwrap();
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(
            line["link"],
            format!("https://news.example.com/setup#{token}")
        );
        assert!(
            line["message"]
                .as_str()
                .unwrap()
                .contains("user create EMAIL --role OWNER")
        );
        assert!(set_up(&server, &token).contains(r#""role":"OWNER""#));
    }
}
