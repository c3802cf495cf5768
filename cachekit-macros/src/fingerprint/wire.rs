//! Reads serde's attributes of a type, a variant or a field, as far as they change what is stored.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Attribute, Expr, ExprLit, Lit, Token, Type, parenthesized, token};

/// What serde is told that decides which types are stored.
#[derive(Default)]
pub(super) struct Told {
    /// Nothing is stored of it.
    pub(super) skip: bool,
    /// It is stored as a value of that type.
    pub(super) into: Option<Type>,
    /// It is read as a value of that type.
    pub(super) from: Option<Type>,
}

/// Reads the attributes; what this does not understand, serde's own derive reports.
pub(super) fn read(attrs: &[Attribute]) -> Told {
    let mut told = Told::default();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        let parsed = attr.parse_nested_meta(|meta| {
            let is = |name| meta.path.is_ident(name);
            told.skip |= is("skip");
            if meta.input.peek(Token![=]) {
                let value: Expr = meta.value()?.parse()?;
                if is("into") {
                    told.into = named(&value);
                } else if is("from") || is("try_from") {
                    told.from = named(&value);
                }
            } else if meta.input.peek(token::Paren) {
                let content;
                parenthesized!(content in meta.input);
                content.parse::<TokenStream>()?;
            }
            Ok(())
        });
        drop(parsed);
    }
    told
}

/// The type that a text names.
fn named(value: &Expr) -> Option<Type> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => text.parse().ok(),
        _ => None,
    }
}

/// A name with what serde is told of it, which changes the stored form as a name does.
pub(super) fn labelled(name: &impl ToString, attrs: &[Attribute]) -> String {
    let mut label = name.to_string();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        label.push(' ');
        spell(attr.meta.to_token_stream(), &mut label);
    }
    label
}

/// Tokens as text that does not change with the compiler, as that of `to_string` does.
fn spell(tokens: TokenStream, to: &mut String) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                to.push('(');
                spell(group.stream(), to);
                to.push(')');
            }
            token => to.push_str(&token.to_string()),
        }
        to.push(' ');
    }
}
