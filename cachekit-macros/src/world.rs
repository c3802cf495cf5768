//! The attribute of a test that runs in a world of its own.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{ItemFn, ReturnType};

use crate::errors::Errors;
use crate::paths::Paths;

/// Expands `#[cachekit::test]`.
pub(crate) fn test(attr: &TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let Ok(function) = syn::parse2::<ItemFn>(item.clone()) else {
        errors.at(item, "`#[cachekit::test]` stands on a test function");
        let errors = errors.finish();
        return quote!(#errors #item);
    };
    if !attr.is_empty() {
        errors.at(attr, "`#[cachekit::test]` takes nothing; a world's seed is `World::seeded(7)`");
    }
    if !function.sig.inputs.is_empty() {
        errors.at(&function.sig.inputs, "a test takes no parameters");
    }
    let errors = errors.finish();
    let expanded = expand(function);
    quote!(#errors #expanded)
}

fn expand(function: ItemFn) -> TokenStream {
    let ItemFn { attrs, vis, mut sig, block, .. } = function;
    let testing = Paths::new(None).public("testing");
    let returns = match &sig.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => quote!(#ty),
    };
    // Another attribute may run the test: that of an executor, or the standard one.
    let is_run = attrs.iter().any(|attr| {
        attr.path().segments.last().is_some_and(|last| last.ident == "test" || last.ident == "case")
    });
    let at = Span::mixed_site();
    let body = match (sig.asyncness.is_some(), is_run) {
        (false, _) => quote_spanned!(at=> #testing::world(|| -> #returns #block)),
        (true, true) => {
            let test = async_block(&returns, &quote!(#block));
            quote_spanned!(at=> #testing::World::new().within(#test).await)
        }
        (true, false) => {
            sig.asyncness = None;
            let test = async_block(&returns, &quote!(#block));
            quote_spanned!(at=> #testing::world_of(#test))
        }
    };
    let test = Ident::new("test", Span::call_site());
    let run = if is_run { quote!() } else { quote!(#[::core::prelude::v1::#test]) };
    quote! {
        #run
        #(#attrs)*
        #vis #sig {
            #body
        }
    }
}

/// The body as a future whose output is stated, so that `?` knows what it returns.
fn async_block(returns: &TokenStream, block: &TokenStream) -> TokenStream {
    let at = Span::mixed_site();
    quote_spanned! {at=>
        async move {
            if let ::core::option::Option::Some(returned) = ::core::option::Option::None::<#returns> {
                return returned;
            }
            let returned: #returns = #block;
            returned
        }
    }
}
