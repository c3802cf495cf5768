//! Plan: a function that can be expanded; validated, and free of syntax that it does not emit.

use std::rc::Rc;

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, Expr, ItemImpl, LitStr, Pat, Path, Signature, Type, Visibility};

use crate::ast::Boxed;

/// A function that can be expanded.
pub(crate) struct Plan {
    pub(crate) attrs: Attrs,
    pub(crate) vis: Visibility,
    /// The signature as written, which the body keeps.
    pub(crate) sig: Signature,
    pub(crate) body: TokenStream,
    pub(crate) boxed: Option<Boxed>,
    pub(crate) params: Vec<Param>,
    pub(crate) returns: Returns,
    pub(crate) owner: Owner,
    pub(crate) placement: Placement,
    pub(crate) root: Option<Path>,
    /// The function's options, and those that apply instead where a feature of the user's crate
    /// is on.
    pub(crate) branches: Branches,
}

/// The attributes of a function, by who needs them.
pub(crate) struct Attrs {
    /// The annotated function: all of them, with `expect` as `allow`.
    pub(crate) function: Vec<Attribute>,
    /// The body: the lint levels.
    pub(crate) body: Vec<Attribute>,
    /// The companion, which repeats the signature: what is silenced, whether it is
    /// documented, and whether it is there.
    pub(crate) companion: Vec<Attribute>,
}

/// One parameter.
pub(crate) struct Param {
    /// Its own name, or one of ours for a pattern.
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    pub(crate) pattern: Option<Pattern>,
    /// Whether it is written as a type that is a part of a key as it stands, and copied.
    pub(crate) is_plain: bool,
}

/// What stands where a parameter's name would.
pub(crate) struct Pattern {
    /// The pattern as it matches a reference to the argument.
    pub(crate) seen: Pat,
    /// The names it binds.
    pub(crate) bound: Vec<Ident>,
    /// Those of them that are behind further references, and how many.
    pub(crate) derefs: Vec<(Ident, usize)>,
}

impl Param {
    /// The names that the body and the expressions know the parameter by.
    pub(crate) fn names(&self) -> &[Ident] {
        self.pattern.as_ref().map_or(std::slice::from_ref(&self.name), |pattern| &pattern.bound)
    }
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
    pub(crate) alias: Alias,
}

/// What may be behind a return type that is written by a name which the attribute does not know.
pub(crate) enum Alias {
    /// Nothing: the type is known by its name, or the user says what it is.
    Known,
    /// The compiler is asked what it is, and it is cached as that.
    Asked,
    /// What is cached as a whole is refused if it is a `Result` or an `Option`: parameters stand in
    /// it, or it stands in a `Result`.
    Checked,
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

/// Whose function it is.
#[derive(Clone)]
pub(crate) enum Owner {
    /// A free function.
    Nobody,
    /// Of a type that only `Self` names: the attribute stands on the function alone.
    Unseen,
    /// Of the type of an `impl` block, whose header this is.
    Block(Rc<ItemImpl>),
}

/// Where that stands which a function needs beside its lookup.
pub(crate) enum Placement {
    /// In a type of this name beside the function: the companion.
    Beside(Ident),
    /// In such a type inside the function, where nobody else sees it.
    Hidden,
    /// In the function's own `impl`, under names that begin so.
    Block(Ident),
    /// In a type of this name beside the implementation of a trait, whose method keeps its body.
    Apart(Ident),
    /// In the function's own body: nothing can be added around it.
    Body,
}

impl Placement {
    /// Whether the body stands in the function itself, and not in an item of its own.
    pub(crate) fn keeps_body(&self) -> bool {
        matches!(self, Self::Apart(_) | Self::Body)
    }
}

/// One set of options, or two between which a feature of the user's crate decides.
pub(crate) enum Branches {
    One(Box<Branch>),
    Two { feature: LitStr, on: Box<Branch>, off: Box<Branch> },
}

/// One set of options.
pub(crate) struct Branch {
    pub(crate) mode: Mode,
    pub(crate) mode_tokens: TokenStream,
    /// What goes into the policy as it is.
    pub(crate) policy: Vec<Setting>,
    pub(crate) ttl_of: Option<Expr>,
    pub(crate) weigh: Option<Expr>,
    pub(crate) key: Key,
    pub(crate) tenant: Option<Expr>,
    pub(crate) name: Option<LitStr>,
    pub(crate) namespace: Option<LitStr>,
    pub(crate) version: Option<Expr>,
    pub(crate) cache_if: Option<Expr>,
    pub(crate) cache_err: Option<CacheErr>,
    pub(crate) cache_none: bool,
    pub(crate) force_refresh: Option<Expr>,
    pub(crate) l1: Option<L1>,
    pub(crate) compress_tokens: TokenStream,
    pub(crate) protection: Protection,
    pub(crate) on_tamper: Option<OnTamper>,
    pub(crate) keyed_tokens: TokenStream,
    pub(crate) codec: Codec,
    pub(crate) codec_tokens: TokenStream,
    pub(crate) runtime: Option<Path>,
}

impl Branch {
    /// Whether values leave the process.
    pub(crate) fn is_remote(&self) -> bool {
        self.mode != Mode::Local
    }

    /// What an option sets in the policy, where it is written.
    pub(crate) fn set(&self, option: &str) -> Option<&Set> {
        self.policy.iter().find(|setting| setting.option == option).map(|setting| &setting.set)
    }

    /// Whether a call can be refused although the function's mode never refuses.
    pub(crate) fn raises(&self) -> bool {
        self.on_tamper == Some(OnTamper::Raise)
    }

    /// Whether values are stored as bytes anywhere.
    pub(crate) fn is_wired(&self) -> bool {
        self.is_remote() || self.l1 == Some(L1::Encoded)
    }
}

/// A value of the policy: the field of an option's own name.
pub(crate) struct Setting {
    pub(crate) option: &'static str,
    pub(crate) set: Set,
    /// Whether the field may be absent.
    pub(crate) is_optional: bool,
}

/// What an option sets.
pub(crate) enum Set {
    Life(Life),
    Count(Expr),
    Share(Expr),
    /// A variant of an enum of the core.
    Word(&'static str, &'static str),
    On,
}

/// What an option takes that goes into the policy as it is.
#[derive(Clone, Copy)]
pub(crate) enum Takes {
    /// A length of time.
    Life { is_optional: bool },
    /// A number of things, at least one.
    Count { is_optional: bool },
    /// A part of a whole.
    Share,
    /// One word of several, each a variant of an enum of the core.
    Word(&'static str, &'static [(&'static str, &'static str)]),
    /// Nothing: it is on for standing there.
    Switch,
}

/// What protects stored values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protection {
    Checksum,
    Mac,
    Encrypt,
}

/// What the key is made of.
pub(crate) enum Key {
    /// These parameters.
    Params(Vec<usize>),
    /// An expression of the parameters.
    Expr(Box<Expr>),
}

/// Which errors are cached.
pub(crate) enum CacheErr {
    All,
    Chosen(Box<Expr>),
}

/// A length of time, known now or to the compiler.
#[derive(Clone)]
pub(crate) enum Life {
    Known(std::time::Duration),
    Expr(Box<Expr>),
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
    /// What an entry that fails its authentication comes to.
    OnTamper { Heal = "heal", Raise = "raise" }
    /// A serialisation format.
    Codec { Bincode = "bincode", Postcard = "postcard", Msgpack = "msgpack" }
    /// What `returns` may say.
    Stated { Value = "value", Option = "option", Result = "result", ResultOption = "result_option" }
}

/// What a failed store does.
pub(crate) struct OnStoreError;

impl OnStoreError {
    pub(crate) const TYPE: &str = "OnStoreError";
    pub(crate) const VARIANTS: &[(&str, &str)] = &[("raise", "Raise"), ("return", "Return")];
}

impl Mode {
    /// The mode as the attribute writes it.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, mode)| *mode == self).map_or("", |(word, _)| word)
    }
}
