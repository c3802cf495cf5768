//! Reads what a call's key is made of: every parameter, unless the attribute says otherwise.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Expr, Lit, Type};

use crate::ast::Value;
use crate::errors::Errors;
use crate::plan::{Key, Param};

use super::context::{Context, Options};
use super::tokens::mentions;
use super::{closure, known, receiver, returns, signature, values};

/// Parts that a key may have, as the standard library's own traits reach for tuples.
const MOST_PARTS: usize = 12;

/// Reads `key` or `skip`.
pub(super) fn read(all: &Options<'_>, context: &Context<'_>, errors: &mut Errors) -> Key {
    let everyone = || (0..context.params.len()).collect();
    if let Some(option) = all.get("key") {
        if let Some(skip) = all.get("skip").filter(|skip| !receiver::alone(skip)) {
            errors.at(&skip.name, "`key` says all that the key is made of; remove `skip`");
        }
        return match values::expr(option, errors) {
            Some(Expr::Lit(literal)) => {
                let instead = instead(&literal.lit, context);
                errors.at(
                    literal,
                    format!(
                        "every call would share one entry: `key` is an expression of the \
                         parameters, not a type or a text; {instead}"
                    ),
                );
                Key::Params(everyone())
            }
            Some(expr) => Key::Expr(Box::new(expr)),
            None => Key::Params(everyone()),
        };
    }
    let mut skipped = Vec::new();
    if let Some(option) = all.get("skip") {
        let Value::Names(names) = &option.value else {
            let named = match &option.value {
                Value::Is(Expr::Path(path)) => path.path.get_ident(),
                _ => None,
            };
            let example = named.map(|name| format!("skip({name})"));
            values::misused(option, example.as_deref(), errors);
            return Key::Params(everyone());
        };
        for name in names {
            match signature::position(context.params, name) {
                Some(index) => skipped.push(index),
                // Whether there is a receiver to leave out is another rule's concern.
                None if name == "self" => {}
                None if binds(context, name) => errors.at(
                    name,
                    format!("`{name}` is bound by a pattern, and `skip` takes whole parameters; \
                             name the parameter and take it apart in the body, or choose the key with `key = ..`"),
                ),
                None => errors.at(name, unknown(name, context)),
            }
        }
    }
    let kept: Vec<usize> =
        (0..context.params.len()).filter(|index| !skipped.contains(index)).collect();
    for index in &kept {
        part(&context.params[*index], context, errors);
    }
    if kept.len() > MOST_PARTS {
        errors.at(
            &context.func.sig.inputs,
            format!("a key has at most {MOST_PARTS} parts; take some together in `key = ..`, or leave some out with `skip(..)`"),
        );
    }
    Key::Params(kept)
}

/// What to write in the place of a constant key.
fn instead(written: &Lit, context: &Context<'_>) -> String {
    let names: Vec<_> =
        context.params.iter().flat_map(Param::names).map(Ident::to_string).collect();
    let code = match written {
        Lit::Str(text) => text.parse::<Expr>().ok().map(|code| (code, text.value())),
        _ => None,
    };
    let mentioned = |code: &Expr| names.iter().any(|name| mentions(code.to_token_stream(), name));
    match (code, &*names) {
        (Some((code, text)), _) if mentioned(&code) => {
            let bare = text.trim().trim_start_matches('{').trim_end_matches('}').trim();
            format!("write `key = {}`", if matches!(code, Expr::Block(_)) { bare } else { &text })
        }
        (_, []) => "remove it".to_owned(),
        (_, [one]) => format!("remove it, since `{one}` is the key already"),
        (_, all) => format!("remove it, or write `key = ({})`", all[..2].join(", ")),
    }
}

fn binds(context: &Context<'_>, name: &Ident) -> bool {
    let mut patterns = context.params.iter().filter_map(|param| param.pattern.as_ref());
    patterns.any(|pattern| pattern.binds(name))
}

/// Reports a parameter that cannot be a part of the key.
fn part(param: &Param, context: &Context<'_>, errors: &mut Errors) {
    // A pattern has no name that `skip` could take.
    let name = param.pattern.is_none().then_some(&param.name);
    let out = match name {
        Some(name) => format!("leave it out of the key with `skip({name})`"),
        None => "name it and leave it out of the key with `skip(..)`".to_owned(),
    };
    if let Some(pattern) = &param.pattern
        && pattern.is_wild()
    {
        errors.at(
            &pattern.seen,
            "a parameter without a name is neither part of the key nor left out by name; \
             call it `_unused` and write `skip(_unused)`, or say all of the key with `key = ..`",
        );
    } else if signature::is_mutable(&param.ty) {
        let written = name.map_or_else(|| "this parameter".to_owned(), |name| format!("`{name}`"));
        errors.at(
            &param.ty,
            format!(
                "what the body writes through {written} a cached answer would not; \
                 {out}, or choose the key with `key = ..`"
            ),
        );
    } else if let Some(table) = keeps_borrowed(&param.ty) {
        errors.at(
            &param.ty,
            format!(
                "the keys of a `{table}` in a cache's key are kept as they are, so they cannot borrow; \
                 take owned ones, as `String`, or a `{}`, or choose the key with `key = ..`",
                table.replace("Hash", "BTree")
            ),
        );
    } else if !mentions(param.ty.to_token_stream(), "impl")
        && closure::is_called(&param.ty, &context.func.sig)
    {
        errors.at(
            &param.ty,
            format!(
                "a closure cannot be compared, so it cannot be part of the key; \
                 {out} if what it captures does not change the answer, \
                 or else say what does with `key = ..`"
            ),
        );
    }
}

/// The hash table whose keys are references, if a parameter is one.
fn keeps_borrowed(ty: &Type) -> Option<&'static str> {
    let table = match ty {
        Type::Reference(reference) => return keeps_borrowed(&reference.elem),
        Type::Group(group) => return keeps_borrowed(&group.elem),
        Type::Path(path) => &path.path.segments.last()?.ident,
        _ => return None,
    };
    let table = ["HashSet", "HashMap"].into_iter().find(|name| table == name)?;
    returns::arguments(ty, table)?.first().filter(|key| returns::borrows(key)).map(|_| table)
}

fn unknown(name: &Ident, context: &Context<'_>) -> String {
    let names: Vec<_> = context.params.iter().map(|param| param.name.to_string()).collect();
    let meant = known::nearest(&name.to_string(), names.iter().map(String::as_str));
    let hint = meant.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
    format!("there is no parameter `{name}` to leave out of the key{hint}")
}
