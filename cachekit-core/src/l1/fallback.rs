//! Fallback: what this node answers with while L2 is away; forgotten when it is back.

use std::sync::{Mutex, OnceLock};

use crate::guards::Guard;
use crate::l1::entries::Entries;
use crate::l1::per_value::PerValue;
use crate::l1::table::{MakeSealed, Whose};
use crate::l2::outage::Outage;
use crate::policy::Policy;
use crate::sync::plain;

/// The entries of one outage.
pub(crate) struct Fallback<O, V> {
    /// Made in the first outage; most processes never see one.
    own: OnceLock<Entries<O, V>>,
    /// The outage that the entries belong to.
    outage: Mutex<Option<Outage>>,
    whose: Whose<O>,
    seal: Option<MakeSealed<O>>,
}

impl<O: Eq + Clone, V: Clone> Fallback<O, V> {
    pub(crate) const fn new(whose: Whose<O>, seal: Option<MakeSealed<O>>) -> Self {
        Self { own: OnceLock::new(), outage: Mutex::new(None), whose, seal }
    }

    /// The entries of `outage`, to be read.
    pub(crate) fn of(&self, outage: Option<Outage>) -> Option<&Entries<O, V>> {
        let own = self.own.get()?;
        let mut current = plain(&self.outage);
        if *current == outage || !Guard::OutageOver.holds() {
            return current.is_some().then_some(own);
        }
        // Over: what was made in it knows nothing of what others did to L2 since.
        if current.take().is_some() {
            drop(current);
            own.clear();
        }
        None
    }

    /// As [`Fallback::of`], where a lock is held: what is over is left where it is.
    pub(crate) fn current(&self, outage: Option<Outage>) -> Option<&Entries<O, V>> {
        let own = self.own.get()?;
        let current = *plain(&self.outage);
        let is_over = current != outage && Guard::OutageOver.holds();
        (current.is_some() && !is_over).then_some(own)
    }

    /// The entries of `outage`, to be added to in [`Fallback::while_it_lasts`].
    pub(crate) fn during(
        &self,
        outage: Outage,
        policy: &Policy,
        measure: PerValue<V>,
    ) -> &Entries<O, V> {
        let own = self.own.get_or_init(|| Entries::new(policy, measure, self.whose, self.seal));
        let before = plain(&self.outage).replace(outage);
        if before.is_some_and(|before| before != outage) && Guard::OutageOver.holds() {
            own.clear();
        }
        own
    }

    /// Runs `add` if the entries still are those of `outage`.
    ///
    /// Under the lock: whoever ends the outage clears what was added before, and nothing is added
    /// after. What `add` returns, or holds where it does not run, may be user's values, which drop
    /// outside.
    pub(crate) fn while_it_lasts<D, F>(&self, outage: Outage, add: F) -> Result<D, F>
    where
        F: FnOnce() -> D,
    {
        let current = plain(&self.outage);
        if *current == Some(outage) { Ok(add()) } else { Err(add) }
    }

    /// The entries, whatever outage they belong to, to be removed from.
    pub(crate) fn any(&self) -> Option<&Entries<O, V>> {
        self.own.get()
    }
}
