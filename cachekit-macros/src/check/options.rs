//! Reads every option into a branch, and checks what they mean together.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Path;

use crate::ast::{Attr, Opt, Value, When};
use crate::errors::Errors;
use crate::plan::{Branch, Branches, CacheErr, Codec, L1, Mode, OnTamper, Stated};

use super::context::{Context, Options};
use super::table::{self, ROWS};
use super::{conflicts, key, known, protect, receiver, values};

/// What `returns = ".."` says, and where.
pub(super) fn stated_returns(attr: &Attr, errors: &mut Errors) -> Option<(Stated, Span)> {
    let option = attr.options.iter().find(|option| option.is("returns"))?;
    Some((values::word(option, Stated::WORDS, errors)?, option.span()))
}

/// What `crate = path` says.
pub(super) fn root(attr: &Attr, errors: &mut Errors) -> Option<Path> {
    let option = attr.options.iter().find(|option| option.is("crate"))?;
    values::path(option, errors)
}

/// Reads the options, and those in `when(..)` over them.
pub(super) fn branches(attr: Attr, context: &Context<'_>, errors: &mut Errors) -> Option<Branches> {
    attr.broken.into_iter().for_each(|error| errors.add(error));
    known::check(&attr.options, context.params, errors);
    let (whens, base): (Vec<_>, Vec<_>) =
        attr.options.into_iter().partition(|option| option.is("when"));
    let Some(when) = whens.into_iter().next() else {
        return Some(Branches::One(Box::new(branch(&base, context, errors))));
    };
    let Value::When(When { feature, attr: inner }) = when.value else {
        let message =
            format!("`when` needs a feature and options; write `{}`", table::example("when"));
        errors.at(&when.name, message);
        return None;
    };
    inner.broken.into_iter().for_each(|error| errors.add(error));
    known::check(&inner.options, context.params, errors);
    let outside = |option: &&Opt| ROWS.iter().any(|row| row.is_outside_when && option.is(row.name));
    for option in inner.options.iter().filter(outside) {
        errors.at(
            &option.name,
            format!("`{}` holds whatever the features; write it outside `when`", option.name),
        );
    }
    let feature = feature.filter(|feature| !feature.value().is_empty()).or_else(|| {
        errors.at(&when.name, "`when` begins with a feature of your crate; write `when(feature = \"distributed\", ..)`");
        None
    });
    if feature.is_some() && inner.options.is_empty() {
        errors.at(
            &when.name,
            "`when` changes nothing; write the options that hold where the feature is on",
        );
    }
    // What is wrong outside `when` is found twice, and shown once: the compiler prints no error twice.
    let off = Box::new(branch(&base, context, errors));
    let on = Box::new(branch(&overlay(base, inner.options), context, errors));
    Some(Branches::Two { feature: feature?, on, off })
}

/// The options outside `when`, with those inside in their place.
fn overlay(base: Vec<Opt>, inner: Vec<Opt>) -> Vec<Opt> {
    let replaced = |option: &Opt| inner.iter().any(|other| other.name == option.name);
    let mut both: Vec<_> = base.into_iter().filter(|option| !replaced(option)).collect();
    both.extend(inner);
    both
}

fn branch(options: &[Opt], context: &Context<'_>, errors: &mut Errors) -> Branch {
    let all = Options(options);
    let get = |name| all.get(name);
    let mode = get("mode").map_or(Some(Mode::Local), |o| values::word(o, Mode::WORDS, errors));
    let codec =
        get("codec").map_or(Some(Codec::Bincode), |o| values::word(o, Codec::WORDS, errors));
    let protection = protect::read(&all, errors);
    let branch = Branch {
        mode: mode.unwrap_or(Mode::Local),
        mode_tokens: tokens(get("mode")),
        policy: ROWS.iter().filter_map(|row| values::setting(row, &all, errors)).collect(),
        ttl_of: get("ttl_of").and_then(|o| values::choice(o, errors)),
        weigh: get("weigh").and_then(|o| values::choice(o, errors)),
        key: key::read(&all, context, errors),
        tenant: get("tenant").and_then(|o| values::expr(o, errors)),
        name: get("name").and_then(|o| name(o, errors)),
        namespace: get("namespace").and_then(|o| namespace(o, errors)),
        version: get("version").and_then(|o| values::version(o, errors)),
        cache_if: get("cache_if").and_then(|o| values::choice(o, errors)),
        cache_err: get("cache_err").and_then(|o| cache_err(o, errors)),
        cache_none: get("cache_none").is_some_and(|o| values::switch(o, errors)),
        force_refresh: get("force_refresh").and_then(|o| values::expr(o, errors)),
        l1: get("l1")
            .and_then(|o| values::word(o, L1::WORDS, errors))
            .or_else(|| protect::l1(protection, mode)),
        compress_tokens: tokens(get("compress")),
        protection,
        on_tamper: get("on_tamper").and_then(|o| values::word(o, OnTamper::WORDS, errors)),
        keyed_tokens: tokens(get("encrypt").or(get("mac")).or(get("on_tamper"))),
        codec: codec.unwrap_or(Codec::Bincode),
        codec_tokens: tokens(get("codec").or(match mode {
            Some(Mode::Strict | Mode::Degraded) => get("mode"),
            _ => get("l1"),
        })),
        runtime: get("runtime").and_then(|o| values::path(o, errors)),
    };
    receiver::check(&all, context, errors);
    if mode.is_some() {
        conflicts::check(&branch, &all, context, errors);
        protect::check(&branch, &all, context, errors);
    }
    branch
}

/// Where a missing Cargo feature is reported: at the value that asks for it.
fn tokens(option: Option<&Opt>) -> TokenStream {
    match option.map(|option| (&option.name, &option.value)) {
        Some((_, Value::Is(value))) => value.to_token_stream(),
        Some((name, _)) => name.to_token_stream(),
        None => quote!(cached),
    }
}

fn cache_err(option: &Opt, errors: &mut Errors) -> Option<CacheErr> {
    match &option.value {
        Value::Flag => Some(CacheErr::All),
        Value::Is(syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Bool(lit), .. })) => {
            lit.value.then_some(CacheErr::All)
        }
        Value::Is(chosen) if !matches!(chosen, syn::Expr::Lit(_)) => {
            Some(CacheErr::Chosen(Box::new(chosen.clone())))
        }
        _ => {
            let example = table::example("cache_err");
            let message = format!("`cache_err` stands alone, or chooses errors; write `{example}`");
            errors.at(tokens(Some(option)), message);
            None
        }
    }
}

/// A function's own name stands in messages and metrics; in keys, what is odd in it is replaced.
fn name(option: &Opt, errors: &mut Errors) -> Option<syn::LitStr> {
    let text = values::text(option, errors)?;
    if text.value().contains(char::is_control) {
        errors.at(&text, "a name is one line of text; write `name = \"shop.user\"`");
        return None;
    }
    let shouted = |byte: u8| byte.is_ascii_uppercase() || byte == b'_' || byte.is_ascii_digit();
    if text.value().len() > 1 && text.value().bytes().all(shouted) {
        errors.at(
            &text,
            format!(
                "`name` is the function's name in keys and metrics, and no static is made; remove \
                 it, or write `name = \"{}\"`",
                text.value().to_ascii_lowercase()
            ),
        );
        return None;
    }
    Some(text)
}

fn namespace(option: &Opt, errors: &mut Errors) -> Option<syn::LitStr> {
    let text = values::text(option, errors)?;
    let value = text.value();
    let fit = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    if value.len() > 64 || !value.bytes().all(fit) {
        errors.at(&text, "a namespace is 1 to 64 characters of `A-Z a-z 0-9 _ . -`");
        return None;
    }
    Some(text)
}
