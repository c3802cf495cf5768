//! Recognises a function's kind of return type, by how it is written.

use proc_macro2::Span;
use quote::ToTokens as _;
use syn::{
    GenericArgument, Lifetime, PathArguments, ReturnType, Type, TypeParamBound, parse_quote,
};

use crate::ast::Func;
use crate::errors::Errors;
use crate::plan::{Kind, Returns, Stated};

use super::PRIMITIVES;
use super::signature::mentions;

/// Reads the return type; `stated` is what `returns = ".."` says.
pub(super) fn read(func: &Func, stated: Option<(Stated, Span)>, errors: &mut Errors) -> Returns {
    let ty = match (&func.boxed, &func.sig.output) {
        (Some(boxed), _) => boxed.output.clone(),
        (None, ReturnType::Default) => parse_quote!(()),
        (None, ReturnType::Type(_, ty)) => (**ty).clone(),
    };
    refuse(&ty, errors);
    let result = arguments(&ty, "Result");
    let ok = result.as_ref().and_then(|types| types.first().cloned());
    let err = result.as_ref().and_then(|types| types.get(1).cloned());
    let inner = ok.clone().filter(|_| result.is_some()).unwrap_or_else(|| ty.clone());
    let some = arguments(&inner, "Option").and_then(|types| types.first().cloned());
    if let (Some((stated, span)), Some(plain)) = (stated, plain(&ty))
        && stated != Stated::Value
    {
        errors.span(span, format!("{plain} is neither `Result` nor `Option`; remove `returns`"));
    }
    let kind = match stated.map(|(stated, _)| stated) {
        Some(Stated::Value) => Kind::Value,
        Some(Stated::Option) => Kind::Option,
        Some(Stated::Result) => Kind::Result,
        Some(Stated::ResultOption) => Kind::ResultOption,
        None => match (result.is_some(), some.is_some()) {
            (false, false) => Kind::Value,
            (false, true) => Kind::Option,
            (true, false) => Kind::Result,
            (true, true) => Kind::ResultOption,
        },
    };
    Returns { ty, kind, ok, err, some }
}

/// The type arguments of a path that ends in `name`.
fn arguments(ty: &Type, name: &str) -> Option<Vec<Type>> {
    let Type::Path(path) = peel(ty) else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return Some(Vec::new());
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    });
    Some(types.collect())
}

/// What a type is that cannot be an alias of another.
fn plain(ty: &Type) -> Option<String> {
    match peel(ty) {
        Type::Path(path) => {
            let name = path.path.get_ident()?;
            PRIMITIVES.iter().any(|primitive| name == primitive).then(|| format!("`{name}`"))
        }
        Type::Tuple(_) => Some("a tuple".to_owned()),
        Type::Array(_) => Some("an array".to_owned()),
        _ => None,
    }
}

/// A type without the parentheses and groups that macros leave around it.
fn peel(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => peel(&group.elem),
        Type::Paren(paren) => peel(&paren.elem),
        ty => ty,
    }
}

fn refuse(ty: &Type, errors: &mut Errors) {
    match peel(ty) {
        Type::ImplTrait(ty) => errors.at(
            ty,
            "a cached value needs a type that can be named; \
             return a concrete type, or `Box<dyn ..>` behind an `Arc`",
        ),
        Type::Never(ty) => errors.at(ty, "a function that never returns has nothing to cache"),
        Type::Infer(ty) => errors.at(ty, "a cached function states its return type"),
        ty if mentions(ty.to_token_stream(), "impl") => errors
            .at(ty, "a cached value needs a type that can be named; return a concrete type inside"),
        ty if borrows(ty) => errors.at(
            ty,
            "a cached value outlives the call, so it cannot borrow; \
             return an owned type, or an `Arc` of what is costly to clone",
        ),
        _ => {}
    }
}

/// Whether a type borrows for less than `'static`. What a function pointer or a closure trait
/// takes is not held by the value.
fn borrows(ty: &Type) -> bool {
    let brief = |lifetime: &Lifetime| lifetime.ident != "static";
    match peel(ty) {
        Type::Reference(reference) => {
            reference.lifetime.as_ref().is_none_or(brief) || borrows(&reference.elem)
        }
        Type::Path(path) => path.path.segments.iter().any(|segment| match &segment.arguments {
            PathArguments::AngleBracketed(arguments) => {
                arguments.args.iter().any(|argument| match argument {
                    GenericArgument::Lifetime(lifetime) => brief(lifetime),
                    GenericArgument::Type(ty) => borrows(ty),
                    _ => false,
                })
            }
            _ => false,
        }),
        Type::TraitObject(object) => object
            .bounds
            .iter()
            .any(|bound| matches!(bound, TypeParamBound::Lifetime(lifetime) if brief(lifetime))),
        Type::Tuple(tuple) => tuple.elems.iter().any(borrows),
        Type::Array(array) => borrows(&array.elem),
        Type::Slice(slice) => borrows(&slice.elem),
        _ => false,
    }
}
