//! What the user wrote to a plan; every rule a function, every mistake reported.

mod known;
mod options;
mod returns;
mod signature;
mod values;

use proc_macro2::Ident;
use syn::Attribute;

use crate::ast::{Attr, Func, Opt, Value};
use crate::errors::Errors;
use crate::plan::{Companion, Plan};

/// Checks an attribute and its function; `None` if anything is wrong.
pub(crate) fn check(attr: Attr, func: Func, errors: &mut Errors) -> Option<Plan> {
    let stated = options::stated_returns(&attr, errors);
    signature::check(&func, errors);
    let params = signature::params(&func.sig, errors);
    let returns = returns::read(&func.sig, stated, errors);
    let root = options::root(&attr, errors);
    let companion = companion(&attr, &func, errors);
    let context = options::Context { params: &params, kind: returns.kind, func: &func };
    let branches = options::branches(attr, &context, errors);
    if !errors.is_empty() {
        return None;
    }
    let (lints, attrs) = sort(func.attrs);
    Some(Plan {
        attrs,
        lints,
        vis: func.vis,
        sig: func.sig,
        body: func.body,
        params,
        returns,
        companion: companion?,
        root,
        branches: branches?,
    })
}

/// Names that a companion would shadow in the whole module.
const PRIMITIVES: &[&str] = &[
    "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64",
    "i128", "isize", "f32", "f64",
];

fn companion(attr: &Attr, func: &Func, errors: &mut Errors) -> Option<Companion> {
    let Some(option) = attr.options.iter().find(|option| option.is("companion")) else {
        let name = &func.sig.ident;
        if PRIMITIVES.iter().any(|primitive| name == primitive) {
            errors.at(
                name,
                format!(
                    "the companion of `{name}` would shadow the type `{name}`; \
                     write `companion = Another` to rename it, or `companion = false` to leave it out"
                ),
            );
            return None;
        }
        return Some(Companion::Named(name.clone()));
    };
    let Value::Is(value) = &option.value else {
        errors.at(
            &option.name,
            "`companion` needs a name, or `false`; write `companion = UserCache`",
        );
        return None;
    };
    match value {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Bool(lit), .. }) if !lit.value => {
            Some(Companion::Hidden)
        }
        syn::Expr::Path(path) if path.path.get_ident().is_some() => {
            path.path.get_ident().map(Ident::clone).map(Companion::Named)
        }
        other => {
            errors.at(other, "`companion` is a name, or `false`; write `companion = UserCache`");
            None
        }
    }
}

/// Parts the lint levels, which the body needs, from the attributes that stay with the function.
///
/// `expect` goes with the body alone: what it expects happens there, and an expectation that
/// nothing meets is a warning of its own.
fn sort(attrs: Vec<Attribute>) -> (Vec<Attribute>, Vec<Attribute>) {
    let is = |attr: &Attribute, names: &[&str]| names.iter().any(|name| attr.path().is_ident(name));
    let levels = ["allow", "warn", "deny", "forbid", "expect"];
    let lints = attrs.iter().filter(|attr| is(attr, &levels)).cloned().collect();
    let outer = attrs.into_iter().filter(|attr| !is(attr, &["expect"])).collect();
    (lints, outer)
}

/// The mistake of an option that comes without its value, or with one that it does not take.
fn misused(option: &Opt, example: &str, errors: &mut Errors) {
    let name = &option.name;
    match &option.value {
        Value::Is(value) => {
            errors.at(value, format!("`{name}` does not take this; write `{example}`"))
        }
        _ => errors.at(name, format!("`{name}` needs a value; write `{example}`")),
    }
}
