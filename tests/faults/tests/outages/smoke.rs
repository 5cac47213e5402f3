use std::time::Duration;

use serde_json::json;
use skeleton_faults::client::{send, until};
use skeleton_faults::report::{ms, tell};
use skeleton_faults::{Cluster, Load, Request, Service};

use super::PROGRAM;

#[tokio::test(flavor = "multi_thread")]
async fn smoke() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    for url in ["sqlite://app.db", &cluster.url()] {
        let service = Service::start(PROGRAM, &[("DATABASE_URL", url)]);
        let ready = until(
            service.port(),
            &Request::get("/health/ready"),
            200,
            Duration::from_secs(30),
        )
        .await;
        let token = service.token();
        let load = Load::start(service.port(), 4, move |a, b| {
            let title = format!("{a}-{b}");
            Request::json("POST", "/notes", &json!({"title": title}))
                .token(&token)
                .label(title)
        });
        tokio::time::sleep(Duration::from_secs(1)).await;
        let tally = load.stop().await;
        tally.only(&[]);
        tell(
            "none",
            &[
                ("ready", &ms(ready)),
                ("p99", &ms(tally.percentile(99))),
                ("sent", &tally.records.len()),
            ],
        );
        send(service.port(), &Request::get("/health/live"))
            .await
            .unwrap();
    }
}
