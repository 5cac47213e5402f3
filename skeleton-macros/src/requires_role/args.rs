//! The syntax of a rule, `owner | Admin`, and of the list of rules on a struct; no meaning.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Token, token};

use crate::attribute::{Spanned, fill, read_entries};
use crate::diagnostics::{Diagnostics, error};
use crate::names::RULES;

/// One term of a rule, with the words that it was written with.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    /// `Admin`, `exactly(Admin)`, `owner`.
    pub(crate) written: TokenStream,
    pub(crate) kind: TermKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TermKind {
    AtLeast(Ident),
    Exactly(Ident),
    Owner,
    Authenticated,
    Public,
}

impl Term {
    /// As in messages.
    pub(crate) fn text(&self) -> String {
        match &self.kind {
            TermKind::AtLeast(role) => role.to_string(),
            TermKind::Exactly(role) => format!("exactly({role})"),
            TermKind::Owner => "owner".to_owned(),
            TermKind::Authenticated => "authenticated".to_owned(),
            TermKind::Public => "public".to_owned(),
        }
    }
}

/// A rule as it was written.
#[derive(Debug, Clone)]
pub(crate) struct RuleArgs {
    pub(crate) terms: Vec<Term>,
}

/// The rules of a struct as they were written.
#[derive(Debug, Default)]
pub(crate) struct StructRules {
    /// `#[requires_role(rule)]`
    pub(crate) all: Option<RuleArgs>,
    /// `#[requires_role(read = rule, …)]`
    pub(crate) keys: Vec<Spanned<RuleArgs>>,
}

/// Reads the arguments of the attribute on a function.
pub(crate) fn read_rule(tokens: TokenStream, diagnostics: &mut Diagnostics) -> RuleArgs {
    if is_keyed(&tokens) {
        let help = "keys are for structs; on a function write the rule alone, as `#[requires_role(Admin)]`";
        let key = tokens.into_iter().next();
        diagnostics.error(key, "`#[requires_role]` on a function takes no keys", help);
        return RuleArgs { terms: Vec::new() };
    }
    let result = (|input: ParseStream<'_>| Ok(whole_rule(input, diagnostics))).parse2(tokens);
    result.unwrap_or(RuleArgs { terms: Vec::new() })
}

/// Reads the arguments of the attribute on a struct.
pub(crate) fn read_rules(tokens: TokenStream, diagnostics: &mut Diagnostics) -> StructRules {
    let mut rules = StructRules::default();
    if !is_keyed(&tokens) {
        rules.all = Some(read_rule(tokens, diagnostics));
        return rules;
    }
    read_entries(tokens, &RULES, diagnostics, |entry, diagnostics| {
        let rule = entry.parse_value("a rule", |input| Ok(rule(input, diagnostics)))?;
        let new = Spanned::new(entry.key.clone(), rule);
        let first = rules
            .keys
            .iter()
            .find(|first| first.key == new.key)
            .cloned();
        let is_first = first.is_none();
        fill(&mut { first }, new.clone(), diagnostics);
        if is_first {
            rules.keys.push(new);
        }
        Ok(())
    });
    rules
}

fn is_keyed(tokens: &TokenStream) -> bool {
    let ahead = |input: ParseStream<'_>| {
        let keyed =
            input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![==]);
        input.parse::<TokenStream>()?;
        Ok(keyed)
    };
    ahead.parse2(tokens.clone()).unwrap_or(false)
}

/// A rule that is all there is.
fn whole_rule(input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> RuleArgs {
    let mut all = rule(input, diagnostics);
    while input.peek(Token![,]) {
        let comma = input.parse::<Token![,]>();
        if input.is_empty() {
            break;
        }
        let more = rule(input, diagnostics);
        let texts: Vec<_> = all
            .terms
            .iter()
            .chain(&more.terms)
            .map(Term::text)
            .collect();
        let help = format!("write `#[requires_role({})]`", texts.join(" | "));
        diagnostics.error(comma.ok(), "roles are joined by `|`, found `,`", help);
        all.terms.extend(more.terms);
    }
    all
}

/// Reads terms up to a comma or the end; after a fault it goes on behind the next `|`.
fn rule(input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> RuleArgs {
    let mut terms = Vec::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        let read = term(input);
        terms.extend(diagnostics.keep(read));
        if input.is_empty() || input.peek(Token![,]) {
            break;
        }
        let result = separator(input, &terms);
        diagnostics.keep(result);
    }
    RuleArgs { terms }
}

fn separator(input: ParseStream<'_>, terms: &[Term]) -> syn::Result<()> {
    let before = terms.last().map_or_else(|| "Admin".to_owned(), Term::text);
    if input.peek(Token![||]) {
        let bars: Token![||] = input.parse()?;
        return Err(error(
            bars,
            "roles are joined by one `|`, found `||`",
            format!("write `{before} | …`"),
        ));
    }
    if input.peek(Token![|]) {
        let bar: Token![|] = input.parse()?;
        if input.is_empty() || input.peek(Token![,]) {
            return Err(error(
                bar,
                "expected a role after `|`",
                format!("write `{before} | …`, or `{before}` alone"),
            ));
        }
        return Ok(());
    }
    let found = skip_term(input);
    let message = format!("expected `|` after `{before}`, found `{found}`");
    Err(error(
        found,
        message,
        format!("write `{before} | …`, or leave the rest out"),
    ))
}

fn term(input: ParseStream<'_>) -> syn::Result<Term> {
    if !input.peek(Ident::peek_any) {
        return Err(no_role(&skip_term(input)));
    }
    let word = input.call(Ident::parse_any)?;
    if input.peek(Token![::]) {
        return Err(path_instead_of_role(&word, input));
    }
    let kind = match word.to_string().as_str() {
        "exactly" => return exactly(&word, input),
        "owner" => TermKind::Owner,
        "authenticated" => TermKind::Authenticated,
        "public" => TermKind::Public,
        // A keyword or `_` is no variant.
        _ if syn::parse2::<Ident>(word.to_token_stream()).is_err() => {
            return Err(no_role(&word.to_token_stream()));
        }
        _ => TermKind::AtLeast(word.clone()),
    };
    if input.peek(token::Paren) {
        let found = skip_term(input);
        return Err(error(
            found,
            format!("`{word}` takes no parentheses"),
            format!("write `{word}`"),
        ));
    }
    Ok(Term {
        written: word.to_token_stream(),
        kind,
    })
}

fn no_role(found: &TokenStream) -> syn::Error {
    let help = "write `Admin`, `exactly(Admin)`, `owner`, `authenticated` or `public`";
    error(found, format!("expected a role, found `{found}`"), help)
}

fn exactly(word: &Ident, input: ParseStream<'_>) -> syn::Result<Term> {
    let group: Option<proc_macro2::Group> = input
        .peek(token::Paren)
        .then(|| input.parse())
        .transpose()?;
    let role = group
        .as_ref()
        .and_then(|group| syn::parse2::<Ident>(group.stream()).ok());
    match role {
        Some(role) => Ok(Term {
            written: [word.to_token_stream(), group.to_token_stream()]
                .into_iter()
                .collect(),
            kind: TermKind::Exactly(role),
        }),
        None => {
            let place = group.map_or_else(|| word.to_token_stream(), ToTokens::into_token_stream);
            Err(error(
                place,
                "`exactly` needs one role",
                "write `exactly(Member)`",
            ))
        }
    }
}

fn path_instead_of_role(first: &Ident, input: ParseStream<'_>) -> syn::Error {
    let rest = skip_term(input);
    let last = rest
        .clone()
        .into_iter()
        .last()
        .map(|token| token.to_string())
        .unwrap_or_default();
    let written: TokenStream = [first.to_token_stream(), rest].into_iter().collect();
    let text = written.to_string().replace(' ', "");
    let help = format!("write `{last}`: roles are of whatever enum `Role` is in scope");
    error(
        written,
        format!("expected the name of a role, found `{text}`"),
        help,
    )
}

/// Takes what stands before the next `|` or comma.
fn skip_term(input: ParseStream<'_>) -> TokenStream {
    let mut tokens = TokenStream::new();
    while !input.is_empty()
        && !input.peek(Token![,])
        && !input.peek(Token![|])
        && !input.peek(Token![||])
    {
        match input.parse::<TokenTree>() {
            Ok(token) => tokens.extend([token]),
            Err(_) => break,
        }
    }
    tokens
}
