//! Recognises a function's kind of return type, by how it is written.

use proc_macro2::{Ident, Span};
use quote::ToTokens as _;
use syn::{
    GenericArgument, Lifetime, PathArguments, ReturnType, Type, TypeParamBound, parse_quote,
};

use crate::ast::Func;
use crate::errors::Errors;
use crate::plan::{Alias, Kind, Owner, Returns, Stated};

use super::PRIMITIVES;
use super::tokens::mentions;

/// Reads the return type; `stated` is what `returns = ".."` says.
pub(super) fn read(
    func: &Func,
    owner: &Owner,
    stated: Option<(Stated, Span)>,
    errors: &mut Errors,
) -> Returns {
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
    let alias = if stated.is_some() || kind.is_option() {
        Alias::Known
    } else {
        behind(&inner, func, owner, kind, errors)
    };
    Returns { ty, kind, ok, err, some, alias }
}

/// Types of the standard library that nobody means something else by.
const STANDARD: &[&str] = &[
    "String",
    "Vec",
    "VecDeque",
    "Box",
    "Arc",
    "Rc",
    "Cow",
    "HashMap",
    "HashSet",
    "BTreeMap",
    "BTreeSet",
    "PathBuf",
    "Duration",
    "Instant",
    "SystemTime",
];

/// What may be behind a type that is cached as a whole because of how it is written.
fn behind(ty: &Type, func: &Func, owner: &Owner, kind: Kind, errors: &mut Errors) -> Alias {
    let Type::Path(path) = peel(ty) else { return Alias::Known };
    let last = path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    if plain(ty).is_some() || STANDARD.contains(&&*last) || path.path.is_ident("Self") {
        return Alias::Known;
    }
    let block = match owner {
        Owner::Block(block) => Some(&block.generics),
        Owner::Nobody | Owner::Unseen => None,
    };
    let generics = [Some(&func.sig.generics), block].into_iter().flatten();
    let params: Vec<_> = generics.flat_map(|generics| generics.type_params()).collect();
    let is_param = |name: &Ident| params.iter().any(|param| param.ident == *name);
    let first = path.path.segments.first().map(|first| &first.ident);
    let of_param = path.qself.is_some() || path.path.segments.len() > 1;
    let is_opaque = match &path.qself {
        Some(of) => {
            params.iter().any(|param| mentions(of.ty.to_token_stream(), &param.ident.to_string()))
        }
        None => first.is_some_and(is_param),
    };
    if is_opaque && kind == Kind::Value {
        let what = if of_param { "an associated type of a parameter" } else { "a parameter" };
        errors.at(
            ty,
            format!(
                "this return type is {what}, which may be a `Result` or an `Option`; say what to \
                 cache: `returns = \"value\"` (whatever it is), `\"option\"`, `\"result\"` or \
                 `\"result_option\"`"
            ),
        );
        return Alias::Known;
    }
    let lifetimes = func.sig.generics.lifetimes().next().is_some();
    let tokens = || ty.to_token_stream();
    let is_generic = matches!(owner, Owner::Unseen)
        || lifetimes
        || params.iter().any(|param| mentions(tokens(), &param.ident.to_string()))
        || (block.is_some_and(|block| !block.params.is_empty()) && mentions(tokens(), "Self"));
    match (is_opaque, is_generic || kind.is_result()) {
        // What `Ok` holds of a parameter is the caller's own.
        (true, _) => Alias::Known,
        (false, true) => Alias::Checked,
        (false, false) => Alias::Asked,
    }
}

/// The type arguments of a path that ends in `name`.
pub(super) fn arguments(ty: &Type, name: &str) -> Option<Vec<Type>> {
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
        ty if is_future(ty) => errors.at(
            ty,
            "a future runs once, so that it is no value to cache; write `async fn` with what it ends \
             in, which may call itself: where `#[async_recursion]` wrote this, remove that",
        ),
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

/// Whether this is `impl Future`, or a boxed one.
fn is_future(ty: &Type) -> bool {
    let named = |path: &syn::Path| path.segments.last().map(|last| last.ident.to_string());
    let is = |bound: &TypeParamBound| matches!(bound, TypeParamBound::Trait(bound) if named(&bound.path).is_some_and(|name| name == "Future"));
    match peel(ty) {
        Type::ImplTrait(ty) => ty.bounds.iter().any(is),
        Type::TraitObject(ty) => ty.bounds.iter().any(is),
        Type::Path(path) => match named(&path.path).as_deref() {
            Some("BoxFuture" | "LocalBoxFuture") => true,
            Some(name @ ("Pin" | "Box")) => {
                arguments(ty, name).is_some_and(|types| types.iter().any(is_future))
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether a type borrows for less than `'static`. What a function pointer or a closure trait
/// takes is not held by the value.
pub(super) fn borrows(ty: &Type) -> bool {
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
