//! An `impl` block: each of its functions to a plan, and what concerns the block.

use std::rc::Rc;

use proc_macro2::{Ident, TokenStream};
use quote::format_ident;
use syn::ItemImpl;
use syn::ext::IdentExt as _;

use crate::ast::{Attr, Block, Func, Member};
use crate::errors::Errors;
use crate::plan::{Owner, Placement, Plan};

use super::{check, options, signature};

/// What the companion of a method adds to its type, after the method's name and `_`.
pub(super) const ADDED: &[&str] = &[
    "detailed",
    "at",
    "peek",
    "invalidate",
    "invalidate_all",
    "invalidate_tenant",
    "prime",
    "refresh",
    "update",
    "warm",
    "uncached",
    "key",
    "stats",
];

/// What becomes of a member.
pub(crate) enum Made {
    Plan(Box<Plan>),
    /// It stands as it was written.
    Written(TokenStream),
}

/// Checks a block; a function with mistakes stands as written, and the others are cached.
pub(crate) fn block(attr: Attr, block: Block, errors: &mut Errors) -> (Rc<ItemImpl>, Vec<Made>) {
    let root = options::root(&attr, errors);
    options(attr, errors);
    signature::generics(&block.header.generics, errors);
    if block.members.iter().all(|member| matches!(member, Member::Other { .. })) {
        errors.at(
            block.header.impl_token,
            "nothing in this `impl` is cached; write `#[cached(..)]` on the functions that are",
        );
    }
    let names: Vec<Ident> = block.members.iter().filter_map(name).cloned().collect();
    let header = Rc::new(block.header);
    let owner = Owner::Block(Rc::clone(&header));
    let made = |member| match member {
        Member::Other { written, .. } => Made::Written(written),
        Member::Misplaced { error, written } => {
            errors.add(error);
            Made::Written(written)
        }
        Member::Cached { attr, func, written } => {
            match plan(*attr, *func, &owner, &names, errors) {
                Some(mut plan) => {
                    plan.root = plan.root.take().or_else(|| root.clone());
                    Made::Plan(Box::new(plan))
                }
                None => Made::Written(written),
            }
        }
    };
    let made = block.members.into_iter().map(made).collect();
    (header, made)
}

/// The block has functions, and they have options.
fn options(attr: Attr, errors: &mut Errors) {
    attr.broken.into_iter().for_each(|error| errors.add(error));
    for option in attr.options.iter().filter(|option| !option.is("crate")) {
        errors.at(
            &option.name,
            format!(
                "`{0}` stands on the functions; write `#[cached({0} ..)]` on each that wants it \
                 (the `impl` itself takes `crate = path` alone)",
                option.name
            ),
        );
    }
}

fn name(member: &Member) -> Option<&Ident> {
    match member {
        Member::Cached { func, .. } => Some(&func.sig.ident),
        Member::Other { name, .. } => name.as_ref(),
        Member::Misplaced { .. } => None,
    }
}

/// The plan of a method, whose mistakes hide no other's.
fn plan(
    attr: Attr,
    func: Func,
    owner: &Owner,
    names: &[Ident],
    errors: &mut Errors,
) -> Option<Plan> {
    let mut own = Errors::new();
    let plan = check(attr, func, owner.clone(), &mut own);
    errors.absorb(own);
    let plan = plan?;
    let Placement::Block(prefix) = &plan.placement else { return Some(plan) };
    let added = |operation: &&str| format_ident!("{}_{}", prefix.unraw(), operation);
    let clashes: Vec<Ident> = ADDED.iter().map(added).filter(|name| names.contains(name)).collect();
    for clash in &clashes {
        let at = names.iter().find(|name| *name == clash);
        errors.at(
            at,
            format!(
                "`{clash}` is what `#[cached]` adds for `{}`; \
                 rename it, or write `companion = another` there",
                plan.sig.ident
            ),
        );
    }
    clashes.is_empty().then_some(plan)
}
