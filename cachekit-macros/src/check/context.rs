//! The function that options are checked against, and the options beside them.

use crate::ast::{Func, Opt};
use crate::plan::{Kind, Owner, Param};

/// The function of an attribute.
pub(super) struct Context<'a> {
    pub(super) params: &'a [Param],
    pub(super) kind: Kind,
    pub(super) func: &'a Func,
    pub(super) owner: &'a Owner,
}

/// A set of options, by name.
pub(super) struct Options<'a>(pub(super) &'a [Opt]);

impl<'a> Options<'a> {
    pub(super) fn get(&self, name: &str) -> Option<&'a Opt> {
        self.0.iter().find(|option| option.is(name))
    }
}
