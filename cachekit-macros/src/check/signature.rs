//! Rules on a function's signature.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident};
use syn::spanned::Spanned as _;
use syn::{
    Attribute, FnArg, GenericParam, Generics, Pat, PatType, PathArguments, Signature, Type,
    TypeParamBound, WherePredicate,
};

use crate::ast::Func;
use crate::errors::Errors;
use crate::plan::Param;

use super::tokens::mentions;
use super::{PRIMITIVES, closure, pattern};

/// Reports the kinds of functions that cannot be cached.
pub(super) fn check(func: &Func, errors: &mut Errors) {
    let sig = &func.sig;
    let cached =
        |attr: &&Attribute| attr.path().segments.last().is_some_and(|s| s.ident == "cached");
    if let Some(twice) = func.attrs.iter().find(cached) {
        errors.at(twice, "a function is cached once; write all options in one `#[cached(..)]`");
    }
    if let Some(attr) = func.attrs.iter().find(|attr| attr.path().is_ident("track_caller")) {
        errors.at(
            attr,
            "a hit runs no body, and a body runs for callers that it does not know, so that it has no \
             caller to track; remove `#[track_caller]`, or take the place as a parameter: \
             `at: &'static Location<'static>` with `skip(at)`",
        );
    }
    if let Some(keyword) = &sig.constness {
        errors.at(keyword, "a `const fn` cannot look anything up at run time; remove `const`");
    }
    if !matches!(sig.safety, syn::Safety::Default) {
        errors.at(
            &sig.safety,
            "an `unsafe fn` has conditions that a cached answer would not check; \
             cache a safe function around it",
        );
    }
    if let Some(abi) = &sig.abi {
        errors.at(
            abi,
            "a function with another ABI cannot be cached; cache a Rust function around it",
        );
    }
    if let Some(variadic) = &sig.variadic {
        errors.at(variadic, "a variadic function has no key; cache a function of fixed arguments");
    }
    generics(&sig.generics, errors);
    brief(&sig.generics, errors);
}

/// Reports type parameters whose types borrow from the call, as `E: Executor<'e>`.
fn brief(generics: &Generics, errors: &mut Errors) {
    let lifetimes: Vec<_> =
        generics.lifetimes().map(|param| param.lifetime.ident.to_string()).collect();
    for param in generics.type_params() {
        let bounded = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
        let bounds: Vec<_> = bounded
            .filter_map(|predicate| match predicate {
                WherePredicate::Type(bound) if is_named(&bound.bounded_ty, &param.ident) => {
                    Some(&bound.bounds)
                }
                _ => None,
            })
            .chain([&param.bounds])
            .flatten()
            .collect();
        let tokens: TokenStream = bounds.iter().map(ToTokens::to_token_stream).collect();
        let outlives = |bound: &&TypeParamBound| matches!(bound, TypeParamBound::Lifetime(_));
        let borrows = lifetimes.iter().any(|lifetime| mentions(tokens.clone(), lifetime));
        if borrows && !bounds.iter().any(outlives) {
            errors.at(
                &param.ident,
                format!(
                    "two types behind `{0}` must not share entries, so `{0}` outlives every call, and \
                     one that borrows does not; take a type that has a name, as `&Pool`",
                    param.ident
                ),
            );
        }
    }
}

fn is_named(ty: &Type, name: &Ident) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident(name))
}

/// Reports const parameters that are no part of a store's type.
pub(super) fn generics(generics: &Generics, errors: &mut Errors) {
    for param in &generics.params {
        if let GenericParam::Const(param) = param
            && primitive(&param.ty).is_none()
        {
            errors.at(
                &param.ty,
                "the type of a const parameter of a cached function is a primitive one, \
                 written by its own name; write `usize`, `bool` or the like",
            );
        }
    }
}

/// The name of a const parameter's type, if it is a primitive one.
fn primitive(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Group(group) => primitive(&group.elem),
        Type::Path(path) => {
            path.path.get_ident().filter(|name| PRIMITIVES.iter().any(|other| name == other))
        }
        _ => None,
    }
}

/// The parameters by name.
pub(super) fn params(sig: &Signature, errors: &mut Errors) -> Vec<Param> {
    let inputs = sig.inputs.iter().enumerate();
    inputs.filter_map(|(index, input)| param(index, input, errors)).collect()
}

fn param(index: usize, input: &FnArg, errors: &mut Errors) -> Option<Param> {
    let typed = match input {
        FnArg::Typed(typed) => typed,
        // Another rule's concern.
        FnArg::Receiver(_) => return None,
    };
    refuse(typed, errors);
    let pattern = pattern::read(&typed.pat);
    let name = match &*typed.pat {
        Pat::Ident(pat) if pattern.is_none() => pat.ident.clone(),
        // Of a span that no name of the user's has, so that no two can be one.
        pat => format_ident!("argument_{index}", span = Span::mixed_site().located_at(pat.span())),
    };
    Some(Param { name, is_plain: is_plain(&typed.ty), ty: (*typed.ty).clone(), pattern })
}

/// A primitive, or a `&str`: the compiler need not be asked how it takes part, which costs it more
/// than the rest of the lookup.
fn is_plain(ty: &Type) -> bool {
    let named = |ty: &Type| match ty {
        Type::Path(path) if path.qself.is_none() => path.path.get_ident().cloned(),
        _ => None,
    };
    match ty {
        Type::Reference(reference) if reference.mutability.is_none() => {
            named(&reference.elem).is_some_and(|name| name == "str")
        }
        ty => named(ty).is_some_and(|name| PRIMITIVES.iter().any(|other| name == other)),
    }
}

/// Reports parameters that a key cannot tell apart.
fn refuse(param: &PatType, errors: &mut Errors) {
    if mentions(param.ty.to_token_stream(), "impl") {
        let message = if closure::is_callable(&param.ty) {
            "two closures behind one `impl` must not share entries, and cannot be compared; \
             write `<F: Fn() + 'static>` behind the function's name, `F` here, \
             and leave it out of the key with `skip(..)`"
                .to_owned()
        } else if let Some((of, written)) = converted(&param.ty) {
            format!(
                "two types behind one `impl` must not share entries; cache a function of `{of}`, \
                 and call it from one that takes `{written}`"
            )
        } else {
            "two types behind one `impl` must not share entries, so the type needs a name; \
             write `<T: Trait + 'static>` behind the function's name, and `T` here"
                .to_owned()
        };
        errors.at(&param.ty, message);
    }
    let conditional = |attr: &&Attribute| {
        let holds = || mentions(attr.meta.to_token_stream(), "cfg");
        attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr") && holds()
    };
    for attr in param.attrs.iter().filter(conditional) {
        errors.at(
            attr,
            "a parameter that is not always there makes two keys of one; \
             write two functions, each under its own `#[cfg]`",
        );
    }
}

/// What `impl AsRef<T>` and `impl Into<T>` come to, and how it is written.
fn converted(ty: &Type) -> Option<(String, String)> {
    let Type::ImplTrait(ty) = ty else { return None };
    let bound = ty.bounds.iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last(),
        _ => None,
    })?;
    let PathArguments::AngleBracketed(arguments) = &bound.arguments else { return None };
    let inside = arguments.args.first()?.to_token_stream();
    let of = match bound.ident.to_string().as_str() {
        "AsRef" | "Borrow" => format!("&{inside}"),
        "Into" => inside.to_string(),
        _ => return None,
    };
    Some((of, format!("impl {}<{}>", bound.ident, inside)))
}

/// Whether a parameter's type is `&mut`.
pub(super) fn is_mutable(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => reference.mutability.is_some(),
        Type::Group(group) => is_mutable(&group.elem),
        Type::Paren(paren) => is_mutable(&paren.elem),
        _ => false,
    }
}

/// The parameter of that name.
pub(super) fn position(params: &[Param], name: &Ident) -> Option<usize> {
    params.iter().position(|param| param.name == *name)
}
