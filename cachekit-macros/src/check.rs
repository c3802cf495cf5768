//! Turns the user's words into a plan; every rule a function, every mistake reported.

mod block;
mod closure;
mod conflicts;
mod context;
mod habits;
mod key;
mod known;
mod life;
mod options;
mod pattern;
mod placement;
mod protect;
mod receiver;
mod returns;
mod signature;
mod table;
mod tokens;
mod values;

use proc_macro2::Ident;
use syn::{Attribute, parse_quote};

use crate::ast::{Attr, Func};
use crate::errors::Errors;
use crate::plan::{Attrs, Owner, Plan};

pub(crate) use block::{Made, block};
pub(crate) use placement::owner;

pub(crate) use tokens::mentions;

/// Checks an attribute and its function; `None` if anything is wrong.
pub(crate) fn check(attr: Attr, func: Func, owner: Owner, errors: &mut Errors) -> Option<Plan> {
    let stated = options::stated_returns(&attr, errors);
    signature::check(&func, errors);
    let params = signature::params(&func.sig, errors);
    let returns = returns::read(&func, &owner, stated, errors);
    let root = options::root(&attr, errors);
    let placement = placement::read(&attr, &func, &owner, errors);
    let context =
        context::Context { params: &params, kind: returns.kind, func: &func, owner: &owner };
    let branches = options::branches(attr, &context, errors);
    if !errors.is_empty() {
        return None;
    }
    Some(Plan {
        attrs: sort(func.attrs),
        vis: func.vis,
        sig: func.sig,
        body: func.body,
        boxed: func.boxed,
        params,
        returns,
        owner,
        placement: placement?,
        root,
        branches: branches?,
    })
}

/// Types that everybody writes by these names.
const PRIMITIVES: &[&str] = &[
    "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64",
    "i128", "isize", "f32", "f64",
];

/// Hands each attribute to whoever needs it.
///
/// What `expect` expects happens in the body or at the signature, which are two functions by now: it
/// is an `allow` in both, for an expectation that nothing meets is a warning of its own.
fn sort(attrs: Vec<Attribute>) -> Attrs {
    let is = |attr: &Attribute, names: &[&str]| names.iter().any(|name| attr.path().is_ident(name));
    let levels = ["allow", "warn", "deny", "forbid", "expect"];
    let body = attrs.iter().filter(|attr| is(attr, &levels)).cloned().map(allow).collect();
    let function: Vec<_> = attrs.into_iter().map(allow).collect();
    // A `cfg` is left to us inside an `impl` alone; elsewhere it has been settled.
    let companion = function.iter().filter(|attr| is(attr, &["allow", "cfg"]) || is_hidden(attr));
    Attrs { companion: companion.cloned().collect(), function, body }
}

fn allow(mut attr: Attribute) -> Attribute {
    if let syn::Meta::List(list) = &mut attr.meta
        && list.path.is_ident("expect")
    {
        list.path = parse_quote!(allow);
    }
    attr
}

/// Whether this is `#[doc(hidden)]`.
fn is_hidden(attr: &Attribute) -> bool {
    attr.path().is_ident("doc")
        && attr.parse_args::<Ident>().is_ok_and(|argument| argument == "hidden")
}
