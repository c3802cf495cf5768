//! The type that a function belongs to: in its identity, and where `Self` cannot be named.

use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::ext::IdentExt as _;
use syn::{GenericParam, Generics, ItemImpl};

use crate::expand::Shell;
use crate::plan::Owner;

use super::ours::refilled;

impl Shell<'_> {
    /// The function's name below its module: `user`, `Shop::user`, `<Shop as Priced>::user`.
    pub(super) fn title(&self) -> String {
        let function = self.plan.sig.ident.unraw();
        let Owner::Block(header) = &self.plan.owner else { return function.to_string() };
        let ty = known(header.self_ty.to_token_stream(), &header.generics);
        match &header.trait_ {
            None => format!("{ty}::{function}"),
            Some((path, _)) => {
                let path = known(path.to_token_stream(), &header.generics);
                format!("<{ty} as {path}>::{function}")
            }
        }
    }

    /// Tokens for a static, where `Self` is written out.
    pub(super) fn written_out(&self, tokens: TokenStream) -> TokenStream {
        match &self.plan.owner {
            Owner::Block(header) => without_self(tokens, header),
            _ => tokens,
        }
    }

    /// The items of a companion that stands apart from the method's type: `Self` is written out, and
    /// the instance is an argument as any other.
    pub(super) fn apart(&self, items: TokenStream) -> TokenStream {
        instance_named(self.written_out(items))
    }

    /// The generics of the `impl` and of the function, in this order.
    pub(super) fn generics(&self) -> impl Iterator<Item = &GenericParam> {
        let outer = match &self.plan.owner {
            Owner::Block(header) => Some(&header.generics.params),
            _ => None,
        };
        outer.into_iter().flatten().chain(&self.plan.sig.generics.params)
    }
}

fn without_self(tokens: TokenStream, header: &ItemImpl) -> TokenStream {
    let ty = &header.self_ty;
    let mut tokens = tokens.into_iter().peekable();
    let mut written = TokenStream::new();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(name) if name == "Self" => {
                let leads =
                    matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':');
                written.extend(if leads { quote!(<#ty>) } else { quote!(#ty) });
            }
            TokenTree::Group(group) => {
                let inside = without_self(group.stream(), header);
                written.extend([TokenTree::Group(refilled(&group, inside))]);
            }
            token => written.extend([token]),
        }
    }
    written
}

/// Tokens in which the instance is called `this`.
fn instance_named(tokens: TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut named = TokenStream::new();
    while let Some(token) = tokens.next() {
        // The first word of a path is none.
        let leads = |next: Option<&TokenTree>| matches!(next, Some(TokenTree::Punct(mark)) if mark.as_char() == ':' && mark.spacing() == Spacing::Joint);
        match token {
            TokenTree::Ident(word) if word == "self" && !leads(tokens.peek()) => {
                named.extend([TokenTree::Ident(Ident::new("this", word.span()))]);
            }
            TokenTree::Group(group) => {
                let inside = instance_named(group.stream());
                named.extend([TokenTree::Group(refilled(&group, inside))]);
            }
            token => named.extend([token]),
        }
    }
    named
}

/// A type as a name: its parameters' own names are nothing to it, nor are lifetimes, and where
/// nothing else is in its brackets they are left out.
fn known(tokens: TokenStream, generics: &Generics) -> String {
    let mut text = String::new();
    write(tokens, generics, &mut text);
    for empty in ["<>", "<_>", "<_,_>", "<_,_,_>", "<_,_,_,_>"] {
        text = text.replace(empty, "");
    }
    text
}

fn write(tokens: TokenStream, generics: &Generics, text: &mut String) {
    let is_param = |name: &str| {
        generics.params.iter().any(|param| match param {
            GenericParam::Type(param) => param.ident == name,
            GenericParam::Const(param) => param.ident == name,
            GenericParam::Lifetime(_) => false,
        })
    };
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == '\'' => {
                tokens.next();
                tokens.next_if(
                    |next| matches!(next, TokenTree::Punct(mark) if mark.as_char() == ','),
                );
            }
            TokenTree::Ident(name) => {
                let name = name.unraw().to_string();
                // Two words, as in `dyn Trait`; everything else needs no space.
                if text.ends_with(|last: char| last.is_alphanumeric() || last == '_') {
                    text.push(' ');
                }
                text.push_str(if is_param(&name) { "_" } else { &name });
            }
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                write(group.stream(), generics, text);
                text.push_str(close);
            }
            other => text.push_str(&other.to_string()),
        }
    }
}
