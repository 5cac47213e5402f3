//! The syntax of `#[resource(…)]`; no meaning.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{LitBool, LitInt, LitStr, Path, Token, Type};

use crate::attribute::{Entry, Spanned, fill, function, read_entries, set_twice, upto_comma};
use crate::crate_path;
use crate::diagnostics::{Diagnostics, error, nearest, quoted};
use crate::names::{
    CRATE, HAS_MANY, HOOKS, INCLUDE_DEPTH, MAX, OPERATIONS, PAGE, PAGE_KEYS, PATH, RENAMED_FROM,
    RESOURCE, SOFT_DELETE, SORT, TABLE,
};

use super::relations::{self, Relation};

/// One of the things that can be done with a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    List,
    Get,
    Create,
    Update,
    Replace,
    Delete,
    /// Guarded as a create.
    Bulk,
    /// Comes with `soft_delete`.
    Restore,
}

impl Operation {
    /// Those that a resource has where it does not say which.
    pub(crate) const ALL: [Self; 6] = [
        Self::List,
        Self::Get,
        Self::Create,
        Self::Update,
        Self::Replace,
        Self::Delete,
    ];

    /// Those that `operations(…)` may name.
    const NAMED: [Self; 7] = [
        Self::List,
        Self::Get,
        Self::Create,
        Self::Update,
        Self::Replace,
        Self::Delete,
        Self::Bulk,
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
            Self::Bulk => "bulk",
            Self::Restore => "restore",
        }
    }

    pub(crate) fn find(name: &str) -> Option<Self> {
        Self::NAMED
            .into_iter()
            .chain([Self::Restore])
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
    /// The name that the table had before.
    pub(crate) renamed_from: Option<Spanned<LitStr>>,
    /// `table = false`, which may stand beside a name: Diesel's items are off, the table is called so all the same.
    pub(crate) no_table: Option<Spanned<()>>,
    pub(crate) operations: Option<Spanned<Vec<Operation>>>,
    /// The operations that a handler of the user's own answers.
    pub(crate) overrides: Vec<(Operation, Path)>,
    pub(crate) hooks: Option<Spanned<Type>>,
    pub(crate) soft_delete: Option<Spanned<()>>,
    pub(crate) sort: Option<Spanned<LitStr>>,
    pub(crate) page_default: Option<Spanned<LitInt>>,
    pub(crate) page_max: Option<Spanned<LitInt>>,
    pub(crate) has_many: Option<Spanned<Vec<Relation>>>,
    pub(crate) include_depth: Option<Spanned<LitInt>>,
    pub(crate) krate: Option<Spanned<Path>>,
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
            RENAMED_FROM => fill(
                &mut self.renamed_from,
                Spanned::new(key, entry.value("a string")?),
                diagnostics,
            ),
            SORT => fill(
                &mut self.sort,
                Spanned::new(key, entry.value("a string")?),
                diagnostics,
            ),
            CRATE => {
                let path = crate_path::check(entry.parse_value("a path", Path::parse_mod_style)?)?;
                fill(&mut self.krate, Spanned::new(key, path), diagnostics);
            }
            OPERATIONS => {
                let (operations, overrides) = operations(entry, diagnostics)?;
                let operations = Spanned::new(key, operations);
                fill(&mut self.operations, operations, diagnostics);
                self.overrides.extend(overrides);
            }
            HOOKS => {
                let hooks = Spanned::new(key, entry.value("a type")?);
                fill(&mut self.hooks, hooks, diagnostics);
            }
            SOFT_DELETE => {
                entry.flag()?;
                fill(&mut self.soft_delete, Spanned::new(key, ()), diagnostics);
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
            _ => {}
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

/// `list`, or `list = my_list`.
struct NamedOperation {
    word: Ident,
    handler: Option<syn::Result<Path>>,
}

impl Parse for NamedOperation {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let word = input.call(Ident::parse_any)?;
        let equals: Option<Token![=]> = input.parse()?;
        let handler = equals.map(|equals| {
            let ahead = input.fork();
            let handler = function(input);
            handler.map_err(|_| {
                let found = upto_comma(input);
                let place = if found.is_empty() {
                    equals.to_token_stream()
                } else {
                    upto_comma(&ahead)
                };
                let help = format!("write `{word} = my_{word}`, or `{word}` alone");
                error(place, format!("`{word}` needs the name of a handler"), help)
            })
        });
        Ok(Self { word, handler })
    }
}

/// The operations, and the handlers of those that have one of their own.
type Operations = (Vec<Operation>, Vec<(Operation, Path)>);

fn operations(entry: &Entry<'_>, diagnostics: &mut Diagnostics) -> syn::Result<Operations> {
    let list = entry.list()?;
    let parse =
        |input: ParseStream<'_>| Punctuated::<NamedOperation, Token![,]>::parse_terminated(input);
    let known = Operation::NAMED.map(Operation::name);
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
    let mut overrides = Vec::new();
    for NamedOperation { word, handler } in words {
        let name = word.to_string();
        let Some(operation) = Operation::find(&name) else {
            let help = nearest(&name, known).map_or(help.clone(), |meant| {
                format!("did you mean `{meant}`? {help}")
            });
            diagnostics.error(&word, format!("unknown operation `{name}`"), help);
            continue;
        };
        if operation == Operation::Restore {
            let message = "`restore` comes with `soft_delete`";
            diagnostics.error(&word, message, "leave it out here");
            continue;
        }
        if let Some((first, _)) = found.iter().find(|(_, first)| *first == operation) {
            set_twice(&word, first, diagnostics);
            continue;
        }
        let handler = handler.and_then(|handler| diagnostics.keep(handler));
        overrides.extend(handler.map(|handler| (operation, handler)));
        found.push((word, operation));
    }
    let operations = found.into_iter().map(|(_, operation)| operation).collect();
    Ok((operations, overrides))
}
