//! `user …`.

use serde_json::Value;
use skeleton_tests::{Server, curl};

use super::{PROGRAM, Place, SECRET};

const PASSWORD: &str = "seven wild geese";

fn create(place: &Place, email: &str, role: &str) {
    let arguments = ["user", "create", email, "--role", role, "--password-stdin"];
    let said = place.run_with(&[], &arguments, &format!("{PASSWORD}\n"));
    assert_eq!(said.done(), "", "nothing is asked for");
}

fn accounts(place: &Place) -> Vec<(String, String, bool)> {
    let listed: Vec<Value> =
        serde_json::from_str(&place.run(&["user", "list", "--json"]).done()).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let view = |account: &Value| {
        (
            text(&account["email"]),
            text(&account["role"]),
            account["disabled"] == true,
        )
    };
    listed.iter().map(view).collect()
}

fn log_in(server: &Server, email: &str, password: &str) -> String {
    let body = serde_json::json!({ "email": email, "password": password }).to_string();
    let header = "content-type: application/json";
    curl(&["-d", &body, "-H", header, &server.url("/auth/token")])
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_made_as_registration_makes_them() {
    for place in Place::both().await {
        create(&place, " Olga@Example.com ", "owner");
        let member = place
            .run(&["user", "create", "max@example.com", "--generate-password"])
            .done();
        assert_eq!(
            member.lines().count(),
            1,
            "the password and nothing else: {member}"
        );
        let account = |email: &str, role: &str| (email.to_owned(), role.to_owned(), false);
        assert_eq!(
            accounts(&place),
            [
                account("max@example.com", "MEMBER"),
                account("olga@example.com", "OWNER")
            ]
        );
        for (email, input, part) in [
            (
                "OLGA@example.com",
                PASSWORD,
                "there is an account olga@example.com already",
            ),
            ("olga", PASSWORD, "email: is not an e-mail address"),
            (
                "new@example.com",
                "short",
                "length must be between 8 and 128",
            ),
            ("new@example.com", "Password", "is one of the commonest"),
        ] {
            let arguments = ["user", "create", email, "--password-stdin"];
            place.run_with(&[], &arguments, input).failed(1, &[part]);
        }
        place
            .run(&["user", "create", "new@example.com"])
            .failed(2, &["--password-stdin", "--generate-password"]);
        let unknown = [
            "user",
            "create",
            "new@example.com",
            "--role",
            "king",
            "--generate-password",
        ];
        place
            .run(&unknown)
            .failed(2, &["unknown role king", "OWNER"]);
        assert_eq!(accounts(&place).len(), 2);

        let server = Server::start(PROGRAM, &[("DATABASE_URL", place.url())]);
        for (email, password) in [
            ("olga@example.com", PASSWORD),
            ("max@example.com", member.trim()),
        ] {
            let answer = log_in(&server, email, password);
            assert!(answer.contains("access_token"), "{answer}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_owner_stays() {
    for place in Place::both().await {
        create(&place, "olga@example.com", "OWNER");
        let last = [
            "olga@example.com is the last account",
            "give that role to another account first",
        ];
        place
            .run(&["user", "disable", "olga@example.com"])
            .failed(1, &last);
        place
            .run(&["user", "set-role", "olga@example.com", "ADMIN"])
            .failed(1, &last);
        create(&place, "otto@example.com", "MEMBER");
        place
            .run(&["user", "set-role", "Otto@example.com", "owner"])
            .done();
        place.run(&["user", "disable", "olga@example.com"]).done();
        place
            .run(&["user", "set-role", "otto@example.com", "ADMIN"])
            .failed(1, &["otto@example.com is the last"]);
        place.run(&["user", "enable", "olga@example.com"]).done();
        place
            .run(&["user", "set-role", "otto@example.com", "VIEWER"])
            .done();
        let told = place
            .run(&["user", "disable", "nobody@example.com"])
            .failed(1, &["there is no account nobody@example.com"]);
        assert!(told.contains("user list"), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_locked_out_is_out_at_once() {
    for place in Place::both().await {
        create(&place, "olga@example.com", "OWNER");
        create(&place, "max@example.com", "MEMBER");
        let server = Server::start(PROGRAM, &[("DATABASE_URL", place.url())]);
        for (command, is_welcome) in [
            ("disable", false),
            ("enable", true),
            ("set-password", false),
        ] {
            let answer = log_in(&server, "max@example.com", PASSWORD);
            let tokens: Value = serde_json::from_str(&answer).unwrap();
            let refresh = tokens["refresh_token"].as_str();
            if command == "set-password" {
                let arguments = ["user", command, "max@example.com", "--password-stdin"];
                place.run_with(&[], &arguments, "nine tame ducks").done();
            } else {
                place.run(&["user", command, "max@example.com"]).done();
            }
            if let Some(refresh) = refresh {
                let body = serde_json::json!({ "refresh_token": refresh }).to_string();
                let answer = curl(&[
                    "-d",
                    &body,
                    "-H",
                    "content-type: application/json",
                    &server.url("/auth/refresh"),
                ]);
                assert!(
                    answer.contains("invalid_refresh_token"),
                    "{command}: {answer}"
                );
            }
            let answer = log_in(&server, "max@example.com", PASSWORD);
            assert_eq!(
                answer.contains("access_token"),
                is_welcome,
                "{command}: {answer}"
            );
        }
        let answer = log_in(&server, "max@example.com", "nine tame ducks");
        assert!(answer.contains("access_token"), "{answer}");
    }
}

#[test]
fn production_asks_for_its_migrations_first() {
    let place = Place::new(&[
        ("APP_ENV", "production"),
        ("DATABASE_URL", "sqlite://app.db"),
        ("JWT_SECRET_KEY", SECRET),
    ]);
    let arguments = ["user", "create", "a@example.com", "--generate-password"];
    let told = place
        .run(&arguments)
        .failed(78, &["migrations are pending", "migrate run"]);
    assert!(told.contains("fix:"), "{told}");
    place.run(&["migrate", "run"]).done();
    place.run(&arguments).done();
}
