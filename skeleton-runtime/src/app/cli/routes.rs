//! `routes`: what the service answers, and to whom.

use clap::Args;
use serde::Serialize;

use crate::auth::{RoleRef, Rule, Term};
use crate::config::{Config, Inspection};
use crate::openapi::{Listed, ServiceDocs};
use crate::resource::Access;

use super::super::build::auth_docs;
use super::super::{App, routes};
use super::style::{Style, table};
use super::{Failure, print, print_json};

#[derive(Debug, Args)]
pub(super) struct Routes {
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
}

/// One method of one path.
#[derive(Debug, Serialize)]
struct Line {
    method: &'static str,
    path: String,
    /// Who may: as it is declared.
    rule: String,
    /// The roles that the rule names.
    roles: Vec<&'static str>,
    handler: String,
    /// Where it has an address of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
}

impl Line {
    fn new(method: &'static str, path: String, rule: Rule, handler: String) -> Self {
        Self {
            method,
            path,
            rule: rule.to_string(),
            roles: rule.roles().map(RoleRef::name).collect(),
            handler,
            address: None,
        }
    }

    fn listed(module: &str, listed: Listed) -> Self {
        let Listed {
            method,
            path,
            id,
            rule,
        } = listed;
        Self::new(method, path, rule, format!("{module}::{id}"))
    }
}

impl Routes {
    /// Settings that can't be used have their defaults here: which routes there are is worth to be known all the same.
    pub(super) fn run(&self, app: &App, inspection: &Inspection) -> Result<(), Failure> {
        app.check().map_err(Failure::config)?;
        let lines = lines(app, &inspection.config);
        if self.json {
            return print_json(&lines);
        }
        let rows: Vec<_> = lines
            .into_iter()
            .map(|line| {
                let place = line
                    .address
                    .map_or(line.path.clone(), |at| format!("{} (at {at})", line.path));
                [line.method.to_owned(), place, line.rule, line.handler]
            })
            .collect();
        let style = Style::stdout(inspection.config.log.color);
        print(&table(style, ["method", "path", "needs", "handler"], &rows))
    }
}

fn lines(app: &App, config: &Config) -> Vec<Line> {
    let metas: Vec<_> = app
        .resources
        .iter()
        .map(|mounted| (mounted.meta)())
        .collect();
    let access = Access::new(app.roles, metas.clone());
    let mut lines = Vec::new();
    for meta in metas {
        for operation in meta.routed() {
            let (path, rule) = (meta.path_of(operation), access.rule(meta, operation));
            let handler = format!("{}::{}", meta.name, operation.name());
            let method = routes::name(&routes::method_of(operation));
            lines.push(Line::new(method, path, rule, handler));
        }
    }
    for route in app.routes.iter() {
        for method in &route.methods {
            let handler = route.operation.operation_id.clone().unwrap_or_default();
            let (name, path) = (routes::name(method), route.path.clone());
            lines.push(Line::new(name, path, route.rule, handler));
        }
    }
    let auth = auth_docs(config).list().into_iter();
    lines.extend(auth.map(|listed| Line::listed("auth", listed)));
    lines.push(page("/setup", "auth::setup_page"));
    lines.extend(service(config));
    if cfg!(feature = "docs") && config.http.docs_enabled {
        lines.extend([
            page("/docs", "pages::swagger"),
            page("/redoc", "pages::redoc"),
        ]);
    }
    lines.sort_by(|one, other| {
        let key = |line: &Line| (line.path.clone(), rank(line.method));
        key(one).cmp(&key(other))
    });
    lines
}

/// Health, figures and the document.
fn service(config: &Config) -> impl Iterator<Item = Line> {
    let docs = ServiceDocs {
        health: true,
        metrics: cfg!(feature = "metrics") && config.telemetry.metrics_enabled,
    };
    let management = config.http.management;
    docs.list().into_iter().map(move |listed| {
        let mut line = Line::listed("service", listed);
        if line.path != "/openapi.json" {
            line.address = management.map(|address| address.to_string());
        }
        line
    })
}

fn page(path: &str, handler: &str) -> Line {
    const PUBLIC: Rule = Rule(&[Term::Public]);
    Line::new("GET", path.to_owned(), PUBLIC, handler.to_owned())
}

fn rank(method: &str) -> usize {
    let order = ["GET", "POST", "PATCH", "PUT", "DELETE"];
    order
        .iter()
        .position(|known| *known == method)
        .unwrap_or(order.len())
}
