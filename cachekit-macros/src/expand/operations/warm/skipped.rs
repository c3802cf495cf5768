//! A parameter that is no part of the key, as warming takes it: once, for all the calls of a list.

use std::iter::Peekable;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{FnArg, Lifetime, Type};

use crate::expand::Shell;
use crate::expand::ours::refilled;
use crate::plan::Param;

/// A parameter that is no part of the key, and is given once for all calls.
pub(super) struct Skipped<'a> {
    param: &'a Param,
    pub(super) passes: Passes,
}

/// How each call has the parameter.
#[derive(PartialEq, Eq)]
pub(super) enum Passes {
    Copied,
    Reborrowed,
    /// As a clone; whether its type is one of which there are such is found where it is given.
    Cloned,
}

impl<'a> Skipped<'a> {
    pub(super) fn of(param: &'a Param) -> Self {
        let passes = match &param.ty {
            Type::Reference(reference) if reference.mutability.is_some() => Passes::Reborrowed,
            Type::Reference(_) => Passes::Copied,
            _ if param.is_plain => Passes::Copied,
            _ => Passes::Cloned,
        };
        Self { param, passes }
    }

    /// The parameter, and whether a lifetime without a name in its type has that of `given` now:
    /// in a bound there may be none.
    pub(super) fn taken(&self, shell: &Shell<'_>, given: &Lifetime) -> (FnArg, bool) {
        let (Param { name, ty, .. }, private) = (self.param, &shell.private);
        match self.passes {
            Passes::Copied | Passes::Reborrowed => (syn::parse_quote!(#name: #ty), false),
            Passes::Cloned => {
                let mut is_named = false;
                let ty = with_names(ty.to_token_stream(), given, &mut is_named);
                (syn::parse_quote!(#name: impl #private::Again<#ty>), is_named)
            }
        }
    }

    /// Makes of what was given what one call takes.
    pub(super) fn again(&self, shell: &Shell<'_>) -> TokenStream {
        let (name, private) = (&self.param.name, &shell.private);
        match self.passes {
            Passes::Copied => quote!(),
            Passes::Reborrowed => quote!(let #name = &mut *#name;),
            Passes::Cloned => quote!(let #name = #private::Again::again(&#name);),
        }
    }
}

/// A type whose lifetimes without names have one: behind `&`, and in the place of `'_`.
fn with_names(ty: TokenStream, given: &Lifetime, is_named: &mut bool) -> TokenStream {
    let (mut named, mut after_word) = (TokenStream::new(), false);
    let mut tokens = ty.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_word = matches!(token, TokenTree::Ident(_));
        let next_is = |tokens: &mut Peekable<_>, mark| matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == mark);
        match token {
            TokenTree::Punct(mark) if mark.as_char() == '&' && !next_is(&mut tokens, '\'') => {
                *is_named = true;
                named.extend(quote!(#mark #given));
            }
            TokenTree::Punct(mark) if mark.as_char() == '\'' => match tokens.next() {
                Some(TokenTree::Ident(name)) if name == "_" => {
                    *is_named = true;
                    given.to_tokens(&mut named);
                }
                name => named.extend([TokenTree::Punct(mark)].into_iter().chain(name)),
            },
            // Those of a function's parameters are its own.
            TokenTree::Group(group) if !after_word => {
                let inside = with_names(group.stream(), given, is_named);
                named.extend([TokenTree::Group(refilled(&group, inside))]);
            }
            other => named.extend([other]),
        }
        after_word = is_word;
    }
    named
}
