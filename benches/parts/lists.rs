//! From the query string of a list to its statement.

use std::hint::black_box;

use criterion::{BatchSize, Criterion};
use skeleton_runtime::__private::parts::Parts;
use skeleton_runtime::app::AppState;
use skeleton_runtime::db::{AnyBackend, Value};
use skeleton_runtime::prelude::*;

use crate::Service;
use crate::article::Article;

const FILTERED: &str = "status=published&views__gte=100&sort=-created_at&limit=50";

/// As many values as there may be.
fn hundred_values() -> String {
    let values: Vec<_> = (0..100).map(|views| views.to_string()).collect();
    format!("views__in={}", values.join(","))
}

/// What the last row of a page has in the columns of the order.
fn last_row() -> [Value; 2] {
    let time = DateTime::from_timestamp_micros(1_767_225_600_123_456).expect("it is in 2026");
    [Value::Timestamp(time), Value::Uuid(Uuid::now_v7())]
}

fn parts(service: &Service) -> Parts {
    let state: &AppState = service.app.service().state();
    Parts::of::<Article>(state.services())
}

pub(crate) fn filters(criterion: &mut Criterion) {
    let service = Service::start();
    let parts = parts(&service);
    let mut group = criterion.benchmark_group("filters");
    let hundred = hundred_values();
    for (name, query) in [
        ("none", ""),
        ("two and a sort", FILTERED),
        ("a hundred values", &hundred),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| parts.read(black_box(query)).expect("the query is sound"));
        });
    }
    group.finish();
}

pub(crate) fn statements(criterion: &mut Criterion) {
    let service = Service::start();
    let parts = parts(&service);
    let read = |query: &str| parts.read(query).expect("the query is sound");
    let cursor = parts.seal(&read(FILTERED), &last_row());
    let behind = format!("{FILTERED}&cursor={cursor}");
    let mut group = criterion.benchmark_group("statement");
    for (name, query) in [
        ("plain", ""),
        ("two filters and a sort", FILTERED),
        ("the next page", &behind),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || read(query),
                |list| parts.statement(list, AnyBackend::Postgres),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

pub(crate) fn cursors(criterion: &mut Criterion) {
    let service = Service::start();
    let parts = parts(&service);
    let list = parts.read(FILTERED).expect("the query is sound");
    let row = last_row();
    let cursor = parts.seal(&list, &row);
    let mut group = criterion.benchmark_group("cursor");
    group.bench_function("sealed", |bencher| {
        bencher.iter(|| parts.seal(&list, black_box(&row)));
    });
    group.bench_function("opened", |bencher| {
        bencher.iter(|| {
            let opened = parts.open(&list, black_box(&cursor));
            opened.expect("the cursor was sealed here")
        });
    });
    group.finish();
}
