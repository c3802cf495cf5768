//! Tokens to what the user wrote; finds mistakes of syntax alone.

mod block;
mod boxed;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Expr, Lit, LitStr, Signature, Token, Visibility, parenthesized, token};

use crate::ast::{Attr, Func, Item, Opt, Value, When};

pub(crate) fn attr(tokens: TokenStream) -> Attr {
    syn::parse2(tokens).unwrap_or_else(|error| Attr { options: Vec::new(), broken: vec![error] })
}

pub(crate) fn item(tokens: TokenStream) -> Item {
    syn::parse2(tokens).unwrap_or_else(Item::Other)
}

/// Never fails: an option that does not parse is recorded, and the next one is read.
impl Parse for Attr {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut attr = Self::default();
        while !input.is_empty() {
            let read = option(input, &mut attr.broken).map(|option| attr.options.push(option));
            // What follows a mistake up to the comma belongs to it.
            let passed = next(input);
            if let Err(error) = read.and(passed) {
                attr.broken.push(error);
            }
        }
        Ok(attr)
    }
}

/// Passes the comma behind an option, whatever stands before it.
fn next(input: ParseStream<'_>) -> syn::Result<()> {
    let stray = if input.is_empty() || input.peek(Token![,]) {
        Ok(())
    } else {
        Err(input.error("expected `,` between two options"))
    };
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    input.parse::<Option<Token![,]>>()?;
    stray
}

/// Reads an option; what stands wrongly and can be read all the same goes to `broken`.
fn option(input: ParseStream<'_>, broken: &mut Vec<syn::Error>) -> syn::Result<Opt> {
    let name = Ident::parse_any(input).map_err(|error| unnamed(input, error.span()))?;
    let value = if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        Value::Is(value(input, &name)?)
    } else if input.peek(Token![:]) && !input.peek(Token![::]) {
        broken.push(input.error("`=` stands between an option and its value, not `:`"));
        input.parse::<Token![:]>()?;
        Value::Is(value(input, &name)?)
    } else if input.peek(token::Paren) {
        let content;
        parenthesized!(content in input);
        let read = match &name {
            name if name == "when" => content.parse().map(Value::When),
            name if name == "skip" => names(&content),
            _ => Ok(Value::Parens),
        };
        // What is left unread here would be a second mistake, of the whole attribute.
        content.parse::<TokenStream>()?;
        read?
    } else {
        Value::Flag
    };
    Ok(Opt { name, value })
}

/// The expression behind an option's `=`.
fn value(input: ParseStream<'_>, name: &Ident) -> syn::Result<Expr> {
    if input.is_empty() || input.peek(Token![,]) {
        return Err(syn::Error::new(name.span(), format!("`{name} =` lacks its value")));
    }
    if let Ok(stray) = input.fork().parse::<TokenTree>()
        && matches!(&stray, TokenTree::Punct(punct) if "=>".contains(punct.as_char()))
    {
        let message = format!("one `=` stands behind an option; write `{name} = ..`");
        return Err(syn::Error::new(stray.span(), message));
    }
    input.parse().map(bare)
}

/// The mistake of a value that stands without its option's name.
fn unnamed(input: ParseStream<'_>, span: Span) -> syn::Error {
    let meant = match input.fork().parse::<Lit>() {
        Ok(Lit::Int(_)) => "; a life is `ttl = 60`, a bound `max_size = 10_000`",
        Ok(Lit::Str(_)) => "; a mode is `mode = \"strict\"`, a life `ttl = \"5m\"`",
        _ => "",
    };
    syn::Error::new(span, format!("expected the name of an option{meant}"))
}

/// An expression without the groups that another macro leaves around what it was given.
fn bare(expr: Expr) -> Expr {
    match expr {
        Expr::Group(group) => bare(*group.expr),
        expr => expr,
    }
}

fn names(content: ParseStream<'_>) -> syn::Result<Value> {
    let names = content.parse_terminated(Ident::parse_any, Token![,]).map_err(|error| {
        syn::Error::new(error.span(), "expected names with commas between them; write `skip(a, b)`")
    })?;
    Ok(Value::Names(names.into_iter().collect()))
}

impl Parse for When {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut feature = None;
        if input.peek(syn::Ident) && input.fork().parse::<Ident>()? == "feature" {
            input.parse::<Ident>()?;
            input.parse::<Token![=]>()?;
            feature = Some(input.parse::<LitStr>().map_err(|error| {
                let message = "a feature is named by a text; write `feature = \"distributed\"`";
                syn::Error::new(error.span(), message)
            })?);
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(Self { feature, attr: input.parse()? })
    }
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = Attribute::parse_outer(input)?;
        let vis: Visibility = input.parse()?;
        if input.peek(Token![impl]) || input.peek(Token![unsafe]) && input.peek2(Token![impl]) {
            let block = block::read(attrs, input)?;
            return Ok(Self::Impl(Box::new(block)));
        }
        Ok(Self::Func(Box::new(func(attrs, vis, input)?)))
    }
}

/// A function, from its signature to the end of its body.
fn func(attrs: Vec<Attribute>, vis: Visibility, input: ParseStream<'_>) -> syn::Result<Func> {
    let other = other(input);
    let sig: Signature = input.parse().map_err(|error| {
        let what = other.unwrap_or_else(|| format!(" ({error})"));
        syn::Error::new(error.span(), format!("`#[cached]` goes on a function{what}"))
    })?;
    if input.peek(Token![;]) {
        let message = "`#[cached]` needs a function with a body: \
                       it goes on the one that computes the value";
        return Err(input.error(message));
    }
    let body = input.parse::<TokenStream>()?;
    let boxed = boxed::read(&sig, &body);
    Ok(Func { attrs, vis, sig, body, boxed })
}

/// What an item is that is no function, and what to annotate instead.
fn other(input: ParseStream<'_>) -> Option<String> {
    let word = Ident::parse_any(&input.fork()).ok()?.to_string();
    let (what, instead) = match word.as_str() {
        "struct" | "enum" | "union" => ("a type", "the function that makes its values"),
        "static" | "const" if !input.peek2(Token![fn]) && !input.peek2(Token![unsafe]) => {
            ("one value, computed once", "a function without parameters")
        }
        "trait" => ("a trait", "functions that have a body"),
        "mod" => ("a module", "the functions in it, each by itself"),
        "type" | "use" | "macro_rules" => ("a name", "the function behind it"),
        _ => return None,
    };
    Some(format!(", and this is {what}; cache {instead}"))
}
