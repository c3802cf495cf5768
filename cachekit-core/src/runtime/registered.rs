//! A function as its runtime knows it: what its attribute says, what its calls came to, what it keeps.

use std::any::Any;
use std::pin::Pin;
use std::sync::Arc;

use crate::call::invalidate::Invalidated;
use crate::error::{At, Error};
use crate::l2::outage::Outage;
use crate::observe::stats::{Counts, Stats};
use crate::policy::{L2Use, Limit, Policy};
use crate::runtime::Runtime;

/// What an attribute says of its function.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// The function's identity: its path, or `name = ..`.
    pub identity: &'static str,
    /// Where it is written, for errors that name two functions.
    pub place: &'static str,
    /// `namespace = ..`.
    pub namespace: Option<&'static str>,
    /// Everything that decides its calls.
    pub policy: Policy,
    /// `runtime = ..`.
    pub runtime: Option<fn() -> &'static Runtime>,
}

impl Spec {
    /// Whether its values go to L2.
    pub(crate) fn is_remote(&self) -> bool {
        self.policy.l2 != L2Use::Off
    }

    /// The function, and whose call it is, in errors.
    pub(crate) fn at(&self, tenant: Option<Arc<str>>) -> At {
        At { function: Some(self.identity), mode: Some(self.policy.mode), tenant }
    }
}

/// An invalidation of a whole function, which begins when it is polled.
pub(crate) type Clearing = Pin<Box<dyn Future<Output = Result<Invalidated, Error>> + Send>>;

/// A function that is listed with a runtime.
pub(crate) trait Registered: Send + Sync {
    fn spec(&'static self) -> &'static Spec;

    /// What its calls came to.
    fn stats(&'static self) -> Stats;

    /// Invalidates every entry of it, whoever wrote it.
    fn invalidate_all(&'static self) -> Clearing;

    /// What each of its instantiations keeps.
    #[cfg(any(feature = "disk", feature = "metrics"))]
    fn stores(&'static self) -> Box<dyn Iterator<Item = &'static dyn Erased>>;

    /// The namespace that its entries have; of one that stores none, what it states.
    #[cfg(feature = "metrics")]
    fn namespace(&'static self) -> Arc<str>;

    /// Keeps to what its deployment allows from now on; what it holds may live longer, until it is
    /// forgotten.
    fn limit(&'static self, limit: Limit);

    /// Forgets its entries, and what computations in flight would keep.
    fn forget(&'static self);

    /// Whether it has found its tier, if it has one.
    #[cfg(feature = "metrics")]
    fn is_settled(&'static self) -> bool;

    /// Forgets its tier and all that it keeps.
    #[cfg(feature = "testing")]
    fn unbind(&'static self);

    /// As much, of a world that ends.
    #[cfg(feature = "testing")]
    fn end_world(&'static self);
}

/// What may be done to a store without knowing its types.
pub(crate) trait Erased: Any + Send + Sync {
    /// Detaches every flight and removes every entry.
    fn revoke_all(&self);
    /// Keeps to a policy that came after it was made, for what is put from now on.
    fn abide(&self, policy: &Policy);
    /// Detaches a tenant's flights and removes its entries.
    fn revoke_tenant(&self, tenant: &str);
    /// Unexpired entries in L1.
    fn entries(&self, outage: Option<Outage>) -> usize;
    /// Bytes of L1's tables and entries.
    fn bytes(&self) -> usize;
    fn evictions(&self) -> u64;
    fn counts(&self) -> &Counts;
    fn generics(&self) -> &'static str;
    /// The codec's name, where values are stored as bytes.
    #[cfg(feature = "metrics")]
    fn codec(&self) -> Option<&'static str>;
    #[cfg(feature = "testing")]
    fn flights(&self) -> usize;
    #[cfg(feature = "testing")]
    fn corrupt(&self, change: &dyn Fn(&mut Vec<u8>));
}
