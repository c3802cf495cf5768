//! Types and generics without their lifetimes: what an entry keeps of a key borrows nothing.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{GenericParam, Type, WherePredicate};

/// The generics of an owned form.
pub(super) struct Generics {
    pub(super) params: TokenStream,
    pub(super) arguments: TokenStream,
    pub(super) bounds: TokenStream,
    /// The type parameters, as a list of types.
    pub(super) marks: TokenStream,
}

/// The generics of a type, with `'static` for every lifetime.
pub(super) fn generics(generics: &syn::Generics) -> Generics {
    let mut params = Vec::new();
    let mut arguments = Vec::new();
    let mut marks = Vec::new();
    for param in &generics.params {
        match param {
            GenericParam::Lifetime(_) => {}
            GenericParam::Type(param) => {
                let (name, bounds) = (&param.ident, lasting(param.bounds.to_token_stream()));
                params.push(quote!(#name: #bounds));
                arguments.push(quote!(#name));
                marks.push(quote!(#name,));
            }
            GenericParam::Const(param) => {
                let (name, ty) = (&param.ident, &param.ty);
                params.push(quote!(const #name: #ty));
                arguments.push(quote!(#name));
            }
        }
    }
    let clauses = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let clauses = clauses.filter_map(|predicate| match predicate {
        WherePredicate::Type(_) => Some(lasting(predicate.to_token_stream())),
        _ => None,
    });
    Generics {
        params: quote!(<#(#params),*>),
        arguments: quote!(<#(#arguments),*>),
        bounds: quote!(where #(#clauses),*),
        marks: quote!(#(#marks)*),
    }
}

/// A type, with `'static` for every lifetime: what it owns as is the same.
pub(super) fn ty(ty: &Type) -> TokenStream {
    lasting(ty.to_token_stream())
}

fn lasting(tokens: TokenStream) -> TokenStream {
    let mut is_lifetime = false;
    let tokens = tokens.into_iter().map(|token| match token {
        TokenTree::Ident(name) if is_lifetime => {
            is_lifetime = false;
            TokenTree::Ident(Ident::new("static", name.span()))
        }
        TokenTree::Group(group) => {
            let mut lasting = Group::new(group.delimiter(), lasting(group.stream()));
            lasting.set_span(group.span());
            TokenTree::Group(lasting)
        }
        token => {
            is_lifetime = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\'');
            token
        }
    });
    tokens.collect()
}
