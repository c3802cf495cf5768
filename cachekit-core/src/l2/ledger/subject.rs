//! What a change is of, and what is settled in one step.

use std::sync::Arc;

use crate::l2::Place;
use crate::names;

/// What a change is of.
#[derive(Debug, Clone)]
pub(crate) enum Subject {
    Key(Arc<Place>),
    /// By what stands for the tenant in the names of generations.
    Tenant(Arc<str>),
    Function,
}

/// What is settled in one step, and under which changes.
#[derive(Debug)]
pub(crate) enum Bill<C> {
    Entries(Vec<Place>, Vec<C>),
    Generations(Vec<String>, Vec<C>),
}

impl Subject {
    /// A tenant's entries, by the tenant's text.
    pub(crate) fn tenant(text: &str) -> Self {
        Self::Tenant(names::tenant(text).into())
    }

    /// Its kind, as a place in a list of three.
    pub(super) fn kind(&self) -> usize {
        match self {
            Self::Key(_) => 0,
            Self::Tenant(_) => 1,
            Self::Function => 2,
        }
    }

    /// What its debt is called.
    pub(crate) fn what(&self) -> &'static str {
        match self {
            Self::Key(_) => "a change of an entry",
            Self::Tenant(_) => "an invalidation of a tenant",
            Self::Function => "an invalidation of all",
        }
    }
}

impl<C> Bill<C> {
    pub(super) fn map<D>(self, with: impl FnMut(C) -> D) -> Bill<D> {
        match self {
            Self::Entries(places, changes) => {
                Bill::Entries(places, changes.into_iter().map(with).collect())
            }
            Self::Generations(names, changes) => {
                Bill::Generations(names, changes.into_iter().map(with).collect())
            }
        }
    }
}
