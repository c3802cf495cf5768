//! Every path that generated code names.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

/// The paths under the crate's own, or the one that `crate = ..` names.
pub(crate) struct Paths {
    root: TokenStream,
}

impl Paths {
    pub(crate) fn new(root: Option<&syn::Path>) -> Self {
        match root {
            Some(root) => Self { root: quote!(#root) },
            None => Self { root: quote_spanned!(Span::mixed_site()=> ::cachekit) },
        }
    }

    /// A public item of the crate.
    pub(crate) fn public(&self, name: &str) -> TokenStream {
        let (root, name) = (&self.root, Ident::new(name, Span::call_site()));
        quote!(#root::#name)
    }

    /// Where everything else is that generated code needs.
    pub(crate) fn private(&self) -> TokenStream {
        let root = &self.root;
        quote_spanned!(Span::mixed_site()=> #root::__private)
    }

    /// The same, so that what the compiler says of it points at `span`.
    pub(crate) fn private_at(&self, span: Span) -> TokenStream {
        at(self.private(), span)
    }
}

/// Generated code that points at `span`: found there by messages, and no user's code to lints.
pub(crate) fn generated(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}

fn at(tokens: TokenStream, span: Span) -> TokenStream {
    let moved = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            let mut moved = Group::new(group.delimiter(), at(group.stream(), span));
            moved.set_span(group.span().located_at(span));
            TokenTree::Group(moved)
        }
        mut token => {
            token.set_span(token.span().located_at(span));
            token
        }
    });
    moved.collect()
}
