//! A resource grows through many versions over tables full of rows, and none is lost: up, down and up again.

use skeleton_runtime::db::{Db, Migrations};
use skeleton_runtime::schema::{Catalogue, Change, Schema, differences};

use crate::steps::{Step, declared, steps};
use crate::support::{either, execute, migrations, on_both, texts};

const ROWS: usize = 10_000;

/// Rows of the first version, and a child of each.
async fn fill(db: &Db) {
    let posts = either(
        db,
        "INSERT INTO posts (id, title, views, status, note, created_at)
         SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'Title ' || n, n,
                CASE n % 2 WHEN 0 THEN 'draft' ELSE 'published' END,
                CASE n % 3 WHEN 0 THEN NULL ELSE 'note' END, now()
         FROM generate_series(1, ROWS) n",
        "WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ROWS)
         INSERT INTO posts (id, title, views, status, note, created_at)
         SELECT unhex('00000000000070008000' || printf('%012d', n)), 'Title ' || n, n,
                CASE n % 2 WHEN 0 THEN 'draft' ELSE 'published' END,
                CASE n % 3 WHEN 0 THEN NULL ELSE 'note' END, '2026-01-01T00:00:00.000000Z'
         FROM s",
    );
    execute(db, &posts.replace("ROWS", &ROWS.to_string())).await;
    let replies = either(
        db,
        "INSERT INTO replies (id, post_id, text) SELECT gen_random_uuid(), id, title FROM posts",
        "INSERT INTO replies (id, post_id, text) SELECT randomblob(16), id, title FROM posts",
    );
    execute(db, replies).await;
}

/// All that was there from the beginning, as the step names it.
async fn digest(db: &Db, step: &Step) -> Vec<String> {
    let Step { table, title, .. } = step;
    let select = format!(
        "SELECT count(*) || ' rows, ' || count(DISTINCT {title}) || ' titles, ' || \
         CAST(sum(CAST(views AS integer)) AS text) || ' views, ' || min(status) || ' to ' || max(status) || ', ' || \
         count(NULLIF(note, '')) || ' notes, ' || count(r.id) || ' replies' \
         FROM {table} p JOIN replies r ON r.post_id = p.id AND r.text = p.{title}"
    );
    texts(db, &select).await
}

/// The change to a version, and all migrations up to it.
fn next(
    before: &Migrations,
    snapshot: &Schema,
    number: usize,
    step: &Step,
) -> (Migrations, Change) {
    let change = Change::between(snapshot, &declared(step));
    let change = change.unwrap_or_else(|faults| panic!("{}: {faults:?}", step.name));
    let dangers = change.dangers();
    assert_eq!(
        !dangers.is_empty(),
        step.is_dangerous(),
        "{}: {dangers:?}",
        step.name
    );
    let new = migrations(number, step.name, &change);
    (Migrations::merged([before, &new]), change)
}

/// Takes a version back and applies it again.
async fn down_and_up(
    db: &Db,
    all: &Migrations,
    count: usize,
    steps: [&Step; 2],
    before: &Catalogue,
) {
    let [former, step] = steps;
    let (rows, after) = (digest(db, step).await, Catalogue::read(db).await.unwrap());
    let back = all.revert(db, count).await;
    back.unwrap_or_else(|error| panic!("{}: {error}", step.name));
    assert_eq!(
        &Catalogue::read(db).await.unwrap(),
        before,
        "{} reverted",
        step.name
    );
    assert_eq!(digest(db, former).await, rows, "{} reverted", step.name);
    all.run(db).await.unwrap();
    assert_eq!(
        Catalogue::read(db).await.unwrap(),
        after,
        "{} again",
        step.name
    );
    assert_eq!(digest(db, step).await, rows, "{} again", step.name);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_row_is_lost_on_the_way() {
    let steps = steps();
    on_both(async |db, _| {
        let (mut all, mut snapshot) = (Migrations::kit(), Schema::empty());
        let mut filled = Vec::new();
        for (number, step) in steps.iter().enumerate() {
            let (migrations, change) = next(&all, &snapshot, number, step);
            let before = Catalogue::read(db).await.unwrap();
            let ran = migrations.run(db).await;
            let ran = ran
                .unwrap_or_else(|error| panic!("{}: {error}\n{:#?}", step.name, change.scripts()));
            if number == 0 {
                fill(db).await;
                filled = digest(db, step).await;
                let expected = format!("{ROWS} rows, {ROWS} titles");
                assert!(filled[0].starts_with(&expected), "{filled:?}");
            }
            snapshot = declared(step).schema().clone();
            let found = differences(db, &snapshot).await.unwrap();
            assert_eq!(
                found,
                Vec::<String>::new(),
                "{}: {:#?}",
                step.name,
                change.scripts()
            );
            assert_eq!(digest(db, step).await, filled, "{}", step.name);
            if number > 0 {
                let pair = [&steps[number - 1], step];
                down_and_up(db, &migrations, ran.len(), pair, &before).await;
            }
            all = migrations;
        }
    })
    .await;
}
