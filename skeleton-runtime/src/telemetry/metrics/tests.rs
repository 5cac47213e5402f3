//! What `/metrics` tells.

use super::*;

fn answered<'a>(method: &'a Method, route: Option<&'a str>, status: StatusCode) -> Answered<'a> {
    Answered {
        method,
        route,
        status,
        elapsed: Duration::from_millis(7),
        request_bytes: Some(2000),
        response_bytes: Some(50),
    }
}

#[track_caller]
fn assert_line(text: &str, line: &str) {
    assert!(text.lines().any(|told| told == line), "{line}\n{text}");
}

#[test]
fn requests_are_counted_by_template() {
    let metrics = Metrics::on();
    let brew = Method::from_bytes(b"BREW").unwrap();
    for _ in 0..2 {
        metrics.answered(&answered(
            &Method::GET,
            Some("/articles/{id}"),
            StatusCode::OK,
        ));
    }
    metrics.answered(&answered(
        &Method::GET,
        Some("/articles/{id}"),
        StatusCode::INTERNAL_SERVER_ERROR,
    ));
    metrics.answered(&answered(&brew, None, StatusCode::NOT_FOUND));
    let text = metrics.render();
    for line in [
        r#"request_count{method="GET",path="/articles/{id}",status="200"} 2"#,
        r#"request_count{method="GET",path="/articles/{id}",status="500"} 1"#,
        r#"request_count{method="OTHER",path="unmatched",status="404"} 1"#,
        r#"error_count{method="GET",path="/articles/{id}",status="500"} 1"#,
        r#"request_latency_seconds_bucket{method="GET",path="/articles/{id}",le="0.005"} 0"#,
        r#"request_latency_seconds_bucket{method="GET",path="/articles/{id}",le="0.01"} 3"#,
        r#"request_latency_seconds_count{method="GET",path="/articles/{id}"} 3"#,
        r#"request_body_bytes_bucket{method="GET",le="1000"} 0"#,
        r#"request_body_bytes_bucket{method="GET",le="10000"} 3"#,
    ] {
        assert_line(&text, line);
    }
    assert!(!text.contains(r#"error_count{method="OTHER""#), "{text}");
}

#[test]
fn requests_without_an_answer_are_in_flight_or_given_up() {
    let metrics = Metrics::on();
    metrics.begun();
    metrics.begun();
    metrics.begun();
    metrics.ended(true);
    metrics.ended(false);
    let text = metrics.render();
    assert_line(&text, "requests_in_flight 1");
    assert_line(&text, "requests_given_up_total 1");
}

#[test]
fn statements_are_counted_by_kind() {
    let metrics = Metrics::on();
    let queries = metrics.queries().unwrap();
    queries.record("SELECT", Duration::from_millis(3), None);
    queries.record("SELECT", Duration::from_millis(3), Some("unavailable"));
    queries.slow();
    let text = metrics.render();
    assert_line(
        &text,
        r#"db_query_duration_seconds_count{operation="SELECT"} 2"#,
    );
    assert_line(&text, r#"db_errors_total{kind="unavailable"} 1"#);
    assert_line(&text, "db_slow_queries_total 1");
}

#[test]
fn services_of_one_process_count_apart() {
    let (one, other) = (Metrics::on(), Metrics::on());
    one.scope(|| {
        ::metrics::counter!("articles_published_total").increment(1);
        crate::telemetry::auth_event(crate::telemetry::AuthEvent::RefreshReused, None);
    });
    assert_line(&one.render(), "articles_published_total 1");
    assert_line(
        &one.render(),
        r#"auth_events_total{event="refresh_reused"} 1"#,
    );
    assert!(!other.render().contains("_published_"));
}

#[test]
fn what_is_off_costs_nothing_and_tells_nothing() {
    let metrics = Metrics::off();
    metrics.begun();
    metrics.answered(&answered(&Method::GET, None, StatusCode::OK));
    assert!(metrics.queries().is_none());
    assert_eq!(metrics.render(), "");
}

#[test]
fn a_counter_goes_beyond_32_bits() {
    let mut exposition = Exposition::new(String::new());
    exposition.counter("seen_total", "Seen.", float(1_u64 << 40));
    let text = exposition.into_text();
    assert!(text.ends_with("seen_total 1099511627776\n"), "{text}");
}
