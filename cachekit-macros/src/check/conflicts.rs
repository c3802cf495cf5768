//! Rules on the options of one branch together: what contradicts, and what needs another.

use proc_macro2::Span;
use syn::Expr;

use crate::ast::{Opt, Value};
use crate::errors::Errors;
use crate::plan::{Branch, L1, Mode};

use super::context::{Context, Options};
use super::signature::position;
use super::table::{Holds, ROWS};

/// Reports options that contradict each other, or need another.
pub(super) fn check(
    branch: &Branch,
    all: &Options<'_>,
    context: &Context<'_>,
    errors: &mut Errors,
) {
    let at = |name: &str| all.get(name).map_or_else(Span::call_site, Opt::span);
    let mode = branch.mode.word();
    if branch.is_remote() && all.get("ttl").is_none() && all.get("ttl_of").is_none() {
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
        if let (Some(L1::Off), Some(option)) = (branch.l1, all.get("l1")) {
            errors.span(
                option.span(),
                "`mode = \"local\"` keeps its values in L1, so that nothing would be cached; \
                 remove `l1`, or choose `mode = \"strict\"` or `mode = \"degraded\"`",
            );
        }
        for row in ROWS.iter().filter(|row| row.is_of_l2) {
            if let Some(option) = all.get(row.name) {
                errors.at(
                    &option.name,
                    format!(
                        "`{}` is about L2, which `mode = \"local\"` does not have; \
                             add `mode = \"strict\"` or `mode = \"degraded\"`, or remove it",
                        row.name
                    ),
                );
            }
        }
    }
    if branch.mode == Mode::Degraded && branch.set("on_store_error").is_some() {
        errors.span(
            at("on_store_error"),
            "`mode = \"degraded\"` never fails a call because of a store; remove `on_store_error`",
        );
    }
    negative(branch, all, context, errors);
    bounds(branch, all, errors);
    constant(all, context, errors);
}

/// What is one for all calls and still names a parameter.
fn constant(all: &Options<'_>, context: &Context<'_>, errors: &mut Errors) {
    for row in ROWS.iter().filter(|row| row.holds != Holds::Call) {
        let name = row.name;
        if let Some(Opt { value: Value::Is(Expr::Path(path)), .. }) = all.get(name)
            && let Some(param) = path.path.get_ident()
            && position(context.params, param).is_some()
        {
            let varies = if name == "ttl" {
                "; a life that depends on the value is `ttl_of = |user: &User| user.life()`"
            } else {
                ""
            };
            let message =
                format!("`{name}` is one constant for all calls, and `{param}` is not{varies}");
            errors.at(path, message);
        }
    }
}

fn strict(branch: &Branch, all: &Options<'_>, context: &Context<'_>, errors: &mut Errors) {
    if !context.kind.is_result() {
        let message = "`mode = \"strict\"` fails closed, so the function must be able to say so: \
                       return `Result<_, E>` with `E: From<cachekit::Error>` \
                       (for an alias of `Result`, add `returns = \"result\"`), \
                       or choose `mode = \"degraded\"` or `mode = \"local\"`";
        match &context.func.sig.output {
            syn::ReturnType::Default => errors.at(&context.func.sig.ident, message),
            syn::ReturnType::Type(_, ty) => errors.at(ty, message),
        }
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

/// What bounds the entries in this process, and their lives.
fn bounds(branch: &Branch, all: &Options<'_>, errors: &mut Errors) {
    if let Some(option) = all.get("jitter")
        && ["ttl", "ttl_of", "negative_ttl"].iter().all(|life| all.get(life).is_none())
    {
        errors.at(&option.name, "`jitter` shortens a life, and without `ttl` nothing ends; add `ttl = 300`, or remove it");
    }
    if let Some(option) = all.get("tenant_max_size") {
        if all.get("tenant").is_none() {
            errors.at(
                &option.name,
                "`tenant_max_size` bounds each tenant's entries, and the function names none; \
                 add `tenant = account.as_str()`, or bound all entries with `max_size`",
            );
        } else if branch.mode == Mode::Strict || branch.l1 == Some(L1::Off) {
            errors.at(
                &option.name,
                "`tenant_max_size` bounds entries in L1, and this function has no L1; remove it",
            );
        }
    }
    match (all.get("max_bytes"), all.get("weigh")) {
        (Some(bytes), None) if !branch.is_wired() => errors.at(
            &bytes.name,
            "`max_bytes` needs to know what a value weighs; \
             write `weigh = |page: &Page| page.body.len()` (the bytes that a value points at), \
             or choose `l1 = \"encoded\"`, whose entries are bytes",
        ),
        (Some(_), Some(weigh)) if branch.l1 == Some(L1::Encoded) => errors.at(
            &weigh.name,
            "`l1 = \"encoded\"` keeps bytes, which weigh what they are; remove `weigh`",
        ),
        (None, Some(weigh)) => errors.at(
            &weigh.name,
            "`weigh` tells `max_bytes` what a value weighs; add `max_bytes = 64 << 20`, or remove it",
        ),
        _ => {}
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
        errors.at(&option.name, "`cache_none` needs a function that returns `Option`; remove it, or for an alias add `returns = \"option\"` or `returns = \"result_option\"`");
    }
    if let Some(option) = all.get("negative_ttl")
        && branch.cache_err.is_none()
        && !branch.cache_none
    {
        errors.at(&option.name, "`negative_ttl` is the life of a cached `Err` or `None`, and neither is cached; add `cache_err` or `cache_none`, or remove it");
    }
}
