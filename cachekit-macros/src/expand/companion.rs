//! The companion's items: the site, the door, and an operation a method.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use crate::expand::{Around, Shell, spec, types};
use crate::plan::{Branch, Codec, Companion, Mode};

/// The items of one branch.
pub(super) fn items(shell: &Shell<'_>, branch: &Branch, cfg: &TokenStream) -> TokenStream {
    let companion = &shell.companion;
    let needs = needs(shell, branch, cfg);
    let function = function(shell, branch);
    let door = door(shell, branch);
    let methods = match shell.plan.companion {
        Companion::Named(_) => methods(shell, branch),
        Companion::Hidden => quote!(),
    };
    quote! {
        #needs

        #cfg
        #[allow(dead_code, unused_qualifications, clippy::all, clippy::pedantic, clippy::nursery)]
        impl #companion {
            #function
            #door
            #methods
        }
    }
}

/// Fails to compile where a Cargo feature of cachekit is off that the branch needs.
fn needs(shell: &Shell<'_>, branch: &Branch, cfg: &TokenStream) -> TokenStream {
    let private = &shell.private;
    let need = |at: &TokenStream, name: &str| {
        let name = format_ident!("needs_{name}", span = Span::call_site());
        quote_spanned!(at.span()=> #cfg #private::#name!();)
    };
    let mode = match branch.mode {
        Mode::Local => need(&branch.mode_tokens, "local"),
        Mode::Strict => need(&branch.mode_tokens, "strict"),
        Mode::Degraded => need(&branch.mode_tokens, "degraded"),
    };
    let codec = match branch.codec {
        _ if !branch.is_wired() => quote!(),
        Codec::Bincode => need(&branch.codec_tokens, "bincode"),
        Codec::Postcard => need(&branch.codec_tokens, "postcard"),
        Codec::Msgpack => need(&branch.codec_tokens, "msgpack"),
    };
    let compress = if branch.compress { need(&branch.mode_tokens, "compress") } else { quote!() };
    quote!(#mode #codec #compress)
}

/// The constant that names the function to a runtime.
fn function(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let (private, vis) = (&shell.private, visibility(shell));
    let ty = shell.paths.public("Function");
    let spec = spec::spec(shell, branch);
    quote! {
        /// The function, as a runtime is told of it.
        #vis const SPEC: #ty = {
            static SITE: #private::Site = #private::Site::new(#spec);
            #ty::new(&SITE)
        };
    }
}

fn door(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let private = &shell.private;
    let (params, _, bounds) = shell.plan.sig.generics.split_for_impl();
    let shape = types::shape(shell, branch);
    let tier = types::tier(shell, branch);
    let generics = types::generics(shell);
    let types = types::types(shell, branch);
    quote! {
        #[doc(hidden)]
        #[inline(always)]
        fn __door #params () -> #private::Door<#shape, #tier, #generics> #bounds {
            #private::Door::new(Self::SPEC.site(), || #types)
        }
    }
}

fn methods(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let keyed = keyed(shell, branch);
    let whole = whole(shell);
    let key = if branch.is_remote() { key(shell, branch) } else { quote!() };
    quote!(#keyed #whole #key)
}

/// The operations on one key.
fn keyed(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let function = &shell.plan.sig.ident;
    let value = types::value(shell, branch);
    let detailed = types::detailed(shell);
    let returned = &shell.plan.returns.ty;
    let [error, invalidated] = ["Error", "Invalidated"].map(|name| shell.paths.public(name));
    let result = |ok: TokenStream| quote!(::core::result::Result<#ok, #error>);
    let option = quote!(::core::option::Option<#value>);
    let told = shell.lookup(branch, &format_ident!("hit_told"), "blocking_told", "future_told");
    let private = &shell.private;
    let miss = Ident::new("miss", Span::mixed_site());
    let nothing = quote!();
    let refresh = quote!(#private::refresh);
    let refresh = shell.with_args(branch, &refresh, &door_ref(shell), (&nothing, Around::Nothing));
    let rest = shell.rest("blocking", "future");
    let changed = quote_spanned!(Span::mixed_site()=> change);
    let primed = quote_spanned!(Span::mixed_site()=> value);
    let items = [
        method(
            shell,
            "detailed",
            &detailed,
            &quote!(),
            &told,
            &format!(" As [`{function}()`], with the story of where the value came from."),
        ),
        method(
            shell,
            "refresh",
            &quote!(#returned),
            &quote!(),
            &quote!(let #miss = #refresh; #rest),
            " Runs the body and puts its value in the entry's place.",
        ),
        method(
            shell,
            "peek",
            &result(option.clone()),
            &quote!(),
            &operation(shell, branch, "peek", &quote!()),
            " The value that a call would be served, if it is there; never runs the body.",
        ),
        method(
            shell,
            "invalidate",
            &result(invalidated.clone()),
            &quote!(),
            &operation(shell, branch, "invalidate", &quote!()),
            " Removes the entry everywhere, and keeps computations in flight from bringing it back.",
        ),
        method(
            shell,
            "prime",
            &result(invalidated),
            &quote!(#primed: #value),
            &operation(shell, branch, "prime", &quote!(, #primed)),
            " Puts a value in the entry's place, and revokes computations in flight.",
        ),
        method(
            shell,
            "update",
            &result(option),
            &quote!(#changed: impl ::core::ops::FnMut(&mut #value)),
            &operation(shell, branch, "update", &quote!(, #changed)),
            " Changes the value that is there, atomically; `Ok(None)` if none is. \
              May be called several times: what it does beside changing the value is done as often.",
        ),
    ];
    quote!(#(#items)*)
}

/// One method with the function's own parameters.
fn method(
    shell: &Shell<'_>,
    name: &str,
    returns: &TokenStream,
    more: &TokenStream,
    body: &TokenStream,
    doc: &str,
) -> TokenStream {
    let vis = visibility(shell);
    let mut sig = shell.signature(&Ident::new(name, Span::call_site()));
    sig.output = syn::parse_quote!(-> #returns);
    if !more.is_empty() {
        sig.inputs.push(syn::parse_quote!(#more));
    }
    quote! {
        #[doc = #doc]
        #vis #sig {
            #body
        }
    }
}

/// Performs an operation on the entry: awaited in async functions, waited for in others.
fn operation(shell: &Shell<'_>, branch: &Branch, name: &str, extra: &TokenStream) -> TokenStream {
    let (private, door) = (&shell.private, shell.door());
    let name = Ident::new(name, Span::call_site());
    let around = if shell.plan.sig.asyncness.is_some() { Around::Await } else { Around::Wait };
    shell.with_args(branch, &quote!(#private::#name), &door, (extra, around))
}

/// The operations on all of the function's entries.
fn whole(shell: &Shell<'_>) -> TokenStream {
    let (private, vis) = (&shell.private, visibility(shell));
    let [error, invalidated, stats, tenant] =
        ["Error", "Invalidated", "Stats", "Tenant"].map(|name| shell.paths.public(name));
    let asyncness = &shell.plan.sig.asyncness;
    let run = |operation: TokenStream| match asyncness {
        Some(_) => quote!(#operation.await),
        None => quote!(#private::wait(#operation)),
    };
    let all = run(quote!(#private::invalidate_all(Self::SPEC)));
    let one = run(quote!(#private::invalidate_tenant(Self::SPEC, tenant)));
    quote! {
        /// Removes every entry of the function, whoever wrote it, and keeps computations in
        /// flight from bringing them back.
        #vis #asyncness fn invalidate_all() -> ::core::result::Result<#invalidated, #error> {
            #all
        }

        /// Removes every entry of one tenant of the function, whoever wrote it.
        #vis #asyncness fn invalidate_tenant(
            tenant: &(impl #tenant + ?::core::marker::Sized),
        ) -> ::core::result::Result<#invalidated, #error> {
            #one
        }

        /// What the function's calls came to.
        #vis fn stats() -> #stats {
            Self::SPEC.stats()
        }
    }
}

/// The entry's key in L2.
fn key(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let (private, vis) = (&shell.private, visibility(shell));
    let mut sig = shell.signature(&Ident::new("key", Span::call_site()));
    sig.asyncness = None;
    sig.output = syn::parse_quote!(-> ::std::string::String);
    let (key, nothing) = (quote!(#private::key), quote!());
    let key = shell.with_args(branch, &key, &door_ref(shell), (&nothing, Around::Nothing));
    quote! {
        /// The key of the entry in L2. It holds no argument's text.
        #vis #sig {
            #key
        }
    }
}

fn door_ref(shell: &Shell<'_>) -> TokenStream {
    let door = shell.door();
    quote!(&#door)
}

/// The companion's items are as visible as the function; inside it, they need no more.
fn visibility<'a>(shell: &Shell<'a>) -> &'a syn::Visibility {
    &shell.plan.vis
}
