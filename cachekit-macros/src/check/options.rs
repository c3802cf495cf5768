//! Reads every option into a branch, and checks what they mean together.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Path;

use crate::ast::{Attr, Func, Opt, Value, When};
use crate::errors::Errors;
use crate::plan::{
    Branch, Branches, CacheErr, Codec, Key, Kind, L1, Mode, OnStoreError, Param, Stated,
};

use super::{known, misused, signature, values};

/// What options are checked against.
pub(super) struct Context<'a> {
    pub(super) params: &'a [Param],
    pub(super) kind: Kind,
    pub(super) func: &'a Func,
}

/// What `returns = ".."` says.
pub(super) fn stated_returns(attr: &Attr, errors: &mut Errors) -> Option<Stated> {
    let option = attr.options.iter().find(|option| option.is("returns"))?;
    values::word(option, Stated::WORDS, errors)
}

/// What `crate = path` says.
pub(super) fn root(attr: &Attr, errors: &mut Errors) -> Option<Path> {
    let option = attr.options.iter().find(|option| option.is("crate"))?;
    values::path(option, "crate = ::reexporter::cachekit", errors)
}

/// Reads the options, and those in `when(..)` over them.
pub(super) fn branches(attr: Attr, context: &Context<'_>, errors: &mut Errors) -> Option<Branches> {
    attr.broken.into_iter().for_each(|error| errors.add(error));
    known::check(&attr.options, errors);
    let (whens, base): (Vec<_>, Vec<_>) =
        attr.options.into_iter().partition(|option| option.is("when"));
    let Some(when) = whens.into_iter().next() else {
        return branch(&base, context, errors).map(Branches::One);
    };
    let Value::When(When { feature, attr: inner }) = when.value else {
        let message = "`when` needs a feature and options; write `when(feature = \"distributed\", mode = \"strict\")`";
        errors.at(&when.name, message);
        return None;
    };
    inner.broken.into_iter().for_each(|error| errors.add(error));
    known::check(&inner.options, errors);
    for option in inner.options.iter().filter(|option| {
        ["when", "companion", "crate", "returns"].iter().any(|name| option.is(name))
    }) {
        errors.at(
            &option.name,
            format!("`{}` holds whatever the features; write it outside `when`", option.name),
        );
    }
    let feature = feature.or_else(|| {
        errors.at(&when.name, "`when` begins with a feature of your crate; write `when(feature = \"distributed\", ..)`");
        None
    });
    let off = branch(&base, context, errors);
    let both = overlay(base, inner.options);
    // What is wrong outside `when` has been said.
    let on = if off.is_some() { branch(&both, context, errors) } else { None };
    Some(Branches::Two { feature: feature?, on: on?, off: off? })
}

/// The options outside `when`, with those inside in their place.
fn overlay(base: Vec<Opt>, inner: Vec<Opt>) -> Vec<Opt> {
    let replaced = |option: &Opt| inner.iter().any(|other| other.name == option.name);
    let mut both: Vec<_> = base.into_iter().filter(|option| !replaced(option)).collect();
    both.extend(inner);
    both
}

struct Options<'a>(&'a [Opt]);

impl<'a> Options<'a> {
    fn get(&self, name: &str) -> Option<&'a Opt> {
        self.0.iter().find(|option| option.is(name))
    }
}

fn branch(options: &[Opt], context: &Context<'_>, errors: &mut Errors) -> Option<Branch> {
    let all = Options(options);
    let get = |name| all.get(name);
    let mode = get("mode").map_or(Some(Mode::Local), |o| values::word(o, Mode::WORDS, errors));
    let codec =
        get("codec").map_or(Some(Codec::Bincode), |o| values::word(o, Codec::WORDS, errors));
    let branch = Branch {
        mode: mode.unwrap_or(Mode::Local),
        mode_tokens: tokens(get("mode")),
        ttl: get("ttl").and_then(|o| values::life(o, errors)),
        negative_ttl: get("negative_ttl").and_then(|o| values::life(o, errors)),
        wait: get("wait").and_then(|o| values::life(o, errors)),
        max_size: get("max_size").and_then(|o| values::count(o, "max_size = 10_000", errors)),
        key: key(&all, context, errors),
        tenant: get("tenant").and_then(|o| values::expr(o, "tenant = account.as_str()", errors)),
        name: get("name").and_then(|o| values::text(o, "name = \"shop.user\"", errors)),
        namespace: get("namespace").and_then(|o| namespace(o, errors)),
        version: get("version").and_then(|o| values::expr(o, "version = 1", errors)),
        cache_err: get("cache_err").and_then(|o| cache_err(o)),
        cache_none: get("cache_none").is_some_and(|o| values::switch(o, errors)),
        l1: get("l1").and_then(|o| values::word(o, L1::WORDS, errors)),
        on_store_error: get("on_store_error")
            .and_then(|o| values::word(o, OnStoreError::WORDS, errors)),
        compress: get("compress").is_some_and(|o| values::switch(o, errors)),
        codec: codec.unwrap_or(Codec::Bincode),
        codec_tokens: tokens(get("codec").or(get("mode"))),
        runtime: get("runtime").and_then(|o| values::path(o, "runtime = RUNTIME", errors)),
    };
    if mode.is_some() {
        together(&branch, &all, context, errors);
    }
    Some(branch)
}

/// Where a missing Cargo feature is reported: at the value that asks for it.
fn tokens(option: Option<&Opt>) -> TokenStream {
    match option.map(|option| &option.value) {
        Some(Value::Is(value)) => value.to_token_stream(),
        _ => quote!(cached),
    }
}

/// What the options mean together.
fn together(branch: &Branch, all: &Options<'_>, context: &Context<'_>, errors: &mut Errors) {
    let at = |name: &str| all.get(name).map_or_else(Span::call_site, Opt::span);
    let mode = branch.mode.word();
    if branch.is_remote() && all.get("ttl").is_none() {
        errors.span(
            at("mode"),
            format!(
                "`mode = \"{mode}\"` needs a life for what it stores; write `ttl = 300` (seconds)"
            ),
        );
    }
    if branch.mode == Mode::Strict {
        strict(branch, all, context, errors);
    }
    if !branch.is_remote() {
        for name in ["compress", "codec", "on_store_error"] {
            if let Some(option) = all.get(name) {
                errors.at(
                    &option.name,
                    format!(
                        "`{name}` is about L2, which `mode = \"local\"` does not have; \
                             add `mode = \"strict\"` or `mode = \"degraded\"`, or remove it"
                    ),
                );
            }
        }
    }
    if branch.mode == Mode::Degraded && branch.on_store_error.is_some() {
        errors.span(
            at("on_store_error"),
            "`mode = \"degraded\"` never fails a call because of a store; remove `on_store_error`",
        );
    }
    negative(branch, all, context, errors);
}

fn strict(branch: &Branch, all: &Options<'_>, context: &Context<'_>, errors: &mut Errors) {
    if !context.kind.is_result() {
        errors.at(
            &context.func.sig.output,
            "`mode = \"strict\"` fails closed, so the function must be able to say so: \
             return `Result<_, E>` with `E: From<cachekit::Error>` \
             (for an alias of `Result`, add `returns = \"result\"`), \
             or choose `mode = \"degraded\"` or `mode = \"local\"`",
        );
    }
    if let (Some(l1), Some(option)) = (branch.l1, all.get("l1"))
        && l1 != L1::Off
    {
        errors.span(
            option.span(),
            "`mode = \"strict\"` asks L2 on every call; an L1 for it needs `fence`, \
             which comes in a later version; remove `l1`",
        );
    }
}

/// What is cached of errors and `None`, and for how long.
fn negative(branch: &Branch, all: &Options<'_>, context: &Context<'_>, errors: &mut Errors) {
    if let (Some(_), Some(option)) = (&branch.cache_err, all.get("cache_err"))
        && !context.kind.is_result()
    {
        errors.at(&option.name, "`cache_err` needs a function that returns `Result`; remove it, or add `returns = \"result\"` for an alias");
    }
    if let (true, Some(option)) = (branch.cache_none, all.get("cache_none"))
        && !context.kind.is_option()
    {
        errors.at(&option.name, "`cache_none` needs a function that returns `Option`; remove it, or add `returns = \"option\"` for an alias");
    }
    if let Some(option) = all.get("negative_ttl")
        && branch.cache_err.is_none()
        && !branch.cache_none
    {
        errors.at(&option.name, "`negative_ttl` is the life of a cached `Err` or `None`, and neither is cached; add `cache_err` or `cache_none`, or remove it");
    }
}

fn key(all: &Options<'_>, context: &Context<'_>, errors: &mut Errors) -> Key {
    let everyone = || (0..context.params.len()).collect();
    if let Some(option) = all.get("key") {
        if let Some(skip) = all.get("skip") {
            errors.at(&skip.name, "`key` says all that the key is made of; remove `skip`");
        }
        return match values::expr(option, "key = (id, name.as_str())", errors) {
            Some(expr) => Key::Expr(expr),
            None => Key::Params(everyone()),
        };
    }
    let mut skipped = Vec::new();
    if let Some(option) = all.get("skip") {
        let Value::Names(names) = &option.value else {
            misused(option, "skip(db)", errors);
            return Key::Params(everyone());
        };
        for name in names {
            match signature::position(context.params, name) {
                Some(index) => skipped.push(index),
                None => errors
                    .at(name, format!("there is no parameter `{name}` to leave out of the key")),
            }
        }
    }
    let kept: Vec<usize> =
        (0..context.params.len()).filter(|index| !skipped.contains(index)).collect();
    for index in &kept {
        let param = &context.params[*index];
        if signature::is_mutable(&param.ty) {
            errors.at(
                &param.ty,
                format!("what the body writes through `{0}` a cached answer would not; \
                         leave it out of the key with `skip({0})`, or choose the key with `key = ..`", param.name),
            );
        }
    }
    if kept.len() > MOST_PARTS {
        errors.at(
            &context.func.sig.inputs,
            format!("a key has at most {MOST_PARTS} parts; take some together in `key = ..`, or leave some out with `skip(..)`"),
        );
    }
    Key::Params(kept)
}

/// Parts that a key may have, as the standard library's own traits reach for tuples.
const MOST_PARTS: usize = 12;

fn cache_err(option: &Opt) -> Option<CacheErr> {
    match &option.value {
        Value::Is(syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Bool(lit), .. })) => {
            lit.value.then_some(CacheErr::All)
        }
        Value::Is(chosen) => Some(CacheErr::Chosen(chosen.clone())),
        _ => Some(CacheErr::All),
    }
}

fn namespace(option: &Opt, errors: &mut Errors) -> Option<syn::LitStr> {
    let text = values::text(option, "namespace = \"shop\"", errors)?;
    let value = text.value();
    let fit = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    if value.len() > 64 || !value.bytes().all(fit) {
        errors.at(&text, "a namespace is 1 to 64 characters of `A-Z a-z 0-9 _ . -`");
        return None;
    }
    Some(text)
}
