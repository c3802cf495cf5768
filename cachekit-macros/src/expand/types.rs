//! The types of a function as its handle names them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, GenericParam, Type};

use crate::expand::Shell;
use crate::paths::generated;
use crate::plan::{Alias, Branch, CacheErr, Codec, Kind, Mode};

/// The kind of return type: `OkOnly<SomeOnly<T>, E>`.
fn shape(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    if let Some(usual) = usual(shell, "UsualShape") {
        return usual;
    }
    let returns = &shell.plan.returns;
    let ty = &returns.ty;
    let (private, span) = (shell.private_at(ty.span()), generated(ty.span()));
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
    if let Some(usual) = usual(shell, "UsualValue") {
        return usual;
    }
    let returns = &shell.plan.returns;
    let ty = &returns.ty;
    let (ok, err) = result_parts(shell);
    let inside = if returns.kind.is_result() { ok } else { quote!(#ty) };
    let value = match returns.kind {
        Kind::Option | Kind::ResultOption if !branch.cache_none => some_part(shell),
        _ => inside,
    };
    match (returns.kind.is_result(), &branch.cache_err) {
        (true, Some(_)) => {
            quote_spanned!(generated(ty.span())=> ::core::result::Result<#value, #err>)
        }
        _ => value,
    }
}

/// What `detailed` returns.
pub(super) fn detailed(shell: &Shell<'_>) -> TokenStream {
    if let Some(usual) = usual(shell, "UsualAnswer") {
        return usual;
    }
    let answer = shell.paths.public("Answer");
    let ty = &shell.plan.returns.ty;
    if shell.plan.returns.kind.is_result() {
        let (ok, err) = result_parts(shell);
        quote_spanned!(generated(ty.span())=> ::core::result::Result<#answer<#ok>, #err>)
    } else {
        quote!(#answer<#ty>)
    }
}

/// What is cached by default of a type that the compiler is asked about.
fn usual(shell: &Shell<'_>, what: &str) -> Option<TokenStream> {
    let Alias::Asked = shell.plan.returns.alias else { return None };
    let ty = &shell.plan.returns.ty;
    let (private, span) = (shell.private_at(ty.span()), generated(ty.span()));
    let what = Ident::new(what, Span::call_site());
    Some(quote_spanned!(span=> #private::#what<#ty, { #private::kind!(#ty) }>))
}

/// The types in `Ok` and `Err`: read off, or by projection where an alias hides them.
fn result_parts(shell: &Shell<'_>) -> (TokenStream, TokenStream) {
    let returns = &shell.plan.returns;
    if !returns.kind.is_result() {
        return (quote!(), quote!());
    }
    let ty = &returns.ty;
    let (private, span) = (shell.private_at(ty.span()), generated(ty.span()));
    let read = |known: &Option<Type>, name: &str| {
        if let Some(known) = known {
            return quote!(#known);
        }
        let name = Ident::new(name, Span::call_site());
        quote_spanned!(span=> <#ty as #private::AsResult>::#name)
    };
    (read(&returns.ok, "Ok"), read(&returns.err, "Err"))
}

fn some_part(shell: &Shell<'_>) -> TokenStream {
    let returns = &shell.plan.returns;
    if let Some(some) = &returns.some {
        return quote!(#some);
    }
    let ty = &returns.ty;
    let (private, span) = (shell.private_at(ty.span()), generated(ty.span()));
    let (ok, _) = result_parts(shell);
    let inside = if returns.kind.is_result() { ok } else { quote!(#ty) };
    quote_spanned!(span=> <#inside as #private::AsOption>::Some)
}

/// The type and const parameters of the function, and of its `impl`, as one type.
pub(super) fn generics(shell: &Shell<'_>) -> TokenStream {
    let private = &shell.private;
    let marks = shell.generics().filter_map(|param| match param {
        GenericParam::Type(param) => {
            let name = &param.ident;
            Some(quote_spanned!(generated(name.span())=> ::core::marker::PhantomData<#name>))
        }
        GenericParam::Const(param) => {
            let (name, ty) = (&param.ident, &param.ty);
            Some(quote_spanned!(generated(name.span())=> #private::consts::#ty<{ #name }>))
        }
        GenericParam::Lifetime(_) => None,
    });
    let marks: Vec<_> = marks.collect();
    if marks.is_empty() { quote!(()) } else { quote!((#(#marks,)*)) }
}

/// The handle's marker: whether values are stored as bytes.
pub(super) fn tier(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let private = &shell.private;
    if branch.is_wired() { quote!(#private::Wired) } else { quote!(#private::Local) }
}

/// The expression of the function's `Types`.
pub(super) fn types(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let ty = &shell.plan.returns.ty;
    let (private, span) = (shell.private_at(ty.span()), generated(ty.span()));
    let facts = facts(shell, branch);
    let facts = match &shell.plan.returns.alias {
        Alias::Checked => {
            let whole = match result_parts(shell).0 {
                none if none.is_empty() => quote!(#ty),
                ok => ok,
            };
            let at = generated(whole.span());
            let checked = quote_spanned!(at=> #private::whole_or_refused!(#whole));
            quote_spanned!(span=> { #checked; #facts })
        }
        Alias::Known | Alias::Asked => facts,
    };
    if !branch.is_wired() {
        return quote_spanned!(span=> #private::Types::local(#facts));
    }
    let value = value(shell, branch);
    let codec = match branch.codec {
        Codec::Bincode => quote!(#private::Bincode),
        Codec::Postcard => quote!(#private::Postcard),
        Codec::Msgpack => quote!(#private::Msgpack),
    };
    let version = branch.version.as_ref().map(|version| quote!(, version = #version));
    quote_spanned! {span=>
        #private::Types::wired(#facts, #private::wiring!(#value, #codec #version))
    }
}

fn facts(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let ty = &shell.plan.returns.ty;
    let (private, span) = (shell.private_at(ty.span()), generated(ty.span()));
    let (shape, (_, err)) = (shape(shell, branch), result_parts(shell));
    let keep = match &branch.cache_err {
        None => quote!(()),
        Some(CacheErr::All) => quote!(|_| true),
        Some(CacheErr::Chosen(chosen)) => quote!(#chosen),
    };
    // The error is named where it is written; all around it stays with the type, where a value that
    // cannot be cached has been reported.
    let refuse = if branch.mode == Mode::Strict || branch.raises() {
        let (private, at) = (shell.private_at(err.span()), generated(err.span()));
        let refuse = quote_spanned!(at=> #private::refuse::<_, #err>);
        quote_spanned!(span=> ::core::option::Option::Some(#refuse))
    } else {
        quote!(::core::option::Option::None)
    };
    let cache_if = asked(branch.cache_if.as_ref());
    let measure = measure(shell, branch);
    quote_spanned! {span=>
        #private::Facts::<#shape> {
            keep: #keep,
            refuse: #refuse,
            share: #private::share!(#ty),
            cache_if: #cache_if,
            measure: #measure,
        }
    }
}

/// What is asked of the values that are cached.
fn measure(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let ty = &shell.plan.returns.ty;
    let (private, span) = (shell.private_at(ty.span()), generated(ty.span()));
    if branch.ttl_of.is_none() && branch.weigh.is_none() {
        return quote_spanned!(span=> #private::PerValue::NONE);
    }
    let [ttl_of, weigh] = [&branch.ttl_of, &branch.weigh].map(|chosen| asked(chosen.as_ref()));
    quote!(#private::PerValue { ttl_of: #ttl_of, weigh: #weigh })
}

fn asked(chosen: Option<&Expr>) -> TokenStream {
    chosen.map_or_else(
        || quote!(::core::option::Option::None),
        |chosen| quote_spanned!(generated(chosen.span())=> ::core::option::Option::Some(#chosen)),
    )
}
