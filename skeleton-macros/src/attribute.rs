//! Lists of keys, as in `#[resource(path = "/articles", page(max = 50))]`, read without stopping at a fault.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Meta, Token};

use crate::diagnostics::{Diagnostics, error, nearest, quoted};
use crate::names::Keys;

/// A value that remembers its key, so that messages can point at it.
#[derive(Debug, Clone)]
pub(crate) struct Spanned<T> {
    pub(crate) key: Ident,
    pub(crate) value: T,
}

impl<T> Spanned<T> {
    pub(crate) fn new(key: Ident, value: T) -> Self {
        Self { key, value }
    }
}

/// Sets what may be set once.
pub(crate) fn fill<T>(
    slot: &mut Option<Spanned<T>>,
    new: Spanned<T>,
    diagnostics: &mut Diagnostics,
) {
    match slot {
        None => *slot = Some(new),
        Some(first) => set_twice(&new.key, &first.key, diagnostics),
    }
}

/// Reports a key that stands twice.
pub(crate) fn set_twice(second: &Ident, first: &Ident, diagnostics: &mut Diagnostics) {
    diagnostics.clash(
        second,
        format!("`{first}` is set twice"),
        "keep one of them",
    );
}

/// One key of a list, standing before what follows it.
pub(crate) struct Entry<'a> {
    pub(crate) key: Ident,
    keys: &'static Keys,
    input: ParseStream<'a>,
}

impl Entry<'_> {
    /// The key's text; keys are ordinary words, `crate` and `default` among them.
    pub(crate) fn name(&self) -> String {
        self.key.unraw().to_string()
    }

    /// A key that stands alone.
    pub(crate) fn flag(&self) -> syn::Result<()> {
        if self.ends() {
            return Ok(());
        }
        let found = self.rest();
        Err(error(
            found,
            format!("`{}` takes no value", self.key),
            format!("write `{}`", self.form()),
        ))
    }

    /// Whether `= …` follows.
    pub(crate) fn has_value(&self) -> bool {
        self.input.peek(Token![=])
    }

    /// `key = value`; `needs` names the kind of value, as `a string`.
    pub(crate) fn value<T: Parse>(&self, needs: &str) -> syn::Result<T> {
        self.parse_value(needs, T::parse)
    }

    /// As [`Entry::value`], with a parser of its own.
    pub(crate) fn parse_value<T>(
        &self,
        needs: &str,
        parse: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
    ) -> syn::Result<T> {
        let message = format!("`{}` needs {needs}", self.key);
        let help = format!("write `{}`", self.form());
        if !self.has_value() {
            return Err(error(&self.key, message, help));
        }
        self.input.parse::<Token![=]>()?;
        if self.ends() {
            return Err(error(&self.key, message, help));
        }
        let ahead = self.input.fork();
        let value = parse(self.input);
        match value {
            Ok(value) if self.ends() => Ok(value),
            Ok(_) => Err(self.no_comma()),
            Err(_) => Err(error(upto_comma(&ahead), message, help)),
        }
    }

    /// `key(…)`; gives what stands in the parentheses, and them.
    pub(crate) fn list(&self) -> syn::Result<Group> {
        if let Some(group) = parenthesis(self.input)? {
            return Ok(group);
        }
        Err(error(
            &self.key,
            format!("`{}` needs a list in parentheses", self.key),
            format!("write `{}`", self.form()),
        ))
    }

    /// The complaint about what follows without a comma.
    fn no_comma(&self) -> syn::Error {
        let message = format!("expected a comma after `{}`", self.key);
        error(self.rest(), message, format!("write `{}, …`", self.form()))
    }

    /// Whatever is left of this entry.
    pub(crate) fn rest(&self) -> TokenStream {
        upto_comma(self.input)
    }

    /// How the key is written.
    pub(crate) fn form(&self) -> &'static str {
        self.keys.form(&self.name())
    }

    fn ends(&self) -> bool {
        self.input.is_empty() || self.input.peek(Token![,])
    }
}

/// Reads `key`, `key = value` and `key(…)`, parted by commas, and hands each known key to `read`.
///
/// After a fault it goes on behind the next comma.
pub(crate) fn read_entries(
    tokens: TokenStream,
    keys: &'static Keys,
    diagnostics: &mut Diagnostics,
    mut read: impl FnMut(&Entry<'_>, &mut Diagnostics) -> syn::Result<()>,
) {
    let parser = |input: ParseStream<'_>| -> syn::Result<()> {
        while !input.is_empty() {
            let result = read_entry(input, keys, diagnostics, &mut read);
            if diagnostics.keep(result).is_none() {
                upto_comma(input);
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    let result = parser.parse2(tokens);
    diagnostics.keep(result);
}

fn read_entry(
    input: ParseStream<'_>,
    keys: &'static Keys,
    diagnostics: &mut Diagnostics,
    read: &mut impl FnMut(&Entry<'_>, &mut Diagnostics) -> syn::Result<()>,
) -> syn::Result<()> {
    if !input.peek(Ident::peek_any) {
        let (found, known) = (upto_comma(input), quoted(keys.names()));
        let found = if found.is_empty() {
            input.cursor().token_stream()
        } else {
            found
        };
        return Err(error(
            found,
            format!("expected a key of `{}`", keys.attribute),
            format!("keys are {known}"),
        ));
    }
    let key = input.call(Ident::parse_any)?;
    let entry = Entry { key, keys, input };
    if !keys.names().any(|known| known == entry.name()) {
        return Err(unknown_key(&entry.key, keys));
    }
    read(&entry, diagnostics)?;
    if entry.ends() {
        return Ok(());
    }
    Err(entry.no_comma())
}

fn unknown_key(key: &Ident, keys: &Keys) -> syn::Error {
    let known = quoted(keys.names());
    let help = match nearest(&key.to_string(), keys.names()) {
        Some(meant) => format!("did you mean `{meant}`? keys are {known}"),
        None => format!("keys are {known}"),
    };
    error(
        key,
        format!("unknown key `{key}` in `{}`", keys.attribute),
        help,
    )
}

/// Takes what stands before the next comma.
pub(crate) fn upto_comma(input: ParseStream<'_>) -> TokenStream {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        match input.parse::<TokenTree>() {
            Ok(token) => tokens.extend([token]),
            Err(_) => break,
        }
    }
    tokens
}

fn parenthesis(input: ParseStream<'_>) -> syn::Result<Option<Group>> {
    if !input.peek(syn::token::Paren) {
        return Ok(None);
    }
    let group: Group = input.parse()?;
    debug_assert_eq!(group.delimiter(), Delimiter::Parenthesis);
    Ok(Some(group))
}

/// The keys of a helper attribute, as `#[field(…)]`: what stands in its parentheses.
pub(crate) fn arguments(attribute: &Attribute, keys: &Keys) -> syn::Result<TokenStream> {
    match &attribute.meta {
        Meta::List(list) if !list.tokens.is_empty() => Ok(list.tokens.clone()),
        _ => {
            let (name, form) = (keys.attribute, keys.example);
            Err(error(
                attribute,
                format!("`{name}` needs keys in parentheses"),
                format!("write `{form}`"),
            ))
        }
    }
}

/// Whether the attribute's last word is `name`: `#[resource]`, `#[skeleton_runtime::resource]`.
pub(crate) fn is_named(attribute: &Attribute, name: &str) -> bool {
    attribute
        .path()
        .segments
        .last()
        .is_some_and(|segment| segment.ident == name)
}

/// The doc comment, each line trimmed of the space that `///` leaves.
pub(crate) fn doc_comment(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"))
    {
        if let Meta::NameValue(pair) = &attribute.meta
            && let syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) = &pair.value
        {
            let text = text.value();
            // `split`, for a blank line is one too.
            lines.extend(
                text.split('\n')
                    .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned()),
            );
        }
    }
    lines.join("\n").trim().to_owned()
}
