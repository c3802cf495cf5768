//! Decides where that stands which a function needs, by whose function it is.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::FnArg;

use crate::ast::{Attr, Func, Opt, Value};
use crate::errors::Errors;
use crate::plan::{Owner, Placement};

use super::PRIMITIVES;
use super::block::ADDED;
use super::tokens::mentions;

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
pub(super) fn read(
    attr: &Attr,
    func: &Func,
    owner: &Owner,
    errors: &mut Errors,
) -> Option<Placement> {
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
        Owner::Block(header) if header.trait_.is_some() && !header.generics.params.is_empty() => {
            Some(
                "a type of their own beside this `impl` would need its parameters; \
                 remove `companion`",
            )
        }
        _ => None,
    };
    match (says, owner, closed) {
        (Says::Name(_), _, Some(why)) => {
            let name = option.map(|option| &option.name);
            errors.at(name, format!("companions of a method are functions of its type, and {why}"));
            None
        }
        (Says::Absent, Owner::Nobody, _) => Some(Placement::Hidden),
        (Says::Name(name), Owner::Block(header), None) if header.trait_.is_some() => {
            Some(Placement::Apart(name))
        }
        (Says::Nothing, Owner::Block(header), _) if header.trait_.is_some() => {
            Some(Placement::Body)
        }
        (Says::Absent, _, _) | (_, _, Some(_)) => Some(Placement::Body),
        (Says::Name(name), Owner::Nobody, None) => beside(&name, func, errors),
        (Says::Nothing, Owner::Nobody, None) => beside(&func.sig.ident, func, errors),
        (Says::Name(name), _, None) => Some(Placement::Block(name)),
        (Says::Nothing, _, None) => Some(Placement::Block(func.sig.ident.clone())),
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

fn beside(name: &Ident, func: &Func, errors: &mut Errors) -> Option<Placement> {
    let what = if PRIMITIVES.iter().any(|primitive| name == primitive) {
        format!("the type `{name}`")
    } else if names_another(func, name) {
        format!(
            "another `{name}`, which this function names: its companion is a type of its own name"
        )
    } else {
        return Some(Placement::Beside(name.clone()));
    };
    errors.at(
        name,
        format!(
            "a companion called `{name}` would shadow {what}; \
             write `companion = Another` to rename it, or `companion = false` to leave it out"
        ),
    );
    None
}

/// Whether a type, a module or a crate of this name stands in the function: `regex::Regex` in `regex`.
fn names_another(func: &Func, name: &Ident) -> bool {
    let sig = &func.sig;
    let mut types = sig.output.to_token_stream();
    for input in &sig.inputs {
        if let FnArg::Typed(input) = input {
            input.ty.to_tokens(&mut types);
        }
    }
    sig.generics.to_tokens(&mut types);
    sig.generics.where_clause.to_tokens(&mut types);
    // What a body imports or declares itself hides the companion there.
    let declares = |word| mentions(func.body.clone(), word);
    stands(types, name, &|_| true)
        || !declares("use") && !declares("mod") && stands(func.body.clone(), name, &is_no_operation)
}

/// Whether `name` begins a path whose next word, if it has one, is as `other` says.
fn stands(tokens: TokenStream, name: &Ident, other: &dyn Fn(Option<&Ident>) -> bool) -> bool {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let colon =
        |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(mark)) if mark.as_char() == ':');
    tokens.iter().enumerate().any(|(at, token)| match token {
        TokenTree::Ident(word) if word == name && !(at > 1 && colon(at - 1) && colon(at - 2)) => {
            let next = match tokens.get(at + 3) {
                Some(TokenTree::Ident(next)) if colon(at + 1) && colon(at + 2) => Some(next),
                _ => None,
            };
            other(next)
        }
        TokenTree::Group(group) => stands(group.stream(), name, other),
        _ => false,
    })
}

/// Whether a path goes on with something that no companion has.
fn is_no_operation(next: Option<&Ident>) -> bool {
    next.is_some_and(|next| next != "SPEC" && !ADDED.iter().any(|operation| next == operation))
}
