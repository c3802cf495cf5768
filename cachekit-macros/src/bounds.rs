//! The bounds that a derive adds: on the type parameters that its parts are made of.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{
    DeriveInput, GenericArgument, GenericParam, Generics, Ident, Path, PathArguments, Type,
    TypePath, parse_quote,
};

use crate::check::mentions;

/// The generics of a type whose parts are to be bound by `bound`.
///
/// A parameter is bound where it stands in a part's type, and so is what a part's type asks of it
/// (`T::Item`). One that stands in `PhantomData` alone is not: there is nothing of it in a value. Nor
/// is one for standing in the type itself, whose other parts say what is needed.
pub(crate) fn with<'a>(
    input: &DeriveInput,
    parts: impl Iterator<Item = &'a Type>,
    bound: &TokenStream,
) -> Generics {
    let mut generics = input.generics.clone();
    let params = input.generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(param) => Some(&param.ident),
        _ => None,
    });
    let mut search = Search {
        itself: &input.ident,
        params: params.collect(),
        found: Vec::new(),
        seen: BTreeSet::new(),
    };
    parts.for_each(|ty| search.ty(ty));
    let clause = generics.make_where_clause();
    for ty in search.found {
        clause.predicates.push(parse_quote!(#ty: #bound));
    }
    generics
}

struct Search<'a> {
    itself: &'a Ident,
    params: Vec<&'a Ident>,
    found: Vec<TokenStream>,
    /// Their texts: each is bound once.
    seen: BTreeSet<String>,
}

impl Search<'_> {
    fn ty(&mut self, ty: &Type) {
        match ty {
            Type::Path(path) => self.path(path),
            Type::Reference(reference) => self.ty(&reference.elem),
            Type::Group(group) => self.ty(&group.elem),
            Type::Paren(paren) => self.ty(&paren.elem),
            Type::Array(array) => self.ty(&array.elem),
            Type::Slice(slice) => self.ty(&slice.elem),
            Type::Tuple(tuple) => tuple.elems.iter().for_each(|ty| self.ty(ty)),
            _ => {}
        }
    }

    fn path(&mut self, written: &TypePath) {
        let TypePath { qself, path, .. } = written;
        if qself.is_some() || self.is_param(path) {
            let of_a_param = qself.as_ref().is_none_or(|qself| self.names_a_param(&qself.ty));
            if of_a_param && self.seen.insert(written.to_token_stream().to_string()) {
                self.found.push(quote!(#written));
            }
            return;
        }
        let last = path.segments.last();
        if path.segments.len() == 1 && last.is_some_and(|last| last.ident == *self.itself)
            || last.is_some_and(|last| last.ident == "PhantomData")
        {
            return;
        }
        for segment in &path.segments {
            match &segment.arguments {
                PathArguments::AngleBracketed(arguments) => {
                    for argument in &arguments.args {
                        if let GenericArgument::Type(ty) = argument {
                            self.ty(ty);
                        }
                    }
                }
                // What a function takes and returns is in no value of its type.
                PathArguments::Parenthesized(_) | PathArguments::None => {}
            }
        }
    }

    /// Whether a path is a parameter, or what one has: `T`, `T::Item`.
    fn is_param(&self, path: &Path) -> bool {
        let first = path.segments.first().filter(|_| path.leading_colon.is_none());
        first.is_some_and(|first| self.params.iter().any(|param| **param == first.ident))
    }

    fn names_a_param(&self, ty: &Type) -> bool {
        self.params.iter().any(|param| mentions(ty.to_token_stream(), &param.to_string()))
    }
}
