//! PostgreSQL: what is quick in one transaction; what reads a whole table afterwards, while others go on.

use super::column::{check, create_index, default, plain, references, type_of};
use super::create;
use super::online::Online;
use super::script::{Script, Steps};
use super::word::name;
use crate::db::AnyBackend;
use crate::schema::diff::{Diff, TableChange};
use crate::schema::model::{Column, Index, Table};
use crate::schema::name as names;

const BACKEND: AnyBackend = AnyBackend::Postgres;

pub(super) fn scripts(forth: &Diff, back: &Diff) -> Vec<Script> {
    let mut online = Online::default();
    let up = quick(forth, Mode::Forth(&mut online)).text();
    let down = quick(back, Mode::Back).text();
    if online.is_empty() {
        return vec![Script {
            suffix: "",
            up,
            down,
            in_transaction: true,
        }];
    }
    if up.is_empty() {
        return vec![Script {
            suffix: "",
            up: online.up(),
            down,
            in_transaction: false,
        }];
    }
    let first = Script {
        suffix: "",
        up,
        down,
        in_transaction: true,
    };
    let second = Script {
        suffix: "_online",
        up: online.up(),
        down: online.down(),
        in_transaction: false,
    };
    vec![first, second]
}

/// Which way a script goes.
enum Mode<'a> {
    /// What takes long is left to the other script.
    Forth(&'a mut Online),
    /// All in one, whether or not the other script ran, or ran half.
    Back,
}

impl Mode<'_> {
    const fn is_back(&self) -> bool {
        matches!(self, Self::Back)
    }

    const fn if_exists(&self) -> &'static str {
        if self.is_back() { "IF EXISTS " } else { "" }
    }
}

fn quick(diff: &Diff, mut mode: Mode<'_>) -> Steps {
    let mut steps = Steps::default();
    for change in &diff.changed {
        rename(change, &mut steps);
    }
    for change in &diff.changed {
        drop_indexes(change, &mut mode, &mut steps);
        drop_rules(change, &mode, &mut steps);
    }
    create::all(BACKEND, &diff.created, &mut steps);
    for change in &diff.changed {
        add_columns(change, &mode, &mut steps);
        for (from, to) in change.kept() {
            alter(change, from, to, &mut mode, &mut steps);
        }
        drop_columns(change, &mut steps);
    }
    for change in &diff.changed {
        add_rules(change, &mut mode, &mut steps);
        for index in &change.created {
            match &mut mode {
                Mode::Forth(online) => online.index(&change.to.name, index),
                Mode::Back => {
                    let sql = create_index(&change.to.name, index, false);
                    let sql = sql.replacen("INDEX ", "INDEX IF NOT EXISTS ", 1);
                    steps.add(format!("Index `{}`.", index.name), [sql]);
                }
            }
        }
    }
    if !diff.dropped.is_empty() {
        let tables = super::names(diff.dropped.iter().map(|table| table.name.as_str()));
        steps.add(
            "Drop what no resource has any more.",
            [format!("DROP TABLE {tables}")],
        );
    }
    steps
}

/// The table, its columns, and what is named after them.
fn rename(change: &TableChange, steps: &mut Steps) {
    let (from, to) = (&change.from, &change.to);
    let table = name(&to.name);
    let mut statements = Vec::new();
    if change.is_renamed() {
        statements.push(format!(
            "ALTER TABLE {} RENAME TO {table}",
            name(&from.name)
        ));
        statements.push(format!(
            "ALTER INDEX {} RENAME TO {}",
            name(&names::primary_key(from)),
            name(&names::primary_key(to))
        ));
    }
    for (old, new) in change.kept().filter(|(old, new)| old.name != new.name) {
        let (old, new) = (name(&old.name), name(&new.name));
        statements.push(format!("ALTER TABLE {table} RENAME COLUMN {old} TO {new}"));
    }
    for (old, new) in change.kept() {
        for (old, new) in constraints(from, old).into_iter().zip(constraints(to, new)) {
            if let (Some(old), Some(new)) = (old, new)
                && old != new
            {
                let (old, new) = (name(&old), name(&new));
                statements.push(format!(
                    "ALTER TABLE {table} RENAME CONSTRAINT {old} TO {new}"
                ));
            }
        }
    }
    for (old, new) in &change.renamed {
        statements.push(format!(
            "ALTER INDEX {} RENAME TO {}",
            name(&old.name),
            name(&new.name)
        ));
    }
    let comment = if change.is_renamed() {
        format!("Rename `{}` to `{}`.", from.name, to.name)
    } else {
        format!("Rename within `{}`.", to.name)
    };
    steps.add(comment, statements);
}

/// The names of the column's CHECK and foreign key, where it has them.
fn constraints(table: &Table, column: &Column) -> [Option<String>; 2] {
    [
        check(BACKEND, column).map(|_| names::check(table, column)),
        column
            .references
            .as_ref()
            .map(|_| names::foreign_key(table, column)),
    ]
}

/// An index that another one of the same column takes the place of stays until that one is there.
fn drop_indexes(change: &TableChange, mode: &mut Mode<'_>, steps: &mut Steps) {
    let if_exists = mode.if_exists();
    for index in &change.dropped {
        let is_replaced = !index.unique
            && change.gone().all(|column| !index.names(&column.name))
            && change.created.iter().any(|new| replaces(new, index));
        match mode {
            Mode::Forth(online) if is_replaced => online.replaced(&change.to.name, index),
            _ => {
                let sql = format!("DROP INDEX {if_exists}{}", name(&index.name));
                steps.add(format!("Drop the index `{}`.", index.name), [sql]);
            }
        }
    }
}

fn replaces(new: &Index, old: &Index) -> bool {
    new.name != old.name && new.columns.first() == old.columns.first()
}

/// Constraints that go, or that do not outlive a change of the type.
fn drop_rules(change: &TableChange, mode: &Mode<'_>, steps: &mut Steps) {
    let table = &change.to;
    for (from, to) in change.kept() {
        // What there is after too was renamed with the rest.
        let goes = match (check(BACKEND, from), check(BACKEND, to)) {
            (Some(_), None) => Some(names::check(&change.from, from)),
            (Some(_), Some(_)) if from.kind != to.kind => Some(names::check(table, to)),
            _ => None,
        };
        let key = (from.references.is_some() && to.references.is_none())
            .then(|| names::foreign_key(&change.from, from));
        let dropped = [goes, key].into_iter().flatten().map(|constraint| {
            let (table, constraint) = (name(&table.name), name(&constraint));
            format!(
                "ALTER TABLE {table} DROP CONSTRAINT {}{constraint}",
                mode.if_exists()
            )
        });
        steps.add(
            format!("Drop rules of `{}.{}`.", table.name, to.name),
            dropped,
        );
    }
}

fn add_columns(change: &TableChange, mode: &Mode<'_>, steps: &mut Steps) {
    let table = name(&change.to.name);
    for column in change.added() {
        let filler = create::filler(BACKEND, column).filter(|_| mode.is_back());
        let default = filler.as_ref().map(|value| format!(" DEFAULT {value}"));
        let mut statements = vec![format!(
            "ALTER TABLE {table} ADD COLUMN {}{}",
            plain(BACKEND, column),
            default.unwrap_or_default()
        )];
        let mut comment = format!("Add `{}.{}`.", change.to.name, column.name);
        if filler.is_some() {
            let column = name(&column.name);
            statements.push(format!(
                "ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT"
            ));
            comment.push_str(" What was in it is gone.");
        }
        steps.add(comment, statements);
    }
}

/// Type, default, and NULL where it is allowed now.
fn alter(change: &TableChange, from: &Column, to: &Column, mode: &mut Mode<'_>, steps: &mut Steps) {
    let table = name(&change.to.name);
    let column = name(&to.name);
    let alter = format!("ALTER TABLE {table} ALTER COLUMN {column}");
    let is_retyped = from.kind != to.kind;
    let (old, new) = (default(BACKEND, from), default(BACKEND, to));
    let mut statements = Vec::new();
    if old.is_some() && (is_retyped || new.is_none()) {
        statements.push(format!("{alter} DROP DEFAULT"));
    }
    if is_retyped {
        let kind = type_of(BACKEND, to.kind);
        let bare = kind.split(" COLLATE").next().unwrap_or(kind);
        statements.push(format!("{alter} TYPE {kind} USING {column}::{bare}"));
    }
    if let Some(new) = &new
        && (is_retyped || old.as_ref() != Some(new))
    {
        statements.push(format!("{alter} SET DEFAULT {new}"));
    }
    if to.nullable && !from.nullable {
        statements.push(format!("{alter} DROP NOT NULL"));
    }
    if from.nullable && !to.nullable {
        match mode {
            Mode::Forth(online) => online.not_null(&change.to, to),
            Mode::Back => {
                if let Some(value) = &new {
                    statements.push(format!(
                        "UPDATE {table} SET {column} = {value} WHERE {column} IS NULL"
                    ));
                }
                statements.push(format!("{alter} SET NOT NULL"));
            }
        }
    }
    steps.add(
        format!("Change `{}.{}`.", change.to.name, to.name),
        statements,
    );
}

fn drop_columns(change: &TableChange, steps: &mut Steps) {
    for column in change.gone() {
        let (table, gone) = (name(&change.to.name), name(&column.name));
        let sql = format!("ALTER TABLE {table} DROP COLUMN {gone}");
        steps.add(format!("Drop `{}.{}`.", change.to.name, column.name), [sql]);
    }
}

/// Constraints that are new, changed, or were dropped for the sake of the type.
fn add_rules(change: &TableChange, mode: &mut Mode<'_>, steps: &mut Steps) {
    let table = &change.to;
    let kept = change.kept().map(|(from, to)| (Some(from), to));
    for (from, to) in kept.chain(change.added().map(|column| (None, column))) {
        let is_retyped = from.is_some_and(|from| from.kind != to.kind);
        let renamed = |from: &Column| Column {
            name: to.name.clone(),
            ..from.clone()
        };
        let before = from.and_then(|from| check(BACKEND, &renamed(from)));
        if let Some(check) =
            check(BACKEND, to).filter(|new| is_retyped || before.as_ref() != Some(new))
        {
            rule(
                table,
                &names::check(table, to),
                &format!("CHECK ({check})"),
                mode,
                steps,
            );
        }
        let before = from.and_then(|from| from.references.as_ref());
        if let Some(reference) = to.references.as_ref().filter(|new| before != Some(new)) {
            let key = format!("FOREIGN KEY ({}) {}", name(&to.name), references(reference));
            rule(table, &names::foreign_key(table, to), &key, mode, steps);
        }
    }
}

fn rule(table: &Table, constraint: &str, what: &str, mode: &mut Mode<'_>, steps: &mut Steps) {
    match mode {
        Mode::Forth(online) => online.rule(&table.name, constraint, what),
        Mode::Back => {
            let (table, quoted) = (name(&table.name), name(constraint));
            let sql = format!(
                "ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {quoted}, ADD CONSTRAINT {quoted} {what}"
            );
            steps.add(format!("The rule `{constraint}`."), [sql]);
        }
    }
}
