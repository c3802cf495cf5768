//! What a runtime allows its functions at most, and when each learns of it.
//!
//! A function that names its runtime reads its limit there as it is listed, before it has a table.
//! One that names none may have been called before its runtime was installed: there the limit is
//! brought to it, and what it holds by then is dropped.

use std::ptr;

use crate::error::Error;
use crate::policy::Limit;
use crate::runtime::Registry;
use crate::runtime::registered::Registered;
use crate::runtime::whose::named;

/// Functions, each with what it is allowed.
pub(crate) type Limits = Vec<(&'static dyn Registered, Limit)>;

/// Checks that each limit is of a function of this runtime: elsewhere it would limit nothing.
pub(super) fn check(limits: &Limits, registry: &Registry) -> Result<(), Error> {
    for (function, _) in limits {
        let spec = function.spec();
        let fix = match (spec.runtime.is_some(), registry.is_common()) {
            (true, true) => "names a runtime of its own with `runtime = ..`: limit it there",
            (false, false) => {
                "names no runtime, so that the one that is installed is its own: \
                limit it there, or let it name this one with `runtime = ..`"
            }
            _ => continue,
        };
        return Err(Error::config(format!("a limit would not hold: `{}` {fix}", spec.identity)));
    }
    Ok(())
}

/// What the runtime that a function names allows it; `None` for one that names none.
pub(crate) fn limit(function: &'static dyn Registered) -> Option<Limit> {
    let runtime = named(function.spec())?();
    Some(own(&runtime.0.limits, function))
}

/// All that is said of a function, together.
fn own(limits: &Limits, function: &'static dyn Registered) -> Limit {
    let own = limits.iter().filter(|(other, _)| ptr::addr_eq(*other, function));
    own.fold(Limit::NONE, |all, (_, limit)| all.and(*limit))
}

/// Tells functions that name no runtime what they are allowed from now on.
pub(super) fn set(limits: &Limits) {
    for (function, _) in limits {
        function.limit(own(limits, *function));
    }
}

/// Drops what those functions hold from before.
pub(super) fn forget(limits: &Limits) {
    for (function, _) in limits {
        function.forget();
    }
}
