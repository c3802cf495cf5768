//! Generations that are owed a bump: invalidations that L2 has not confirmed.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Place;
use crate::sync::plain;

/// What a function, or one tenant of it, owes: a bump of its generation in every bucket.
///
/// The debt lives in this process. It is settled before anything of the function (or tenant) in
/// L2 is trusted or written again, so that `Pending` is a promise kept for as long as the process
/// lives.
#[derive(Debug, Default)]
pub(crate) struct Owed {
    debts: Mutex<Debts>,
    /// The number of debts, read on every operation. Written under the lock; a reader that sees
    /// an older number overlaps the invalidation, which may then come after it.
    count: AtomicUsize,
}

#[derive(Debug, Default)]
struct Debts {
    /// By generation key: the serial of the newest invalidation that owes it.
    by_generation: BTreeMap<String, u64>,
    /// Never given twice, so that a settled bill cannot strike out a later debt.
    serials: u64,
}

/// Debts as they stood at one moment.
#[derive(Debug)]
pub(crate) struct Bill {
    pub(crate) generations: Vec<String>,
    serials: Vec<u64>,
}

impl Owed {
    /// Owes these generations a bump; whether any of them was owed none before.
    pub(crate) fn owe(&self, generations: impl IntoIterator<Item = String>) -> bool {
        let mut debts = plain(&self.debts);
        debts.serials += 1;
        let serial = debts.serials;
        let before = debts.by_generation.len();
        debts.by_generation.extend(generations.into_iter().map(|generation| (generation, serial)));
        self.count.store(debts.by_generation.len(), Ordering::Release);
        debts.by_generation.len() > before
    }

    /// Whether a value at this place depends on a generation that is owed a bump.
    pub(crate) fn touches(&self, place: &Place) -> bool {
        if self.count.load(Ordering::Acquire) == 0 {
            return false;
        }
        let debts = plain(&self.debts);
        place.generations().any(|generation| debts.by_generation.contains_key(generation))
    }

    pub(crate) fn len(&self) -> usize {
        self.count.load(Ordering::Acquire)
    }

    /// What is to be bumped, all at once.
    pub(crate) fn bill(&self) -> Bill {
        let debts = &plain(&self.debts).by_generation;
        Bill {
            generations: debts.keys().cloned().collect(),
            serials: debts.values().copied().collect(),
        }
    }

    /// Strikes out what was bumped, unless it is owed anew since.
    pub(crate) fn settle(&self, bill: &Bill) {
        let debts = &mut plain(&self.debts).by_generation;
        for (generation, serial) in bill.generations.iter().zip(&bill.serials) {
            if debts.get(generation) == Some(serial) {
                debts.remove(generation);
            }
        }
        self.count.store(debts.len(), Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(generation: &str, tenant: Option<&str>) -> Place {
        let tenant = tenant.map(str::to_owned);
        Place::new(String::new(), String::new(), generation.to_owned(), tenant)
    }

    #[test]
    fn a_debt_touches_what_depends_on_it_and_nothing_else() {
        let owed = Owed::default();
        owed.owe(["f".to_owned(), "t:a".to_owned()]);
        assert!(owed.touches(&place("f", None)));
        assert!(owed.touches(&place("g", Some("t:a"))));
        assert!(!owed.touches(&place("g", Some("t:b"))));
    }

    #[test]
    fn what_is_owed_anew_while_it_is_settled_stays_owed() {
        let owed = Owed::default();
        owed.owe(["f".to_owned(), "g".to_owned()]);
        let bill = owed.bill();
        owed.owe(["f".to_owned()]);
        owed.settle(&bill);
        assert!(owed.touches(&place("f", None)));
        assert!(!owed.touches(&place("g", None)));
        owed.settle(&owed.bill());
        assert_eq!(owed.len(), 0);
    }
}
