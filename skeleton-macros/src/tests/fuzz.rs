//! Whatever is written into an attribute, the expansion is items, or says what is wrong beside items that still parse.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use skeleton_fuzz::Fuzz;
use syn::{Attribute, Item, Meta};

use super::{Macro, errors};
use crate::attribute::is_named;

/// Deep nesting is the compiler's to refuse, before a macro sees it.
const STACK: usize = 256 << 20;

/// The attribute languages.
const WORDS: &[&str] = &[
    "#[resource]",
    "#[resource(",
    "#[field(",
    "#[garde(",
    "#[requires_role(",
    "#[db_enum(",
    "#[role(",
    "#[serde(",
    "path = \"/a\"",
    "table = \"a\"",
    "table = false",
    "renamed_from = \"a\"",
    "operations(",
    "list",
    "get",
    "create",
    "update",
    "replace",
    "delete",
    "bulk",
    "restore",
    "sort = \"-a,b\"",
    "page(default = 1, max = 2)",
    "crate = ::skeleton_runtime",
    "has_many(",
    "comments: Comment via parent_id",
    "tags: Tag through ArticleTag",
    "include_depth = 2",
    "hooks = Newsroom",
    "soft_delete",
    "id",
    "filter",
    "sort",
    "search",
    "unique",
    "index",
    "read_only",
    "write_only",
    "immutable",
    "default",
    "default = 1",
    "owner",
    "belongs_to = Category",
    "on_delete = set_null",
    "created_at",
    "updated_at",
    "deleted_at",
    "version",
    "column = \"a\"",
    "read = Admin",
    "write = Admin",
    "length(chars, min = 1, max = 2)",
    "range(min = 1, max = 2)",
    "pattern(\"a\")",
    "contains(\"a\")",
    "email",
    "url",
    "ip",
    "custom(check)",
    "skip",
    "rename = \"a\"",
    "rename_all = \"camelCase\"",
    "exactly(Member)",
    "authenticated",
    "public",
    "includes(Reader)",
    "read = public",
    "write = owner | Admin",
    "app = crate::app",
    "set(\"A\" = \"b\")",
    "values(a = 1)",
    "without(list)",
    "Option<",
    "Uuid",
    "DateTime<Utc>",
    "Secret<String>",
    "Vec<u8>",
    "Vec<String>",
    "Jsonb<",
    "Decimal",
    "r#type",
    "r#\"a\"#",
    "1u8",
    "-1",
    "'a'",
    "b\"a\"",
    "c\"a\"",
    "::",
    "..",
    "..=",
    "|",
    "&",
    "*",
    "!",
    "$",
    "@",
    "#",
    "fn() -> u8",
    "<T>",
    "'static",
    "self",
    "Self",
    "super",
    "where",
    "pub(crate)",
    "const",
    "async",
    "unsafe",
    "dyn",
    "_",
    "{ 1 }",
    "[0; 2]",
    "(,)",
    "(a,)",
    "macro!()",
];

/// Each invocation of one of our macros, as the compiler hands it over.
fn invocations(mut item: Item) -> Vec<(Macro, TokenStream, TokenStream)> {
    if let Item::Macro(call) = &item {
        let of = match call.mac.path.segments.last() {
            Some(last) if last.ident == "routes" => Macro::Routes,
            Some(last) if last.ident == "conformance" => Macro::Conformance,
            _ => return Vec::new(),
        };
        return vec![(of, TokenStream::new(), call.mac.tokens.clone())];
    }
    let attributes = match &mut item {
        Item::Struct(item) => &mut item.attrs,
        Item::Enum(item) => &mut item.attrs,
        Item::Union(item) => &mut item.attrs,
        Item::Fn(item) => &mut item.attrs,
        Item::Impl(item) => &mut item.attrs,
        Item::Mod(item) => &mut item.attrs,
        Item::Trait(item) => &mut item.attrs,
        Item::Type(item) => &mut item.attrs,
        _ => return Vec::new(),
    };
    let of = |attribute: &Attribute| match attribute
        .path()
        .segments
        .last()?
        .ident
        .to_string()
        .as_str()
    {
        "resource" => Some(Macro::Resource),
        "requires_role" => Some(Macro::RequiresRole),
        "test" => Some(Macro::Test),
        _ => None,
    };
    // The outermost runs first; the others are still there.
    if let Some(place) = attributes
        .iter()
        .position(|attribute| of(attribute).is_some())
    {
        let attribute = attributes.remove(place);
        let arguments = match &attribute.meta {
            Meta::List(list) => list.tokens.clone(),
            _ => TokenStream::new(),
        };
        return of(&attribute)
            .map(|of| (of, arguments, item.into_token_stream()))
            .into_iter()
            .collect();
    }
    let derives: String = attributes
        .iter()
        .filter(|attribute| is_named(attribute, "derive"))
        .map(|attribute| attribute.meta.to_token_stream().to_string())
        .collect();
    let item = item.into_token_stream();
    [("DbEnum", Macro::DbEnum), ("Role", Macro::Role)]
        .into_iter()
        .filter(|(name, _)| derives.contains(name))
        .map(|(_, of)| (of, TokenStream::new(), item.clone()))
        .collect()
}

/// The kinds of faults that are told, without what is quoted in them.
fn told(expanded: &TokenStream) -> BTreeSet<String> {
    let faults = errors(expanded.clone()).into_iter();
    faults
        .map(|text| {
            let line = text.lines().next().unwrap_or_default();
            line.split('`').step_by(2).collect()
        })
        .collect()
}

fn attempt(text: &str) -> Vec<BTreeSet<String>> {
    let Ok(tokens) = text.parse::<TokenStream>() else {
        return Vec::new();
    };
    let Ok(file) = syn::parse2::<syn::File>(tokens) else {
        return Vec::new();
    };
    let calls = file.items.into_iter().flat_map(invocations);
    calls
        .map(|(of, arguments, item)| {
            let expanded = of.expand(arguments, item);
            let items = match of {
                Macro::Routes => quote!(const ROUTES: Routes = #expanded;),
                _ => expanded.clone(),
            };
            if let Err(error) = syn::parse2::<syn::File>(items) {
                panic!("the expansion is no items: {error}\n{expanded}");
            }
            told(&expanded)
        })
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for file in fs::read_dir(folder).expect("a folder of programs") {
        let path = file.expect("a file").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The items of the programs that test the messages of the compiler, each by itself: all that was ever written wrong.
fn programs() -> Vec<Vec<u8>> {
    let mut paths = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ui"),
        &mut paths,
    );
    paths.sort();
    let texts = paths
        .iter()
        .map(|path| fs::read_to_string(path).expect("a program"));
    let files = texts.filter_map(|text| syn::parse_file(&text).ok());
    files
        .flat_map(|file| file.items)
        .filter(|item| !invocations(item.clone()).is_empty())
        .map(|item| item.into_token_stream().to_string().into_bytes())
        .collect()
}

#[test]
fn fuzz_any_attribute_gives_items_or_tells_what_is_wrong() {
    let fuzz = || {
        let figures = Fuzz::target("attributes")
            .seeds(programs())
            .words(WORDS)
            .run_text(attempt);
        assert!(figures.of_seeds > 100, "{figures:?}");
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(fuzz);
    if let Err(panic) = thread.expect("a thread").join() {
        std::panic::resume_unwind(panic);
    }
}
