//! A resource as the expansion wants it: every fact settled, nothing left to look up in attributes.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{FieldsNamed, ItemStruct, LitInt, Path, Visibility};

use crate::attribute::{Spanned, doc_comment};
use crate::case::{table_name, url_path};
use crate::crate_path;
use crate::diagnostics::{Diagnostics, nearest, quoted};
use crate::requires_role::args::StructRules;
use crate::requires_role::model::Rule;
use crate::serde_names::{Place, SerdeNames};

use super::args::{Operation, ResourceArgs};
use super::field::{Field, Kept};
use super::field_args::Mark;
use super::relations::Relation;
use super::rules::{self, Subject};

/// The page where the client names no size, and the largest; the contract's.
const PAGE: (u32, u32) = (20, 100);

pub(crate) struct Resource {
    pub(crate) args: ResourceArgs,
    pub(crate) krate: Path,
    /// The struct says `#[serde(crate = …)]` itself.
    pub(crate) names_serde_crate: bool,
    pub(crate) vis: Visibility,
    pub(crate) ident: Ident,
    pub(crate) doc: String,
    pub(crate) path: String,
    pub(crate) table: String,
    /// `table!`, `Queryable` and `Selectable` are wanted.
    pub(crate) has_diesel: bool,
    pub(crate) fields: Vec<Field>,
    /// The primary key's index in `fields`; the first field, where there is none.
    pub(crate) id: usize,
    /// The operations that have a route.
    pub(crate) operations: Vec<Operation>,
    /// Each rule with the operations that it guards.
    pub(crate) rules: Vec<(Rule, Vec<Operation>)>,
    /// The default order: index in `fields`, and whether it descends.
    pub(crate) sort: Vec<(usize, bool)>,
    pub(crate) page: (u32, u32),
}

impl Resource {
    /// Settles all facts, and goes on with defaults after a fault.
    pub(crate) fn new(
        args: ResourceArgs,
        rules: &StructRules,
        item: &ItemStruct,
        fields: &FieldsNamed,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let name = item.ident.unraw().to_string();
        let names = SerdeNames::read(&item.attrs, Place::Struct, diagnostics);
        let rule = names.rename_all.map(|rule| rule.value);
        let written = fields
            .named
            .iter()
            .filter_map(|field| Some((field, field.ident.as_ref()?)));
        let fields: Vec<_> = written
            .map(|(field, ident)| Field::new(field, ident, rule, diagnostics))
            .collect();
        let operations = args
            .operations
            .as_ref()
            .map_or(Operation::ALL.to_vec(), |list| list.value.clone());
        let has_owner = fields.iter().any(|field| field.kept == Some(Kept::Owner));
        let guarded = guarded(&operations, args.soft_delete.is_some());
        let subject = Subject {
            name: &item.ident,
            operations: &guarded,
            has_owner,
        };
        Self {
            krate: crate_path::runtime(args.krate.as_ref().map(|krate| &krate.value)),
            names_serde_crate: names.has_crate,
            vis: item.vis.clone(),
            ident: item.ident.clone(),
            doc: doc_comment(&item.attrs),
            path: args
                .path
                .as_ref()
                .map_or_else(|| url_path(&name), |path| path.value.value()),
            table: args
                .table
                .as_ref()
                .map_or_else(|| table_name(&name), |table| table.value.value()),
            has_diesel: args.no_table.is_none(),
            id: fields
                .iter()
                .position(|field| field.kept == Some(Kept::Id))
                .unwrap_or(0),
            rules: rules::resolve(rules, &subject, diagnostics),
            sort: default_order(&args, &fields, diagnostics),
            page: page(&args, diagnostics),
            operations,
            fields,
            args,
        }
    }

    /// The relations of `has_many`.
    pub(crate) fn relations(&self) -> impl Iterator<Item = &Relation> {
        self.args.has_many.iter().flat_map(|list| &list.value)
    }

    /// The columns that the runtime keeps as `kept`.
    pub(crate) fn kept(&self, kept: Kept) -> impl Iterator<Item = &Field> {
        self.fields
            .iter()
            .filter(move |field| field.kept == Some(kept))
    }
}

/// The operations that a rule may be about: a bulk create has that of a create.
fn guarded(operations: &[Operation], soft_delete: bool) -> Vec<Operation> {
    let mut guarded = Vec::new();
    for operation in operations {
        let operation = match operation {
            Operation::Bulk => Operation::Create,
            other => *other,
        };
        if !guarded.contains(&operation) {
            guarded.push(operation);
        }
    }
    guarded.extend(soft_delete.then_some(Operation::Restore));
    guarded
}

/// `-created_at,title` as indices; newest first where nothing is said and there is a `created_at`.
fn default_order(
    args: &ResourceArgs,
    fields: &[Field],
    diagnostics: &mut Diagnostics,
) -> Vec<(usize, bool)> {
    let Some(sort) = &args.sort else {
        let created_at = fields
            .iter()
            .position(|field| field.kept == Some(Kept::CreatedAt));
        return created_at.map(|index| (index, true)).into_iter().collect();
    };
    let mut order: Vec<(usize, bool)> = Vec::new();
    for word in sort.value.value().split(',') {
        let name = word.strip_prefix('-').unwrap_or(word);
        let found = fields
            .iter()
            .position(|field| field.wire == name && field.has(Mark::Sort));
        match found {
            None => unsortable(name, sort.value.to_token_stream(), fields, diagnostics),
            Some(index) if order.iter().any(|(first, _)| *first == index) => {
                diagnostics.error(
                    &sort.value,
                    format!("`{name}` stands twice in `sort`"),
                    "keep one of them",
                );
            }
            Some(index) => order.push((index, word.starts_with('-'))),
        }
    }
    order
}

fn unsortable(name: &str, place: impl ToTokens, fields: &[Field], diagnostics: &mut Diagnostics) {
    if fields.iter().any(|field| field.wire == name) {
        let message = format!("default order names `{name}`, which cannot be sorted by");
        diagnostics.error(
            place,
            message,
            format!("mark the field `{name}` with `#[field(sort)]`"),
        );
        return;
    }
    let sortable: Vec<_> = fields
        .iter()
        .filter(|field| field.has(Mark::Sort))
        .map(|field| field.wire.as_str())
        .collect();
    let known = if sortable.is_empty() {
        "mark one with `#[field(sort)]`".to_owned()
    } else {
        quoted(&sortable)
    };
    let help = match nearest(name, sortable.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`? fields to sort by: {known}"),
        None => format!("fields to sort by: {known}"),
    };
    diagnostics.error(
        place,
        format!("default order names `{name}`, which is no field"),
        help,
    );
}

/// The sizes of a page: at least one row, and the default within the largest.
fn page(args: &ResourceArgs, diagnostics: &mut Diagnostics) -> (u32, u32) {
    let mut size = |written: &Option<Spanned<LitInt>>, default: u32| {
        let written = written.as_ref().map(|size| &size.value)?;
        let size = written.base10_parse().ok().filter(|size| *size > 0);
        if size.is_none() {
            let help = format!("write a number from 1, as `{default}`");
            diagnostics.error(written, format!("a page cannot have {written} rows"), help);
        }
        size
    };
    let (default, max) = (
        size(&args.page_default, PAGE.0),
        size(&args.page_max, PAGE.1),
    );
    let page = (
        default.unwrap_or_else(|| PAGE.0.min(max.unwrap_or(PAGE.0))),
        max.unwrap_or(PAGE.1),
    );
    if let (Some(default), true) = (&args.page_default, page.0 > page.1) {
        let message = format!(
            "default page of {} rows is larger than the largest, {}",
            page.0, page.1
        );
        let help = format!("write `page(default = {}, max = {})`", page.0, page.0);
        diagnostics.error(&default.value, message, help);
    }
    page
}
