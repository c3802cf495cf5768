//! The companion's operations, a method each.
//!
//! All are inline, so that none costs machine code in a crate that does not call it.

mod warm;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Signature;

use crate::expand::{Shell, types};
use crate::plan::Branch;

/// All of them.
pub(super) fn all(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let (calls, warm) = (calls(shell, branch), warm::warm(shell, branch));
    let without_body = without_body(shell, branch);
    quote!(#calls #without_body #warm)
}

/// Those that run no body.
pub(super) fn without_body(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let (entry, whole) = (entry(shell, branch), whole(shell, branch));
    let key = if branch.is_remote() { key(shell, branch) } else { quote!() };
    quote!(#entry #whole #key)
}

/// The function called otherwise.
fn calls(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let (function, returned) = (shell.link(), &shell.plan.returns.ty);
    let detailed = Method {
        name: "detailed",
        doc: &format!(" As {function}, with the story of where the value came from."),
        takes: quote!(),
        returns: later(shell, types::detailed(shell)),
        body: shell.told(branch),
    };
    let refresh = Method {
        name: "refresh",
        doc: " Runs the body and puts its value in the entry's place.",
        takes: quote!(),
        returns: later(shell, quote!(#returned)),
        body: shell.anew(branch),
    };
    let sig = |name: &str| shell.companion_signature(&shell.named(name));
    [detailed, refresh].into_iter().map(|method| method.render(shell, &sig)).collect()
}

/// The operations on one entry.
fn entry(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let place = shell.place(branch);
    let value = types::value(shell, branch);
    let [error, invalidated] = ["Error", "Invalidated"].map(|name| shell.paths.public(name));
    let result = |ok: TokenStream| quote!(::core::result::Result<#ok, #error>);
    let option = quote!(::core::option::Option<#value>);
    let [primed, change] = ["value", "change"].map(|name| Ident::new(name, place));
    let peek = Method {
        name: "peek",
        doc: " The value that a call would be served, if it is there; never runs the body.",
        takes: quote!(),
        returns: asked(shell, &result(option.clone())),
        body: operation(shell, branch, &quote_spanned!(place=> peek())),
    };
    let invalidate = Method {
        name: "invalidate",
        doc: " Removes the entry everywhere, and keeps computations in flight from bringing it back.",
        takes: quote!(),
        returns: asked(shell, &result(invalidated.clone())),
        body: operation(shell, branch, &quote_spanned!(place=> invalidate())),
    };
    let prime = Method {
        name: "prime",
        doc: " Puts a value in the entry's place, and revokes computations in flight.",
        takes: quote!(#primed: #value),
        returns: asked(shell, &result(invalidated)),
        body: operation(shell, branch, &quote_spanned!(place=> prime(#primed))),
    };
    let updated = result(option);
    let update = Method {
        name: "update",
        doc: " Changes the value that is there, atomically; `Ok(None)` if none is. May be called \
              several times: what it does beside changing the value is done as often.",
        takes: quote!(#change: impl ::core::ops::FnMut(&mut #value)),
        returns: later(shell, updated),
        body: operation(shell, branch, &quote_spanned!(place=> update(#change))),
    };
    let at = shell.paths.public("At");
    let itself = Method {
        name: "at",
        doc: " The entry itself, for what is done with it rarely, or several times.",
        takes: quote!(),
        returns: quote!(#at<#value>),
        body: shell.ask(branch, "Itself", &quote!(false)),
    };
    let sig = |name: &str| shell.keyed_signature(branch, &shell.named(name));
    let methods = [itself, peek, invalidate, prime, update];
    methods.into_iter().map(|method| method.render(shell, &sig)).collect()
}

/// A method with parameters of the function's.
struct Method<'a> {
    name: &'a str,
    doc: &'a str,
    /// What it takes beside them.
    takes: TokenStream,
    returns: TokenStream,
    body: TokenStream,
}

impl Method<'_> {
    fn render(self, shell: &Shell<'_>, sig: &dyn Fn(&str) -> Signature) -> TokenStream {
        let Self { name, doc, takes, returns, body } = self;
        let (vis, mut sig) = (shell.vis(), sig(name));
        // A future of a type that has a name costs the compiler a fraction of a function's own.
        sig.asyncness = None;
        sig.output = syn::parse_quote!(-> #returns);
        if !takes.is_empty() {
            sig.inputs.push(syn::parse_quote!(#takes));
        }
        quote! {
            #[doc = #doc]
            #[inline]
            #vis #sig {
                #body
            }
        }
    }
}

/// What a method returns whose end nothing is known of but what comes of it.
fn later(shell: &Shell<'_>, comes: TokenStream) -> TokenStream {
    if !shell.is_async() {
        return comes;
    }
    quote!(impl ::core::future::Future<Output = #comes>)
}

/// What an operation returns: asked for in async functions, waited for in others.
fn asked(shell: &Shell<'_>, comes: &TokenStream) -> TokenStream {
    if !shell.is_async() {
        return comes.clone();
    }
    let asked = shell.paths.public("Asked");
    quote!(#asked<#comes>)
}

/// Performs an operation on the entry.
fn operation(shell: &Shell<'_>, branch: &Branch, operation: &TokenStream) -> TokenStream {
    let at = shell.place(branch);
    let itself = shell.ask(branch, "Itself", &quote!(false));
    ended(shell, at, &quote_spanned!(at=> #itself.#operation))
}

/// An operation's end: waited for, but in async functions.
fn ended(shell: &Shell<'_>, at: Span, operation: &TokenStream) -> TokenStream {
    if shell.is_async() {
        return operation.clone();
    }
    quote_spanned!(at=> #operation.wait())
}

/// The operations on all of the function's entries.
fn whole(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let (private, vis) = (&shell.private, shell.vis());
    let [error, invalidated, stats, tenant] =
        ["Error", "Invalidated", "Stats", "Tenant"].map(|name| shell.paths.public(name));
    let cleared = asked(shell, &quote!(::core::result::Result<#invalidated, #error>));
    let here = Span::call_site();
    let spec = shell.spec(here);
    let [clear, of, told] =
        ["invalidate_all", "invalidate_tenant", "stats"].map(|name| shell.named(name));
    let all = ended(shell, here, &quote!(#private::invalidate_all(#spec)));
    let one = ended(shell, here, &quote!(#private::invalidate_tenant(#spec, tenant)));
    // A function without tenants has no entries of one.
    let of_tenant = branch.tenant.is_some().then(|| {
        quote! {
            /// Removes every entry of one tenant of the function, whoever wrote it.
            #[inline]
            #vis fn #of(tenant: &(impl #tenant + ?::core::marker::Sized)) -> #cleared {
                #one
            }
        }
    });
    quote! {
        /// Removes every entry of the function, whoever wrote it, and keeps computations in
        /// flight from bringing them back.
        #[inline]
        #vis fn #clear() -> #cleared {
            #all
        }

        #of_tenant

        /// What the function's calls came to.
        #[inline]
        #vis fn #told() -> #stats {
            #spec.stats()
        }
    }
}

/// The entry's key in L2.
fn key(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let vis = shell.vis();
    let mut sig = shell.keyed_signature(branch, &shell.named("key"));
    sig.output = syn::parse_quote!(-> ::std::string::String);
    let at = shell.place(branch);
    let (private, itself) = (shell.private_at(at), shell.ask(branch, "Itself", &quote!(false)));
    let key = quote_spanned!(at=> #private::key(&#itself));
    quote! {
        /// The key of the entry in L2. It holds no argument's text.
        #[inline]
        #vis #sig {
            #key
        }
    }
}
