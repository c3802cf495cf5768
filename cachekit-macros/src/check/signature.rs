//! What a function's signature must and must not have.

use proc_macro2::Ident;
use syn::{FnArg, Pat, Signature, Type};

use crate::ast::Func;
use crate::errors::Errors;
use crate::plan::Param;

/// Reports the kinds of functions that cannot be cached.
pub(super) fn check(func: &Func, errors: &mut Errors) {
    let sig = &func.sig;
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
}

/// The parameters by name.
pub(super) fn params(sig: &Signature, errors: &mut Errors) -> Vec<Param> {
    sig.inputs.iter().filter_map(|input| param(input, errors)).collect()
}

fn param(input: &FnArg, errors: &mut Errors) -> Option<Param> {
    let typed = match input {
        FnArg::Typed(typed) => typed,
        FnArg::Receiver(receiver) => {
            errors.at(
                receiver,
                "two instances would share entries: `self` must be in `key = ..` or in `skip(self)`, \
                 and methods come in a later version of cachekit; \
                 until then, cache a free function that takes what it needs",
            );
            return None;
        }
    };
    let name = match &*typed.pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => pat.ident.clone(),
        Pat::Wild(wild) => {
            errors.at(wild, "a parameter needs a name to be left out of the key; name it and write `skip(name)`");
            return None;
        }
        other => {
            errors.at(
                other,
                "a pattern cannot be part of the key; take the parameter by name and take it apart in the body",
            );
            return None;
        }
    };
    Some(Param { name, ty: (*typed.ty).clone() })
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
