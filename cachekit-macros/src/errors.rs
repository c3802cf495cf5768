//! Errors: every mistake of an attribute, each at its own tokens; cannot be forgotten.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// The mistakes found so far.
///
/// # Panics
///
/// When dropped without [`Errors::finish`]: a mistake that nobody reports would compile.
pub(crate) struct Errors {
    found: Vec<syn::Error>,
    finished: bool,
}

impl Errors {
    pub(crate) fn new() -> Self {
        Self { found: Vec::new(), finished: false }
    }

    /// Adds a mistake at tokens; all of them are underlined.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl Into<String>) {
        self.add(syn::Error::new_spanned(tokens, message.into()));
    }

    /// Adds a mistake at a span.
    pub(crate) fn span(&mut self, span: Span, message: impl Into<String>) {
        self.add(syn::Error::new(span, message.into()));
    }

    /// Adds a mistake that parsing found.
    pub(crate) fn add(&mut self, error: syn::Error) {
        self.found.push(error);
    }

    /// Adds the mistakes of a part.
    pub(crate) fn absorb(&mut self, mut part: Self) {
        self.found.append(&mut part.found);
        part.finished = true;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The mistakes as `compile_error!`s.
    pub(crate) fn finish(mut self) -> TokenStream {
        self.finished = true;
        self.found.iter().map(syn::Error::to_compile_error).collect()
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        assert!(self.finished || std::thread::panicking(), "errors were dropped unread");
    }
}

/// An attribute of another crate: what to write instead, beside what it stands on.
pub(crate) fn renamed(message: &str, mut item: TokenStream) -> TokenStream {
    item.extend(syn::Error::new(Span::call_site(), message).to_compile_error());
    item
}
