//! Whose function it is, and where that can stand which it needs.

use proc_macro2::Ident;
use quote::ToTokens as _;

use crate::ast::{Attr, Func, Opt, Value};
use crate::errors::Errors;
use crate::plan::{Home, Owner};

use super::PRIMITIVES;
use super::signature::mentions;

/// The owner of a function on which the attribute stands alone.
///
/// One that has neither a receiver nor `Self` in its signature cannot be told from a free one.
pub(crate) fn owner(func: &Func) -> Owner {
    if func.boxed.is_some() || mentions(func.sig.to_token_stream(), "Self") {
        return Owner::Unseen;
    }
    func.sig.receiver().map_or(Owner::Nobody, |_| Owner::Unseen)
}

/// What `companion` says, where a companion can be.
pub(super) fn read(attr: &Attr, func: &Func, owner: &Owner, errors: &mut Errors) -> Option<Home> {
    let option = attr.options.iter().find(|option| option.is("companion"));
    let says = match option {
        Some(option) => name(option, errors)?,
        None => Says::Nothing,
    };
    let closed = match owner {
        Owner::Unseen => Some(
            "from here nothing can be added to the type; \
             write `#[cached]` on its `impl` block too, or remove `companion`",
        ),
        Owner::Block(header) if header.trait_.is_some() => {
            Some("nothing can be added to the implementation of a trait; remove `companion`")
        }
        _ => None,
    };
    match (says, owner, closed) {
        (Says::Name(_), _, Some(why)) => {
            let name = option.map(|option| &option.name);
            errors.at(name, format!("companions of a method are functions of its type, and {why}"));
            None
        }
        (Says::Absent, Owner::Nobody, _) => Some(Home::Hidden),
        (Says::Absent, _, _) | (_, _, Some(_)) => Some(Home::Body),
        (Says::Name(name), Owner::Nobody, None) => beside(&name, errors),
        (Says::Nothing, Owner::Nobody, None) => beside(&func.sig.ident, errors),
        (Says::Name(name), _, None) => Some(Home::Block(name)),
        (Says::Nothing, _, None) => Some(Home::Block(func.sig.ident.clone())),
    }
}

/// What `companion` says.
enum Says {
    Nothing,
    Name(Ident),
    Absent,
}

fn name(option: &Opt, errors: &mut Errors) -> Option<Says> {
    let Value::Is(value) = &option.value else {
        errors.at(
            &option.name,
            "`companion` needs a name, or `false`; write `companion = UserCache`",
        );
        return None;
    };
    match value {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Bool(lit), .. }) if !lit.value => {
            Some(Says::Absent)
        }
        syn::Expr::Path(path) if path.path.get_ident().is_some() => {
            path.path.get_ident().cloned().map(Says::Name)
        }
        other => {
            let meant = match other {
                syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(name), .. })
                    if name.parse::<Ident>().is_ok() =>
                {
                    name.value()
                }
                _ => "UserCache".to_owned(),
            };
            errors.at(
                other,
                format!("`companion` is a name, or `false`; write `companion = {meant}`"),
            );
            None
        }
    }
}

fn beside(name: &Ident, errors: &mut Errors) -> Option<Home> {
    if PRIMITIVES.iter().any(|primitive| name == primitive) {
        errors.at(
            name,
            format!(
                "a companion called `{name}` would shadow the type `{name}`; \
                 write `companion = Another` to rename it, or `companion = false` to leave it out"
            ),
        );
        return None;
    }
    Some(Home::Beside(name.clone()))
}
