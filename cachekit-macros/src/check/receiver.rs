//! Rules on a method's receiver, and on what options may say of `Self`.

use quote::ToTokens as _;

use crate::ast::{Opt, Value};
use crate::errors::Errors;
use crate::plan::Owner;

use super::context::{Context, Options};
use super::table::{Holds, ROWS};
use super::tokens::mentions;

pub(super) fn check(all: &Options<'_>, context: &Context<'_>, errors: &mut Errors) {
    placed(all, context, errors);
    fixed(all, context, errors);
}

/// Instances are told apart, or share their entries because somebody said so.
fn placed(all: &Options<'_>, context: &Context<'_>, errors: &mut Errors) {
    let skipped = all.get("skip").and_then(|skip| match &skip.value {
        Value::Names(names) => names.iter().find(|name| *name == "self"),
        _ => None,
    });
    let keyed = all.get("key").is_some_and(|key| match &key.value {
        Value::Is(expr) => {
            let tokens = expr.to_token_stream();
            // A text may name it too.
            tokens.to_string().contains("{self") || mentions(tokens, "self")
        }
        _ => false,
    });
    match (context.func.sig.receiver(), skipped) {
        (None, Some(name)) => {
            errors.at(name, "this function has no receiver; remove `self` from `skip`");
        }
        (Some(_), Some(name)) if keyed => {
            errors.at(name, "`self` is in the key; remove it here, or from `key`");
        }
        (Some(receiver), None) if !keyed => errors.at(
            receiver,
            "two instances would share entries, because `self` is not in the key; \
             name what tells them apart, as in `key = (self.id, ..)`, \
             or write `skip(self)` if they may share",
        ),
        _ => {}
    }
}

/// `Self` in an option that is a static's: known only where it is one type.
fn fixed(all: &Options<'_>, context: &Context<'_>, errors: &mut Errors) {
    let why = match context.owner {
        Owner::Nobody => return,
        Owner::Unseen => "is not known to an attribute on the function alone",
        Owner::Block(header) if header.generics.params.is_empty() => return,
        Owner::Block(_) => "is many types in a generic `impl`, and the option is one for all",
    };
    let fixed = ROWS.iter().filter(|row| row.holds == Holds::Function);
    for option in fixed.filter_map(|row| all.get(row.name)) {
        if let Value::Is(expr) = &option.value
            && mentions(expr.to_token_stream(), "Self")
        {
            let message = format!("`Self` {why}; name a constant outside the type");
            errors.at(expr, message);
        }
    }
}

/// Whether this leaves out `self` and nothing else, which may stand beside a key.
pub(super) fn alone(skip: &Opt) -> bool {
    matches!(&skip.value, Value::Names(names) if names.iter().all(|name| name == "self"))
}
