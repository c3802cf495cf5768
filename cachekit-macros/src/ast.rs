//! What the user wrote: options with their spans, and a function whose body is not parsed.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Attribute, Expr, LitStr, Signature, Token, Visibility};

/// The options of an attribute, in the order they were written.
#[derive(Default)]
pub(crate) struct Attr {
    pub(crate) options: Vec<Opt>,
    /// Syntax errors, one an option.
    pub(crate) broken: Vec<syn::Error>,
}

/// One option.
pub(crate) struct Opt {
    pub(crate) name: Ident,
    pub(crate) value: Value,
}

/// What stands behind an option's name.
pub(crate) enum Value {
    /// Nothing: `cache_none`.
    Flag,
    /// `= expr`.
    Is(Expr),
    /// `(a, b)`.
    Names(Vec<Ident>),
    /// `(feature = "..", options)`.
    When(When),
}

/// `when(feature = "..", options)`.
pub(crate) struct When {
    pub(crate) feature: Option<LitStr>,
    pub(crate) attr: Attr,
}

/// The annotated function.
pub(crate) struct Func {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// The braces and what is between them, as written: a half-typed body still expands.
    pub(crate) body: TokenStream,
}

/// What the attribute stands on.
pub(crate) enum Item {
    Func(Box<Func>),
    /// An `impl` block; the span of its keyword.
    Impl(Token![impl]),
    /// Something else, and why it cannot be cached.
    Other(syn::Error),
}

impl Opt {
    pub(crate) fn span(&self) -> Span {
        self.name.span()
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.name == name
    }
}
