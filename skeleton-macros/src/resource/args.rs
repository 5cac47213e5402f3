//! The syntax of `#[resource(…)]`; no meaning.

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{LitBool, LitInt, LitStr, Path, Token, Type};

use crate::attribute::{Entry, Spanned, fill, read_entries, set_twice};
use crate::crate_path;
use crate::diagnostics::{Diagnostics, error, nearest, quoted};
use crate::names::{
    CRATE, HAS_MANY, HOOKS, INCLUDE_DEPTH, MAX, OPERATIONS, PAGE, PAGE_KEYS, PATH, RESOURCE,
    SOFT_DELETE, SORT, TABLE,
};

use super::relations::{self, Relation};

/// One of the six things that can be done with a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    List,
    Get,
    Create,
    Update,
    Replace,
    Delete,
}

impl Operation {
    pub(crate) const ALL: [Self; 6] = [
        Self::List,
        Self::Get,
        Self::Create,
        Self::Update,
        Self::Replace,
        Self::Delete,
    ];

    /// As in `operations(…)` and in the rules.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Get => "get",
            Self::Create => "create",
            Self::Update => "update",
            Self::Replace => "replace",
            Self::Delete => "delete",
        }
    }

    pub(crate) fn find(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|operation| operation.name() == name)
    }

    pub(crate) const fn is_read(self) -> bool {
        matches!(self, Self::List | Self::Get)
    }
}

/// `table = "…"` or `table = false`.
enum TableArg {
    Name(LitStr),
    Off,
}

/// What stands in the parentheses of `#[resource(…)]`.
#[derive(Debug, Default)]
pub(crate) struct ResourceArgs {
    pub(crate) path: Option<Spanned<LitStr>>,
    pub(crate) table: Option<Spanned<LitStr>>,
    /// `table = false`, which may stand beside a name: Diesel's items are off, the table is called so all the same.
    pub(crate) no_table: Option<Spanned<()>>,
    pub(crate) operations: Option<Spanned<Vec<Operation>>>,
    pub(crate) sort: Option<Spanned<LitStr>>,
    pub(crate) page_default: Option<Spanned<LitInt>>,
    pub(crate) page_max: Option<Spanned<LitInt>>,
    pub(crate) has_many: Option<Spanned<Vec<Relation>>>,
    pub(crate) include_depth: Option<Spanned<LitInt>>,
    pub(crate) krate: Option<Spanned<Path>>,
    /// The keys whose behaviour is still to come; kept to find one that stands twice.
    coming: Vec<Ident>,
}

impl ResourceArgs {
    pub(crate) fn read(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let mut args = Self::default();
        read_entries(tokens, &RESOURCE, diagnostics, |entry, diagnostics| {
            args.key(entry, diagnostics)
        });
        args
    }

    fn key(&mut self, entry: &Entry<'_>, diagnostics: &mut Diagnostics) -> syn::Result<()> {
        let key = entry.key.clone();
        match entry.name().as_str() {
            PATH => fill(
                &mut self.path,
                Spanned::new(key, entry.value("a string")?),
                diagnostics,
            ),
            TABLE => match table(entry)? {
                TableArg::Name(name) => fill(&mut self.table, Spanned::new(key, name), diagnostics),
                TableArg::Off => fill(&mut self.no_table, Spanned::new(key, ()), diagnostics),
            },
            SORT => fill(
                &mut self.sort,
                Spanned::new(key, entry.value("a string")?),
                diagnostics,
            ),
            CRATE => {
                let path = crate_path::check(entry.value("a path")?)?;
                fill(&mut self.krate, Spanned::new(key, path), diagnostics);
            }
            OPERATIONS => {
                let operations = operations(entry, diagnostics)?;
                fill(
                    &mut self.operations,
                    Spanned::new(key, operations),
                    diagnostics,
                );
            }
            PAGE => self.page(entry, diagnostics)?,
            HAS_MANY => {
                let relations = relations::read(entry, diagnostics)?;
                fill(
                    &mut self.has_many,
                    Spanned::new(key, relations),
                    diagnostics,
                );
            }
            INCLUDE_DEPTH => fill(
                &mut self.include_depth,
                Spanned::new(key, entry.value("a whole number")?),
                diagnostics,
            ),
            _ => self.coming(entry, diagnostics)?,
        }
        Ok(())
    }

    fn page(&mut self, entry: &Entry<'_>, diagnostics: &mut Diagnostics) -> syn::Result<()> {
        let list = entry.list()?;
        if list.stream().is_empty() {
            return Err(error(
                list,
                "`page` needs `default` or `max`",
                format!("write `{}`", entry.form()),
            ));
        }
        read_entries(
            list.stream(),
            &PAGE_KEYS,
            diagnostics,
            |size, diagnostics| {
                let slot = if size.name() == MAX {
                    &mut self.page_max
                } else {
                    &mut self.page_default
                };
                fill(
                    slot,
                    Spanned::new(size.key.clone(), size.value("a whole number")?),
                    diagnostics,
                );
                Ok(())
            },
        );
        Ok(())
    }

    /// Reads the keys whose behaviour is still to come, so that wrong syntax is told first.
    fn coming(&mut self, entry: &Entry<'_>, diagnostics: &mut Diagnostics) -> syn::Result<()> {
        match entry.name().as_str() {
            HOOKS => drop(entry.value::<Type>("a type")?),
            SOFT_DELETE => entry.flag()?,
            _ => {}
        }
        if let Some(first) = self.coming.iter().find(|first| **first == entry.key) {
            set_twice(&entry.key, first, diagnostics);
            return Ok(());
        }
        self.coming.push(entry.key.clone());
        Err(not_yet(&entry.key))
    }
}

/// The complaint about a key whose behaviour is still to come.
fn not_yet(key: &Ident) -> syn::Error {
    error(key, format!("`{key}` is not available yet"), "leave it out")
}

fn table(entry: &Entry<'_>) -> syn::Result<TableArg> {
    entry.parse_value("a string, or `false`", |input| {
        if input.peek(LitBool) {
            let on: LitBool = input.parse()?;
            return if on.value {
                Err(input.error("a table is the default"))
            } else {
                Ok(TableArg::Off)
            };
        }
        input.parse().map(TableArg::Name)
    })
}

fn operations(entry: &Entry<'_>, diagnostics: &mut Diagnostics) -> syn::Result<Vec<Operation>> {
    let list = entry.list()?;
    let parse = |input: ParseStream<'_>| {
        Punctuated::<Ident, Token![,]>::parse_terminated_with(input, Ident::parse_any)
    };
    let known = Operation::ALL.map(Operation::name);
    let help = format!("operations are {}", quoted(known));
    let words = match parse.parse2(list.stream()) {
        Ok(words) if !words.is_empty() => words,
        _ => {
            return Err(error(
                &list,
                "`operations` needs a list of operations",
                help,
            ));
        }
    };
    let mut found: Vec<(Ident, Operation)> = Vec::new();
    for word in words {
        let name = word.to_string();
        let Some(operation) = Operation::find(&name) else {
            let help = nearest(&name, known).map_or(help.clone(), |meant| {
                format!("did you mean `{meant}`? {help}")
            });
            diagnostics.error(&word, format!("unknown operation `{name}`"), help);
            continue;
        };
        match found.iter().find(|(_, first)| *first == operation) {
            Some((first, _)) => set_twice(&word, first, diagnostics),
            None => found.push((word, operation)),
        }
    }
    Ok(found.into_iter().map(|(_, operation)| operation).collect())
}
