//! An entry with its key: what its operations need, found when they are polled.

use std::sync::Arc;

use crate::call::change::{Edit, Handover};
use crate::call::context::Context;
use crate::call::instance::Instance;
use crate::call::invalidate::{Invalidated, Invalidation};
use crate::call::peek;
use crate::error::Error;
use crate::error::Operation;
use crate::function::asked::Asked;
use crate::function::at::Operations;
use crate::function::reach;
use crate::function::site::Site;
use crate::key::digest::Digest;
use crate::key::{OwnedKey, Stored};
use crate::l2::access::{Access, Reach};
use crate::l2::owed::Subject;
use crate::policy::Sign;
use crate::value::returns::Value;

/// One key of an instantiation of a function.
pub(crate) struct Entry<O: 'static, V: 'static> {
    pub(crate) site: &'static Site,
    pub(crate) tiers: &'static Instance<O, V>,
    /// The instantiation's own type and const parameters, by name.
    pub(crate) generics: &'static str,
    pub(crate) sign: fn(&V) -> Sign,
    pub(crate) key: OwnedKey<O>,
    /// The bytes that the key points at.
    pub(crate) key_bytes: usize,
    /// Of a function that has an L2, or seals what is in this process.
    pub(crate) digest: Option<Digest>,
    pub(crate) tenant: Option<Arc<str>>,
}

/// What a call or an operation under way has of the function.
pub(crate) struct Way {
    pub(crate) scope: Context,
    pub(crate) reach: Reach,
}

impl<O: Stored, V: Value> Entry<O, V> {
    /// What it can reach of L2 now, and under which name.
    pub(crate) fn way(&self) -> Way {
        let (site, tenant) = (self.site, self.tenant.clone());
        let Access { reach, digest, guard } =
            reach::reach(site, self.tiers, self.generics, self.digest, tenant.as_deref());
        let scope = Context { policy: site.policy(), digest, guard, at: site.spec().at(tenant) };
        Way { scope, reach }
    }

    fn edit<'a>(&'a self, Way { scope, reach }: &'a Way) -> Edit<'a, O, V> {
        Edit {
            tiers: self.tiers,
            scope,
            reach,
            key: &self.key,
            key_bytes: self.key_bytes,
            names: reach::names(self.site),
            sign: self.sign,
        }
    }
}

impl<O: Stored, V: Value> Operations<V> for Entry<O, V> {
    fn peek(self: Arc<Self>) -> Asked<Result<Option<V>, Error>> {
        Asked::new(async move {
            let Way { scope, reach } = self.way();
            peek::peek(self.tiers, &scope, &reach, &self.key).await
        })
    }

    fn invalidate(self: Arc<Self>) -> Asked<Result<Invalidated, Error>> {
        Asked::new(async move {
            let Way { scope, reach } = &self.way();
            let names = reach::names(self.site);
            let invalidation = Invalidation {
                scope,
                tier: reach.gate().map(|gate| gate.zip(names.as_deref())),
                counts: Some(&self.tiers.counts),
                revoke: || self.tiers.revoke(&self.key),
            };
            let subject = |_: &_| match reach {
                Reach::Remote(remote) => Subject::Key(Arc::clone(&remote.place)),
                _ => unreachable!("a function with L2 has a place for each key"),
            };
            invalidation.run(Operation::Invalidate, subject).await
        })
    }

    fn prime(self: Arc<Self>, value: V) -> Asked<Result<Invalidated, Error>> {
        Asked::new(async move { self.edit(&self.way()).prime(value).await })
    }

    fn update(self: Arc<Self>, hand: Arc<Handover<V>>) -> Asked<Result<Option<V>, Error>> {
        Asked::new(async move { self.edit(&self.way()).update(&hand).await })
    }

    fn key(&self) -> Option<String> {
        reach::key(self.site, self.digest?)
    }
}
