//! Tokens to what the user wrote; finds mistakes of syntax alone.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, LitStr, Signature, Token, Visibility, parenthesized, token};

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
            match input.parse::<Opt>() {
                Ok(option) => attr.options.push(option),
                Err(error) => attr.broken.push(error),
            }
            if let Err(error) = next(input) {
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

impl Parse for Opt {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = Ident::parse_any(input)
            .map_err(|error| syn::Error::new(error.span(), "expected the name of an option"))?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Value::Is(input.parse()?)
        } else if input.peek(token::Paren) {
            let content;
            parenthesized!(content in input);
            if name == "when" { Value::When(content.parse()?) } else { names(&content)? }
        } else {
            Value::Flag
        };
        Ok(Self { name, value })
    }
}

fn names(content: ParseStream<'_>) -> syn::Result<Value> {
    let names = content.parse_terminated(Ident::parse_any, Token![,])?;
    Ok(Value::Names(names.into_iter().collect()))
}

impl Parse for When {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut feature = None;
        if input.peek(syn::Ident) && input.fork().parse::<Ident>()? == "feature" {
            input.parse::<Ident>()?;
            input.parse::<Token![=]>()?;
            feature = Some(input.parse::<LitStr>()?);
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(Self { feature, attr: input.parse()? })
    }
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = Attribute::parse_outer(input)?;
        let vis: Visibility = input.parse()?;
        if let Ok(keyword) = input.fork().parse::<Token![impl]>() {
            input.parse::<TokenStream>()?;
            return Ok(Self::Impl(keyword));
        }
        let sig: Signature = input.parse().map_err(|error| {
            let message = format!("`#[cached]` goes on a function ({error})");
            syn::Error::new(error.span(), message)
        })?;
        if input.peek(Token![;]) {
            let message = "`#[cached]` needs a function with a body";
            return Err(input.error(message));
        }
        let body = input.parse::<TokenStream>()?;
        Ok(Self::Func(Box::new(Func { attrs, vis, sig, body })))
    }
}
