//! Who may do what, as a text: the rules of all resources, fields and handlers, by role.

use std::fmt::Write as _;

use crate::auth::{Caller, Decision, RoleRef, Rule};
use crate::resource::{Access, Column, Meta, Operation};

use super::{App, routes};

/// What stands for a caller without a token.
const NOBODY: &str = "nobody";

/// Writes the tables of an application.
pub(super) fn of(app: &App) -> String {
    let metas: Vec<_> = app
        .resources
        .iter()
        .map(|mounted| (mounted.meta)())
        .collect();
    let access = Access::new(app.roles, metas.clone());
    let callers: Vec<_> = std::iter::once(Caller::Anonymous)
        .chain(app.roles.all().map(Caller::WithRole))
        .collect();
    let mut tables: Vec<_> = metas
        .into_iter()
        .map(|meta| resource(&access, meta, &callers))
        .collect();
    let handlers = handlers(app, &callers);
    if !handlers.rows.is_empty() {
        tables.push(handlers);
    }
    let texts: Vec<_> = tables.iter().map(Table::text).collect();
    texts.join("\n")
}

/// Rows of a name with a cell for each caller.
struct Table {
    title: String,
    head: Vec<&'static str>,
    rows: Vec<(String, Vec<&'static str>)>,
}

impl Table {
    fn new(title: String, callers: &[Caller]) -> Self {
        let name = |caller: &Caller| match caller {
            Caller::WithRole(role) => role.name(),
            Caller::Anonymous | Caller::WithoutRole => NOBODY,
        };
        Self {
            title,
            head: callers.iter().map(name).collect(),
            rows: Vec::new(),
        }
    }

    fn text(&self) -> String {
        let names = self.rows.iter().map(|(name, _)| name.chars().count() + 2);
        let first = names.chain([self.title.chars().count()]).max().unwrap_or(0);
        let mut text = format!("{:first$}", self.title);
        for name in &self.head {
            let _ = write!(text, "  {name}");
        }
        text.push('\n');
        for (name, cells) in &self.rows {
            let mut line = format!("  {name:0$}", first - 2);
            for (cell, head) in cells.iter().zip(&self.head) {
                let _ = write!(line, "  {cell:0$}", head.chars().count());
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

fn resource(access: &Access, meta: &'static Meta, callers: &[Caller]) -> Table {
    let mut table = Table::new(meta.path.to_owned(), callers);
    for operation in meta.routed() {
        let cell = |caller: &Caller| said(access.decide(meta, operation, *caller));
        let cells = callers.iter().map(cell).collect();
        table.rows.push((operation.name().to_owned(), cells));
    }
    for column in meta.columns.iter().filter(|column| is_known(column)) {
        let cells = callers
            .iter()
            .map(|caller| field(access, meta, column, *caller))
            .collect();
        table.rows.push((format!(".{}", column.name), cells));
    }
    table
}

/// What neither answers nor bodies have is nobody's.
fn is_known(column: &Column) -> bool {
    column.is_visible() || column.is_writable_once()
}

fn field(access: &Access, meta: &'static Meta, column: &Column, caller: Caller) -> &'static str {
    let role: Option<RoleRef> = match caller {
        Caller::WithRole(role) => Some(role),
        Caller::Anonymous | Caller::WithoutRole => None,
    };
    let may = |operations: &[Operation]| {
        let has = |operation: &Operation| {
            let decision = access.decide(meta, *operation, caller);
            let reaches = matches!(decision, Decision::Allowed | Decision::OwnRows);
            meta.operations.contains(operation) && reaches
        };
        operations.iter().any(has)
    };
    let reads = column.is_readable_by(role) && may(&[Operation::List, Operation::Get]);
    let writes = column.is_writable_by(role);
    let creates = writes && column.is_writable_once() && may(&[Operation::Create, Operation::Bulk]);
    let updates = writes && column.is_writable() && may(&[Operation::Update, Operation::Replace]);
    match (reads, creates, updates) {
        (false, false, false) => "-",
        (false, false, true) => "u",
        (false, true, false) => "c",
        (false, true, true) => "cu",
        (true, false, false) => "r",
        (true, false, true) => "ru",
        (true, true, false) => "rc",
        (true, true, true) => "rcu",
    }
}

fn handlers(app: &App, callers: &[Caller]) -> Table {
    let mut table = Table::new("handlers".to_owned(), callers);
    for route in app.routes.iter() {
        for method in &route.methods {
            let name = format!("{} {}", routes::name(method), route.path);
            let rule: Rule = route.rule;
            let cell = |caller: &Caller| said(rule.decide(*caller));
            table.rows.push((name, callers.iter().map(cell).collect()));
        }
    }
    table
}

fn said(decision: Decision) -> &'static str {
    match decision {
        Decision::Allowed => "yes",
        Decision::OwnRows => "own",
        Decision::NeedsToken | Decision::Denied => "-",
    }
}
