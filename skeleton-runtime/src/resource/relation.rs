//! Relations between resources: what `has_many` says, and what follows from it and from the foreign keys.

use super::meta::{Column, Meta};
use super::operation::Operation;

/// One relation of `#[resource(has_many(…))]`.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::resource::Relation;
///
/// #[resource(has_many(notes: Note))]
/// pub struct Folder {
///     pub id: Uuid,
/// }
/// # #[resource] pub struct Note { pub id: Uuid, #[field(belongs_to = Folder)] pub folder_id: Uuid }
///
/// let relation: &Relation = &Folder::meta().relations[0];
/// assert_eq!((relation.target)().path, "/notes");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Relation {
    /// The name in `include` and in answers.
    pub name: &'static str,
    /// The resource whose rows are embedded; a function, so that two resources may refer to each other.
    pub target: fn() -> &'static Meta,
    /// The resource that joins the two, where both have many of the other.
    pub through: Option<fn() -> &'static Meta>,
    /// The field that refers back: of the target, or of what joins the two. `None` for the only one that does.
    pub via: Option<&'static str>,
}

impl Relation {
    /// The rows of `target` that refer to this resource.
    pub const fn many(name: &'static str, target: fn() -> &'static Meta) -> Self {
        Self {
            name,
            target,
            through: None,
            via: None,
        }
    }

    /// The rows of the target that rows of `join` name together with one of this resource.
    #[must_use]
    pub const fn through(mut self, join: fn() -> &'static Meta) -> Self {
        self.through = Some(join);
        self
    }

    /// The field that refers back.
    #[must_use]
    pub const fn via(mut self, field: &'static str) -> Self {
        self.via = Some(field);
        self
    }
}

/// How the rows of a relation are found; columns by index.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Link {
    /// Our column has the target's id.
    BelongsTo {
        /// The foreign key.
        key: usize,
    },
    /// The target's column has our id.
    HasMany {
        /// The foreign key.
        key: usize,
    },
    /// A row of `join` has both ids.
    Through {
        /// The resource that joins the two.
        join: &'static Meta,
        /// Its column that has our id.
        ours: usize,
        /// Its column that has the target's id.
        theirs: usize,
    },
}

/// A relation of a resource, settled.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Include {
    /// The name in `include` and in answers.
    pub(crate) name: &'static str,
    /// The resource whose rows are embedded.
    pub(crate) target: &'static Meta,
    /// How they are found.
    pub(crate) link: Link,
}

impl Include {
    /// Whether a row has an array of them, or one at most.
    pub(crate) const fn is_many(&self) -> bool {
        !matches!(self.link, Link::BelongsTo { .. })
    }
}

/// The relations of a resource that somebody could include: those of foreign keys, then those of `has_many`.
///
/// A key that no answer shows gives none, nor does a target without the operation that the include stands for.
pub(crate) fn includes(meta: &'static Meta) -> Vec<Include> {
    let keys = meta.columns.iter().enumerate().filter_map(belongs_to);
    let declared = meta.relations.iter();
    let many = declared.filter_map(|relation| settle(meta, relation).ok());
    keys.chain(many).filter(is_shown).collect()
}

/// `author` of the field `author_id`.
fn belongs_to((key, column): (usize, &'static Column)) -> Option<Include> {
    let target = (column.references?.target)();
    let name = column.name.strip_suffix("_id")?;
    // Such names mean something else within a path.
    if name.is_empty() || name.contains(['.', ',']) || !column.is_visible() {
        return None;
    }
    Some(Include {
        name,
        target,
        link: Link::BelongsTo { key },
    })
}

fn is_shown(include: &Include) -> bool {
    let target = include.target;
    match include.link {
        Link::BelongsTo { .. } => has(target, Operation::Get),
        Link::HasMany { key } => has(target, Operation::List) && target.columns[key].is_visible(),
        Link::Through { join, ours, theirs } => {
            let keys = [ours, theirs];
            has(target, Operation::List)
                && has(join, Operation::List)
                && keys.iter().all(|key| join.columns[*key].is_visible())
        }
    }
}

fn has(meta: &Meta, operation: Operation) -> bool {
    meta.operations.contains(&operation)
}

/// Finds the columns of a declared relation.
fn settle(meta: &'static Meta, relation: &Relation) -> Result<Include, String> {
    let target = (relation.target)();
    let link = match relation.through {
        None => Link::HasMany {
            key: refers_back(meta, relation, target)?,
        },
        Some(join) => {
            let join = join();
            let ours = refers_back(meta, relation, join)?;
            Link::Through {
                join,
                ours,
                theirs: other_side(relation, join, ours)?,
            }
        }
    };
    Ok(Include {
        name: relation.name,
        target,
        link,
    })
}

/// The columns of `of` that refer to `to`.
fn references(of: &'static Meta, to: &'static Meta) -> Vec<usize> {
    let columns = of.columns.iter().enumerate();
    let refers =
        columns.filter(|(_, column)| column.references.is_some_and(|key| is(key.target, to)));
    refers.map(|(index, _)| index).collect()
}

fn is(target: fn() -> &'static Meta, meta: &'static Meta) -> bool {
    std::ptr::eq(target(), meta)
}

/// The column of `of`, the target or what joins the two, that refers to `meta`.
fn refers_back(
    meta: &'static Meta,
    relation: &Relation,
    of: &'static Meta,
) -> Result<usize, String> {
    let (us, them, name) = (meta.name, of.name, relation.name);
    let candidates = references(of, meta);
    if let Some(via) = relation.via {
        let Some(named) = named(of, via) else {
            let known = match &*candidates {
                [] => format!("mark the one meant with `#[field(belongs_to = {us})]`"),
                some => format!("those that refer to `{us}`: {}", field_names(of, some)),
            };
            return Err(format!(
                "`{name}` of `{us}` goes `via {via}`, but `{them}` has no such field; {known}"
            ));
        };
        return candidates.contains(&named).then_some(named).ok_or_else(|| {
            format!(
                "`{name}` of `{us}` goes `via {via}`, but that field of `{them}` does not refer to `{us}`; mark it \
                 with `#[field(belongs_to = {us})]`"
            )
        });
    }
    match *candidates {
        [only] => Ok(only),
        [] => Err(format!(
            "`{us}` has many `{name}`, but no field of `{them}` refers to `{us}`; mark one with `#[field(belongs_to = \
             {us})]`"
        )),
        [first, ..] => Err(format!(
            "`{us}` has many `{name}`, and several fields of `{them}` refer to `{us}` ({}); say which, as `via {}`",
            field_names(of, &candidates),
            of.columns[first].name
        )),
    }
}

/// The column of `join` that refers to the target, beside the one that refers to us.
fn other_side(relation: &Relation, join: &'static Meta, ours: usize) -> Result<usize, String> {
    let target = (relation.target)();
    let (name, them) = (relation.name, target.name);
    let mut candidates = references(join, target);
    candidates.retain(|candidate| *candidate != ours);
    match *candidates {
        [only] => Ok(only),
        [] => Err(format!(
            "`{name}` goes `through {}`, of which no other field refers to `{them}`; mark one with \
             `#[field(belongs_to = {them})]`",
            join.name
        )),
        _ => Err(format!(
            "`{name}` goes `through {}`, of which several fields refer to `{them}` ({}); leave `belongs_to = {them}` \
             to one of them",
            join.name,
            field_names(join, &candidates)
        )),
    }
}

/// A field by its name on the wire, else by that of its column, which is the Rust field's unless renamed.
fn named(meta: &Meta, name: &str) -> Option<usize> {
    let by_column = || meta.columns.iter().position(|column| column.column == name);
    meta.find(name).or_else(by_column)
}

fn field_names(meta: &Meta, columns: &[usize]) -> String {
    let names = columns.iter().map(|index| meta.columns[*index].name);
    names
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// These resources, and those that relations and foreign keys lead to: they are read too, mounted or not.
pub(crate) fn reachable(metas: &[&'static Meta]) -> Vec<&'static Meta> {
    let mut found: Vec<&'static Meta> = Vec::new();
    let mut ahead: Vec<&'static Meta> = metas.iter().rev().copied().collect();
    while let Some(meta) = ahead.pop() {
        if found.iter().any(|known| std::ptr::eq(*known, meta)) {
            continue;
        }
        found.push(meta);
        let keys = meta.columns.iter().filter_map(|column| column.references);
        ahead.extend(keys.map(|key| (key.target)()));
        for relation in meta.relations {
            ahead.push((relation.target)());
            ahead.extend(relation.through.map(|join| join()));
        }
    }
    found
}

/// What is wrong with the relations of a resource.
pub(crate) fn relation_faults(meta: &'static Meta) -> impl Iterator<Item = String> {
    let faults = meta.relations.iter().map(move |relation| {
        settle(meta, relation).map_or_else(Some, |include| never_shown(meta, &include))
    });
    faults.flatten()
}

/// A declared relation that nobody may include, whoever asks.
fn never_shown(meta: &Meta, include: &Include) -> Option<String> {
    if is_shown(include) {
        return None;
    }
    let joined = match include.link {
        Link::Through { join, .. } => Some(join),
        Link::BelongsTo { .. } | Link::HasMany { .. } => None,
    };
    let unlisted = [Some(include.target), joined]
        .into_iter()
        .flatten()
        .find(|resource| !has(resource, Operation::List));
    let (us, name) = (meta.name, include.name);
    Some(match unlisted {
        Some(resource) => format!(
            "`{us}` has many `{name}`, but nobody may list `{them}`; add `list` to its `operations(…)`, or leave the \
             relation out",
            them = resource.name
        ),
        None => format!(
            "`{us}` has many `{name}`, but the field that refers back is in no answer; leave out its `write_only`, or \
             the relation"
        ),
    })
}
