//! The types of a function as its door names them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{GenericParam, Type};

use crate::expand::Shell;
use crate::plan::{Branch, CacheErr, Codec, Kind};

/// The kind of return type: `OkOnly<SomeOnly<T>, E>`.
pub(super) fn shape(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let private = &shell.private;
    let returns = &shell.plan.returns;
    let ty = &returns.ty;
    let span = ty.span();
    let (ok, err) = result_parts(shell);
    let inside = if returns.kind.is_result() { ok } else { quote!(#ty) };
    let inner = if returns.kind.is_option() {
        let some = some_part(shell);
        if branch.cache_none {
            quote_spanned!(span=> #private::SomeOrNone<#some>)
        } else {
            quote_spanned!(span=> #private::SomeOnly<#some>)
        }
    } else {
        quote_spanned!(span=> #private::Whole<#inside>)
    };
    match (returns.kind.is_result(), &branch.cache_err) {
        (false, _) => inner,
        (true, None) => quote_spanned!(span=> #private::OkOnly<#inner, #err>),
        (true, Some(_)) => quote_spanned!(span=> #private::OkOrErr<#inner, #err>),
    }
}

/// What is cached, in the plainest words: the type that `prime` takes and `peek` returns.
pub(super) fn value(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let returns = &shell.plan.returns;
    let ty = &returns.ty;
    let (ok, err) = result_parts(shell);
    let inside = if returns.kind.is_result() { ok } else { quote!(#ty) };
    let value = match returns.kind {
        Kind::Option | Kind::ResultOption if !branch.cache_none => some_part(shell),
        _ => inside,
    };
    match (returns.kind.is_result(), &branch.cache_err) {
        (true, Some(_)) => quote!(::core::result::Result<#value, #err>),
        _ => value,
    }
}

/// What `detailed` returns.
pub(super) fn detailed(shell: &Shell<'_>) -> TokenStream {
    let answer = shell.paths.public("Answer");
    let ty = &shell.plan.returns.ty;
    if shell.plan.returns.kind.is_result() {
        let (ok, err) = result_parts(shell);
        quote!(::core::result::Result<#answer<#ok>, #err>)
    } else {
        quote!(#answer<#ty>)
    }
}

/// The types in `Ok` and `Err`: read off, or by projection where an alias hides them.
fn result_parts(shell: &Shell<'_>) -> (TokenStream, TokenStream) {
    let returns = &shell.plan.returns;
    if !returns.kind.is_result() {
        return (quote!(), quote!());
    }
    let (private, ty) = (&shell.private, &returns.ty);
    let span = ty.span();
    let read = |known: &Option<Type>, name: &str| match known {
        Some(known) => quote!(#known),
        None => {
            let name = Ident::new(name, Span::call_site());
            quote_spanned!(span=> <#ty as #private::AsResult>::#name)
        }
    };
    (read(&returns.ok, "Ok"), read(&returns.err, "Err"))
}

fn some_part(shell: &Shell<'_>) -> TokenStream {
    let returns = &shell.plan.returns;
    if let Some(some) = &returns.some {
        return quote!(#some);
    }
    let (private, ty) = (&shell.private, &returns.ty);
    let (ok, _) = result_parts(shell);
    let inside = if returns.kind.is_result() { ok } else { quote!(#ty) };
    quote_spanned!(ty.span()=> <#inside as #private::AsOption>::Some)
}

/// The function's own type and const parameters, as one type.
pub(super) fn generics(shell: &Shell<'_>) -> TokenStream {
    let private = &shell.private;
    let marks = shell.plan.sig.generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(param) => {
            let name = &param.ident;
            Some(quote_spanned!(name.span()=> ::core::marker::PhantomData<#name>))
        }
        GenericParam::Const(param) => {
            let (name, ty) = (&param.ident, &param.ty);
            Some(quote_spanned!(name.span()=> #private::consts::#ty<{ #name }>))
        }
        GenericParam::Lifetime(_) => None,
    });
    let marks: Vec<_> = marks.collect();
    if marks.is_empty() { quote!(()) } else { quote!((#(#marks,)*)) }
}

/// The door's marker: whether values are stored as bytes.
pub(super) fn tier(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let private = &shell.private;
    if branch.is_wired() { quote!(#private::Wired) } else { quote!(#private::Local) }
}

/// The expression of the function's `Types`.
pub(super) fn types(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let private = &shell.private;
    let ty = &shell.plan.returns.ty;
    let facts = facts(shell, branch);
    if !branch.is_wired() {
        return quote!(#private::Types::local(#facts));
    }
    let value = value(shell, branch);
    let codec = match branch.codec {
        Codec::Bincode => quote!(#private::Bincode),
        Codec::Postcard => quote!(#private::Postcard),
        Codec::Msgpack => quote!(#private::Msgpack),
    };
    let span = ty.span();
    let wired = match &branch.version {
        Some(version) => {
            quote_spanned!(span=> #private::wired!(#facts, #value, #codec, version = #version))
        }
        None => quote_spanned!(span=> #private::wired!(#facts, #value, #codec)),
    };
    wired
}

fn facts(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let private = &shell.private;
    let ty = &shell.plan.returns.ty;
    let (_, err) = result_parts(shell);
    let keep = match &branch.cache_err {
        None => quote!(()),
        Some(CacheErr::All) => quote!(|_| true),
        Some(CacheErr::Chosen(chosen)) => quote!(#chosen),
    };
    let refuse = if branch.mode == crate::plan::Mode::Strict {
        let span = err.span();
        quote_spanned! {span=>
            ::core::option::Option::Some(|error| {
                ::core::result::Result::Err(<#err as #private::Refusal>::refusal(error))
            })
        }
    } else {
        quote!(::core::option::Option::None)
    };
    quote! {
        #private::Facts {
            keep: #keep,
            refuse: #refuse,
            share: #private::share!(#ty),
        }
    }
}
