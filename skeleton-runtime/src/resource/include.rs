//! `include=comments.author,category`: which relations a caller may embed, and which are asked for.

use std::borrow::Cow;

use crate::auth::CurrentUser;

use super::access::{Services, readable};
use super::engine::{Embed, Scope};
use super::meta::Meta;
use super::operation::Operation;
use super::relation::{Include, Link, includes};

/// More relations in one answer: each is a query of its own.
const MOST_INCLUDES: usize = 20;

/// What is wrong with an `include`: a code and a message.
pub(super) type IncludeFault = (&'static str, Cow<'static, str>);

/// What a caller may read, of any resource.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach<'a> {
    services: &'a Services,
    caller: Option<&'a CurrentUser>,
}

impl<'a> Reach<'a> {
    pub(super) fn new(services: &'a Services, caller: Option<&'a CurrentUser>) -> Self {
        Self { services, caller }
    }

    /// The relations of `meta` that the caller may embed. Of the others nothing tells that they are there.
    pub(super) fn embeds(self, meta: &'static Meta) -> Vec<Embed> {
        let includes = includes(meta).into_iter().enumerate();
        includes
            .filter_map(|(position, include)| self.embed(meta, include, position))
            .collect()
    }

    fn embed(self, meta: &'static Meta, include: Include, position: usize) -> Option<Embed> {
        let target = include.target;
        let shown = readable(target, self.caller);
        let mut join_scope = Scope::All;
        let (operation, knows_the_key) = match include.link {
            Link::BelongsTo { key } => {
                let ours = readable(meta, self.caller);
                // Without a column to read there is nothing to embed.
                let knows = ours.contains(&key) && !shown.is_empty();
                (Operation::Get, knows)
            }
            Link::HasMany { key } => (Operation::List, shown.contains(&key)),
            Link::Through { join, ours, theirs } => {
                join_scope = self.scope(join, Operation::List)?;
                let joined = readable(join, self.caller);
                let knows = joined.contains(&ours) && joined.contains(&theirs);
                (Operation::List, knows && !shown.is_empty())
            }
        };
        let scope = self.scope(target, operation)?;
        knows_the_key.then_some(Embed {
            include,
            position,
            shown,
            scope,
            join_scope,
            children: Vec::new(),
        })
    }

    fn scope(self, meta: &Meta, operation: Operation) -> Option<Scope> {
        self.services.scope(meta, operation, self.caller).ok()
    }

    /// Reads the value of the parameter.
    pub(super) fn read(self, meta: &'static Meta, value: &str) -> Result<Vec<Embed>, IncludeFault> {
        let mut reader = Reader {
            reach: self,
            meta,
            count: 0,
        };
        let mut tree = Vec::new();
        let mut seen = Vec::new();
        for path in value.split(',') {
            reader.path(&mut tree, path)?;
            if seen.contains(&path) {
                return Err(("repeated", format!("names {path} twice").into()));
            }
            seen.push(path);
        }
        sort(&mut tree);
        Ok(tree)
    }
}

/// The order in answers is that of the declarations, as that of fields is.
fn sort(tree: &mut [Embed]) {
    tree.sort_by_key(|embed| embed.position);
    for embed in tree {
        sort(&mut embed.children);
    }
}

struct Reader<'a> {
    reach: Reach<'a>,
    /// Where paths begin.
    meta: &'static Meta,
    /// How many relations are asked for so far.
    count: usize,
}

impl Reader<'_> {
    /// Adds a path and all that it goes through.
    fn path(&mut self, tree: &mut Vec<Embed>, path: &str) -> Result<(), IncludeFault> {
        let depth = usize::from(self.meta.include_depth);
        if path.split('.').nth(depth).is_some() {
            let message = format!("a path is at most {depth} deep here");
            return Err(("range", message.into()));
        }
        let mut level = tree;
        let mut route = Route::from(self.meta);
        for name in path.split('.') {
            let known = level.iter().position(|embed| embed.include.name == name);
            let index = match known {
                Some(index) => index,
                None => {
                    level.push(self.step(&route, name)?);
                    level.len() - 1
                }
            };
            route.push(&level[index].include);
            level = &mut level[index].children;
        }
        Ok(())
    }

    /// The relation of this name at the end of a route.
    fn step(&mut self, route: &Route, name: &str) -> Result<Embed, IncludeFault> {
        let mut embeds = self.reach.embeds(route.meta());
        let Some(index) = embeds.iter().position(|embed| embed.include.name == name) else {
            return Err(unknown(route, &embeds));
        };
        if !route.may_go_on(embeds[index].include.target) {
            let message = format!("{} comes back to where it has been", route.then(name));
            return Err(("circular", message.into()));
        }
        self.count += 1;
        if self.count > MOST_INCLUDES {
            let message = format!("has more than {MOST_INCLUDES} relations");
            return Err(("range", message.into()));
        }
        Ok(embeds.swap_remove(index))
    }
}

fn unknown(route: &Route, embeds: &[Embed]) -> IncludeFault {
    let includes = embeds.iter().map(|embed| &embed.include);
    let further = includes.filter(|include| route.may_go_on(include.target));
    let names: Vec<_> = further.map(|include| route.then(include.name)).collect();
    let message = match (&*names, &*route.path) {
        ([], path) => format!("there are no includes of {path}"),
        (names, "") => format!("includes are: {}", names.join(", ")),
        (names, path) => format!("includes of {path} are: {}", names.join(", ")),
    };
    ("unknown", message.into())
}

/// The way from a resource over relations to another.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    path: String,
    visited: Vec<&'static Meta>,
}

impl Route {
    /// The way that has not begun.
    pub(crate) fn from(meta: &'static Meta) -> Self {
        Self {
            path: String::new(),
            visited: vec![meta],
        }
    }

    /// Where it has led to.
    pub(crate) fn meta(&self) -> &'static Meta {
        self.visited[self.visited.len() - 1]
    }

    /// How many relations it has gone over.
    pub(crate) fn depth(&self) -> usize {
        self.visited.len() - 1
    }

    /// The path of a relation at its end.
    pub(crate) fn then(&self, name: &str) -> String {
        if self.path.is_empty() {
            return name.to_owned();
        }
        format!("{}.{name}", self.path)
    }

    /// Goes over a relation.
    pub(crate) fn push(&mut self, include: &Include) {
        self.path = self.then(include.name);
        self.visited.push(include.target);
    }

    /// No path comes back to where it has been, but from a resource to itself, once.
    pub(crate) fn may_go_on(&self, target: &'static Meta) -> bool {
        let is_target = |meta: &&&'static Meta| std::ptr::eq(**meta, target);
        let times = self.visited.iter().filter(is_target).count();
        times == 0 || (times == 1 && std::ptr::eq(self.meta(), target))
    }
}

/// The paths that somebody could include, each with the relation at its end.
pub(crate) fn paths(meta: &'static Meta) -> Vec<(String, Include)> {
    let mut paths = Vec::new();
    let depth = usize::from(meta.include_depth);
    walk(&Route::from(meta), depth, &mut paths);
    paths
}

fn walk(route: &Route, depth: usize, paths: &mut Vec<(String, Include)>) {
    if route.depth() == depth {
        return;
    }
    for include in includes(route.meta()) {
        if route.may_go_on(include.target) {
            paths.push((route.then(include.name), include));
            let mut further = route.clone();
            further.push(&include);
            walk(&further, depth, paths);
        }
    }
}
