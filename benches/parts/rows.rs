//! From a row to JSON.

use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion};
use skeleton_runtime::__private::parts::Parts;
use skeleton_runtime::__private::{FromRow as _, Row};
use skeleton_runtime::db::Statement;
use skeleton_runtime::prelude::*;

use crate::article::{Article, Status, text};
use crate::{Service, timed};

type Written = skeleton_runtime::diesel::deserialize::Result<Vec<u8>>;

/// A row is there only while it is decoded, so that is where the loop is.
fn bench<F>(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, service: &Service, write: F)
where
    F: FnMut(&Row<'_>) -> Written + Clone + Send + 'static,
{
    let columns = Article::meta().columns.iter();
    let columns: Vec<_> = columns.map(|column| column.column).collect();
    let select = format!("SELECT {} FROM articles", columns.join(", "));
    group.bench_function(name, |bencher| {
        bencher.iter_custom(|calls| -> Duration {
            let mut write = write.clone();
            let measure = move |row: &Row<'_>| {
                assert!(write(row)?.starts_with(b"{\"id\":"));
                Ok(timed(calls, || write(row)))
            };
            let rows = service
                .app
                .db()
                .fetch(Statement::new(select.clone()), measure);
            service.runtime.block_on(rows).expect("the row can be read")[0]
        });
    });
}

pub(crate) fn json(criterion: &mut Criterion) {
    let service = Service::start();
    let article = Article::factory()
        .title("Article number 70707")
        .body(text())
        .status(Status::Published)
        .views(707);
    service.runtime.block_on(article.create(&service.app));
    let parts = Parts::of::<Article>(service.app.service().state().services());
    let mut group = criterion.benchmark_group("row to JSON");
    bench(&mut group, "of a list", &service, parts.row_writer());
    bench(
        &mut group,
        "single, with its tag",
        &service,
        parts.item_writer(),
    );
    bench(&mut group, "through a struct", &service, |row| {
        Ok(serde_json::to_vec(&Article::from_row(row)?)?)
    });
    group.finish();
}
