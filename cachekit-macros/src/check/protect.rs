//! Reads the protection of a function's stored values, and what that asks of its other options.

use crate::errors::Errors;
use crate::plan::{Branch, L1, Mode, Protection};

use super::context::{Context, Options};
use super::values;

/// What the options ask for.
pub(super) fn read(all: &Options<'_>, errors: &mut Errors) -> Protection {
    let mut asks = |name| all.get(name).is_some_and(|option| values::switch(option, errors));
    match (asks("encrypt"), asks("mac")) {
        (true, mac) => {
            if let (true, Some(option)) = (mac, all.get("mac")) {
                errors.at(
                    &option.name,
                    "`encrypt` authenticates what it seals, as `mac` does without sealing; remove `mac`",
                );
            }
            Protection::Encrypt
        }
        (false, true) => Protection::Mac,
        (false, false) => Protection::Checksum,
    }
}

/// The L1 of a protected function that names none: it holds what L2 does.
pub(super) fn l1(protection: Protection, mode: Option<Mode>) -> Option<L1> {
    let degraded = mode == Some(Mode::Degraded);
    (protection != Protection::Checksum && degraded).then_some(L1::Encoded)
}

/// Reports what a protected function cannot have.
pub(super) fn check(
    branch: &Branch,
    all: &Options<'_>,
    context: &Context<'_>,
    errors: &mut Errors,
) {
    if branch.protection != Protection::Checksum
        && let (Some(L1::Typed), Some(option)) = (branch.l1, all.get("l1"))
    {
        errors.span(
            option.span(),
            "a protected function keeps in L1 what it stores in L2, and never the value itself; \
             remove `l1`, or write `l1 = \"off\"`",
        );
    }
    if let (true, Some(option)) = (branch.raises(), all.get("on_tamper"))
        && branch.mode == Mode::Degraded
        && !context.kind.is_result()
    {
        errors.span(
            option.span(),
            "`on_tamper = \"raise\"` fails the call, so the function must be able to say so: \
             return `Result<_, E>` with `E: From<cachekit::Error>` \
             (for an alias of `Result`, add `returns = \"result\"`), or remove it",
        );
    }
}
