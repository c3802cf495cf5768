//! Recognises parameters that are closures, which no key can compare.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{GenericParam, Signature, Type, WherePredicate};

use super::tokens::mentions;

/// Whether a value of the type is called: `impl Fn()`, `&dyn Fn()`, or an `F` bound so.
pub(super) fn is_called(ty: &Type, sig: &Signature) -> bool {
    is_callable(ty) || called(sig).iter().any(|name| mentions(ty.to_token_stream(), name))
}

/// Whether one of the traits of closures stands there.
pub(super) fn is_callable(tokens: &impl ToTokens) -> bool {
    ["Fn", "FnMut", "FnOnce", "AsyncFn", "AsyncFnMut", "AsyncFnOnce"]
        .iter()
        .any(|name| mentions(tokens.to_token_stream(), name))
}

/// The type parameters that are bound by such a trait.
fn called(sig: &Signature) -> Vec<String> {
    let written = sig.generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(param) if is_callable(&param.bounds) => Some(param.ident.to_string()),
        _ => None,
    });
    let clauses = sig.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let bound = clauses.filter_map(|predicate| match predicate {
        WherePredicate::Type(of) if is_callable(&of.bounds) => name(&of.bounded_ty),
        _ => None,
    });
    written.chain(bound).collect()
}

fn name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.get_ident().map(Ident::to_string),
        Type::Group(group) => name(&group.elem),
        Type::Paren(paren) => name(&paren.elem),
        _ => None,
    }
}
