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

#[tokio::test(flavor = "multi_thread")]
async fn no_row_is_lost_on_the_way() {
    let steps = steps();
    on_both(async |db, _| {
        let mut all = Migrations::kit();
        let mut snapshot = Schema::empty();
        let mut filled = Vec::new();
        for (number, step) in steps.iter().enumerate() {
            let declared = declared(step);
            let change = Change::between(&snapshot, &declared)
                .unwrap_or_else(|faults| panic!("{}: {faults:?}", step.name));
            assert_eq!(
                !change.dangers().is_empty(),
                step.is_dangerous(),
                "{}: {:?}",
                step.name,
                change.dangers()
            );
            let new = migrations(number, step.name, &change);
            let count = new.names().len();
            all = Migrations::merged([&all, &new]);
            let before = Catalogue::read(db).await.unwrap();
            let ran = all.run(db).await;
            let ran = ran
                .unwrap_or_else(|error| panic!("{}: {error}\n{:#?}", step.name, change.scripts()));
            assert!(!ran.is_empty() && ran.len() <= count);
            if number == 0 {
                fill(db).await;
                filled = digest(db, step).await;
                assert!(
                    filled[0].starts_with(&format!("{ROWS} rows, {ROWS} titles")),
                    "{filled:?}"
                );
            }
            let none = Vec::<String>::new();
            let found = differences(db, declared.schema()).await.unwrap();
            assert_eq!(found, none, "{}: {:#?}", step.name, change.scripts());
            assert_eq!(digest(db, step).await, filled, "{}", step.name);
            if number > 0 {
                let after = Catalogue::read(db).await.unwrap();
                let back = all.revert(db, ran.len()).await;
                back.unwrap_or_else(|error| {
                    panic!("{}: {error}\n{:#?}", step.name, change.scripts())
                });
                let scripts = change.scripts();
                assert_eq!(
                    Catalogue::read(db).await.unwrap(),
                    before,
                    "{}: {scripts:#?}",
                    step.name
                );
                assert_eq!(
                    digest(db, &steps[number - 1]).await,
                    filled,
                    "{} reverted",
                    step.name
                );
                all.run(db).await.unwrap();
                assert_eq!(Catalogue::read(db).await.unwrap(), after, "{}", step.name);
                assert_eq!(digest(db, step).await, filled, "{} again", step.name);
            }
            snapshot = declared.schema().clone();
        }
    })
    .await;
}
