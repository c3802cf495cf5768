//! The companion's items: what it needs, the site, the handle; its operations stand apart.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use crate::expand::{Shell, operations, spec, types};
use crate::paths::generated;
use crate::plan::{Branch, Codec, Mode, Placement, Protection};

/// The items of one branch.
pub(super) fn items(shell: &Shell<'_>, branch: &Branch, cfg: &TokenStream) -> TokenStream {
    let needs = needs(shell, branch, cfg);
    if let Placement::Body = shell.plan.placement {
        return needs;
    }
    let (head, silenced) = (shell.head(), &shell.plan.attrs.companion);
    let function = function(shell, branch);
    let (handle, parts) = (handle(shell, branch), shell.parts(branch));
    let asking = shell.asking(branch);
    let methods = match shell.plan.placement {
        Placement::Hidden => quote!(),
        Placement::Apart(_) => operations::without_body(shell, branch),
        _ => operations::all(shell, branch),
    };
    quote! {
        #needs

        #cfg
        #(#silenced)*
        #[allow(clippy::all, clippy::pedantic, clippy::nursery)]
        #head {
            #function
            #handle
            #parts
            #asking
            #methods
        }
    }
}

/// Fails to compile where a Cargo feature of cachekit is off that the branch needs.
fn needs(shell: &Shell<'_>, branch: &Branch, cfg: &TokenStream) -> TokenStream {
    let need = |at: &TokenStream, name: &str| {
        let private = shell.private_at(at.span());
        let name = format_ident!("needs_{name}", span = generated(at.span()));
        quote_spanned!(generated(at.span())=> #cfg #private::#name!();)
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
    let compress = if branch.set("compress").is_some() {
        need(&branch.compress_tokens, "compress")
    } else {
        quote!()
    };
    let keyed = branch.protection != Protection::Checksum || branch.on_tamper.is_some();
    let encrypt = if keyed { need(&branch.keyed_tokens, "encrypt") } else { quote!() };
    quote!(#mode #codec #compress #encrypt)
}

/// The constant that names the function to a runtime.
fn function(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let (private, vis) = (&shell.private, shell.vis());
    let ty = shell.paths.public("Function");
    let (spec, name) = (spec::spec(shell, branch), shell.named("SPEC"));
    let mentioned = if shell.turbofish.is_empty() { mention(shell) } else { quote!() };
    quote! {
        /// The function, as a runtime is told of it.
        #vis const #name: #ty = {
            static __SITE: #private::Site = #private::Site::new(#spec);
            #mentioned
            #ty::new(&__SITE)
        };
    }
}

/// Names the function: who uses the companion uses it, and the lint for dead code is told so.
fn mention(shell: &Shell<'_>) -> TokenStream {
    let (function, turbofish) = (&shell.plan.sig.ident, &shell.turbofish);
    let at = generated(function.span());
    // One that is deprecated is so to its callers, and not to us.
    if shell.plan.attrs.function.iter().any(|attr| attr.path().is_ident("deprecated")) {
        return quote!();
    }
    match &shell.plan.placement {
        Placement::Beside(_) => quote_spanned!(at=> let _ = #function #turbofish;),
        Placement::Block(_) => quote_spanned!(at=> let _ = Self::#function #turbofish;),
        Placement::Apart(_) | Placement::Hidden | Placement::Body => quote!(),
    }
}

fn handle(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let span = shell.plan.returns.ty.span();
    let private = shell.private_at(span);
    let (params, (_, _, bounds)) = (shell.params(), shell.plan.sig.generics.split_for_impl());
    let returned = &shell.plan.returns.ty;
    let [value, detailed] = [types::value(shell, branch), types::detailed(shell)];
    let tier = types::tier(shell, branch);
    let (name, spec) = (shell.named("__handle"), shell.spec(span));
    let mentioned = if shell.turbofish.is_empty() { quote!() } else { mention(shell) };
    let [generics, types] = [types::generics(shell), types::types(shell, branch)];
    // Known by what it does alone, so that a return type which cannot be cached is reported here,
    // once, and not again in every operation.
    let opaque = quote_spanned! {generated(span)=>
        impl #private::Shape<Return = #returned, Value = #value, Detailed = #detailed>
    };
    quote_spanned! {generated(span)=>
        #[doc(hidden)]
        #[inline(always)]
        fn #name #params () -> #private::Handle<#opaque, #tier, #generics> #bounds {
            #mentioned
            #private::Handle::<_, #tier, #generics>::new(#spec.site(), || #types)
        }
    }
}
