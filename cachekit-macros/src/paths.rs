//! Every path that generated code names.

use proc_macro2::TokenStream;
use quote::quote;

/// The paths under the crate's own, or the one that `crate = ..` names.
pub(crate) struct Paths {
    root: TokenStream,
}

impl Paths {
    pub(crate) fn new(root: Option<&syn::Path>) -> Self {
        match root {
            Some(root) => Self { root: quote!(#root) },
            None => Self { root: quote!(::cachekit) },
        }
    }

    /// A public item of the crate.
    pub(crate) fn public(&self, name: &str) -> TokenStream {
        let (root, name) = (&self.root, syn::Ident::new(name, proc_macro2::Span::call_site()));
        quote!(#root::#name)
    }

    /// Where everything else is that generated code needs.
    pub(crate) fn private(&self) -> TokenStream {
        let root = &self.root;
        quote!(#root::__private)
    }
}
