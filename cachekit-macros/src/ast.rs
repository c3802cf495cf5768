//! The user's words: options with their spans, and functions whose bodies are not parsed.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Attribute, Expr, ItemImpl, LitStr, Signature, Type, Visibility};

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
    /// `(a, b)` behind `skip`.
    Names(Vec<Ident>),
    /// Parentheses behind an option that takes none.
    Parens,
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
    /// What is left of an `async fn` that another macro has made return a box.
    pub(crate) boxed: Option<Boxed>,
}

/// `Box::pin(async move { .. })`, all that stands in a function's body.
pub(crate) struct Boxed {
    /// What boxes the future.
    pub(crate) call: Expr,
    /// What the future ends in.
    pub(crate) output: Type,
    /// The future's own braces and what is between them.
    pub(crate) body: TokenStream,
}

/// An `impl` block.
pub(crate) struct Block {
    /// All of it but what its braces hold.
    pub(crate) header: ItemImpl,
    pub(crate) inner: Vec<Attribute>,
    pub(crate) members: Vec<Member>,
}

/// What an `impl` block holds.
pub(crate) enum Member {
    /// A function with its `#[cached(..)]`, and the rest of it as written.
    Cached { attr: Box<Attr>, func: Box<Func>, written: TokenStream },
    /// Another item, a function's name where it is one, or all that does not parse.
    Other { name: Option<Ident>, written: TokenStream },
    /// An item that cannot be cached, and why.
    Misplaced { error: syn::Error, written: TokenStream },
}

/// What the attribute stands on.
pub(crate) enum Item {
    Func(Box<Func>),
    Impl(Box<Block>),
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
