//! `seed`.

use skeleton_runtime::config::DatabaseConfig;
use skeleton_runtime::db::{Db, Statement};
use skeleton_tests::{Server, curl};

use super::{PROGRAM, Place, SECRET};

const TABLES: [&str; 4] = ["users", "categories", "articles", "comments"];

async fn counts(url: &str) -> [i64; 4] {
    let db = Db::open(&DatabaseConfig::new(url)).unwrap();
    let mut counts = [0; 4];
    for (count, table) in counts.iter_mut().zip(TABLES) {
        let ask = Statement::new(format!("SELECT count(*) FROM {table}"));
        let found = db.fetch(ask, |row| row.raw(0)?.ok_or("NULL")?.as_i64());
        *count = found.await.unwrap()[0];
    }
    db.close();
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seed_may_be_sown_any_number_of_times() {
    for place in Place::both().await {
        let first = place.run(&["seed"]);
        for line in [
            "olga@example.com is made, OWNER",
            "articles 8/8: 8 made, 0 there already",
        ] {
            assert!(first.err.contains(line), "{}", first.err);
        }
        assert_eq!(first.done(), "", "nothing is asked for");
        let sown = counts(place.url()).await;
        assert_eq!(sown, [4, 4, 8, 12]);
        let second = place.run(&["seed"]);
        assert!(
            second
                .err
                .contains("comments 12/12: 0 made, 12 there already"),
            "{}",
            second.err
        );
        second.done();
        assert_eq!(counts(place.url()).await, sown);

        let server = Server::start(PROGRAM, &[("DATABASE_URL", place.url())]);
        let body = r#"{"email":"vera@example.com","password":"correct horse battery"}"#;
        let answer = curl(&[
            "-d",
            body,
            "-H",
            "content-type: application/json",
            &server.url("/auth/token"),
        ]);
        assert!(answer.contains("access_token"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_sow_at_once_sow_once() {
    for place in Place::both().await {
        place.run(&["migrate", "run"]).done();
        std::thread::scope(|scope| {
            let sowers: Vec<_> = (0..3)
                .map(|_| scope.spawn(|| place.run(&["seed"])))
                .collect();
            for sower in sowers {
                sower.join().unwrap().done();
            }
        });
        assert_eq!(counts(place.url()).await, [4, 4, 8, 12]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn production_is_no_field() {
    let production = [
        ("APP_ENV", "production"),
        ("JWT_SECRET_KEY", SECRET),
        ("AUTO_MIGRATE", "true"),
    ];
    for place in Place::both().await {
        place
            .run_with(&production, &["seed"], "")
            .failed(1, &["production", "--force"]);
        place.run_with(&production, &["seed", "--force"], "").done();
        assert_eq!(counts(place.url()).await, [4, 4, 8, 12]);
        // Their password stands in the sources.
        let listed = place.run(&["user", "list"]).done();
        assert_eq!(listed.matches("has no password").count(), 4, "{listed}");
    }
}
