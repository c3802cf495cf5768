//! Plan: a function that can be expanded; validated, and free of syntax that it does not emit.

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, Expr, LitStr, Path, Signature, Type, Visibility};

/// A function that can be expanded.
pub(crate) struct Plan {
    /// The attributes that stay with the function.
    pub(crate) attrs: Vec<Attribute>,
    /// The lint levels that the body needs too.
    pub(crate) lints: Vec<Attribute>,
    pub(crate) vis: Visibility,
    /// The signature as written, which the body keeps.
    pub(crate) sig: Signature,
    pub(crate) body: TokenStream,
    pub(crate) params: Vec<Param>,
    pub(crate) returns: Returns,
    pub(crate) companion: Companion,
    pub(crate) root: Option<Path>,
    /// The function's options, and those that apply instead where a feature of the user's crate
    /// is on.
    pub(crate) branches: Branches,
}

/// One parameter.
pub(crate) struct Param {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
}

/// What the function returns.
pub(crate) struct Returns {
    /// The type behind the arrow, `()` where there is none.
    pub(crate) ty: Type,
    pub(crate) kind: Kind,
    /// The type in `Ok`, and the type in `Some`, where they can be read off.
    pub(crate) ok: Option<Type>,
    pub(crate) err: Option<Type>,
    pub(crate) some: Option<Type>,
}

/// A kind of return type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Value,
    Option,
    Result,
    ResultOption,
}

impl Kind {
    pub(crate) fn is_result(self) -> bool {
        matches!(self, Self::Result | Self::ResultOption)
    }

    pub(crate) fn is_option(self) -> bool {
        matches!(self, Self::Option | Self::ResultOption)
    }
}

/// The companion's name, or that there is none.
pub(crate) enum Companion {
    Named(Ident),
    Hidden,
}

/// One set of options, or two between which a feature of the user's crate decides.
pub(crate) enum Branches {
    One(Branch),
    Two { feature: LitStr, on: Branch, off: Branch },
}

/// One set of options.
pub(crate) struct Branch {
    pub(crate) mode: Mode,
    pub(crate) mode_tokens: TokenStream,
    pub(crate) ttl: Option<Life>,
    pub(crate) negative_ttl: Option<Life>,
    pub(crate) wait: Option<Life>,
    pub(crate) max_size: Option<Expr>,
    pub(crate) key: Key,
    pub(crate) tenant: Option<Expr>,
    pub(crate) name: Option<LitStr>,
    pub(crate) namespace: Option<LitStr>,
    pub(crate) version: Option<Expr>,
    pub(crate) cache_err: Option<CacheErr>,
    pub(crate) cache_none: bool,
    pub(crate) l1: Option<L1>,
    pub(crate) on_store_error: Option<OnStoreError>,
    pub(crate) compress: bool,
    pub(crate) codec: Codec,
    pub(crate) codec_tokens: TokenStream,
    pub(crate) runtime: Option<Path>,
}

impl Branch {
    /// Whether values leave the process.
    pub(crate) fn is_remote(&self) -> bool {
        self.mode != Mode::Local
    }

    /// Whether values are stored as bytes anywhere.
    pub(crate) fn is_wired(&self) -> bool {
        self.is_remote() || self.l1 == Some(L1::Encoded)
    }
}

/// What the key is made of.
pub(crate) enum Key {
    /// These parameters.
    Params(Vec<usize>),
    /// An expression of the parameters.
    Expr(Expr),
}

/// Which errors are cached.
pub(crate) enum CacheErr {
    All,
    Chosen(Expr),
}

/// A length of time, known now or to the compiler.
#[derive(Clone)]
pub(crate) enum Life {
    Known(std::time::Duration),
    Expr(Expr),
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal),* $(,)? })*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $name {
            $($variant),*
        }

        impl $name {
            /// Every word, in the order that messages list them.
            pub(crate) const WORDS: &[(&str, Self)] = &[$(($word, Self::$variant)),*];
        }
    )* };
}
words! {
    /// A mode.
    Mode { Local = "local", Strict = "strict", Degraded = "degraded" }
    /// What L1 holds.
    L1 { Typed = "typed", Encoded = "encoded", Off = "off" }
    /// What a failed store does.
    OnStoreError { Raise = "raise", Return = "return" }
    /// A serialisation format.
    Codec { Bincode = "bincode", Postcard = "postcard", Msgpack = "msgpack" }
    /// What `returns` may say.
    Stated { Value = "value", Option = "option", Result = "result", ResultOption = "result_option" }
}

impl Mode {
    /// The mode as the attribute writes it.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, mode)| *mode == self).map_or("", |(word, _)| word)
    }
}
