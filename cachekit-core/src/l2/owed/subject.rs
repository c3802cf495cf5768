//! The subject of a change: what is settled in one step.

use std::sync::Arc;

use crate::l2::Place;
use crate::l2::keys::Names;

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
pub(crate) struct Bill<C> {
    pub(crate) items: Items,
    pub(crate) changes: Vec<C>,
}

/// What a tier is told of in one step.
#[derive(Debug)]
pub(crate) enum Items {
    Entries(Vec<Place>),
    Generations(Vec<String>),
}

impl Subject {
    /// A tenant's entries, by the tenant's text.
    pub(crate) fn tenant(names: &Names, text: &str) -> Self {
        Self::Tenant(names.tenant(text).into())
    }

    /// The generations that end it; none of an entry, which ends by itself.
    pub(crate) fn generations(&self, names: &Names) -> Vec<String> {
        match self {
            Self::Key(_) => Vec::new(),
            Self::Tenant(tenant) => names.generations_of(tenant),
            Self::Function => names.generations(None),
        }
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
        Bill { items: self.items, changes: self.changes.into_iter().map(with).collect() }
    }
}
