//! One function's book: which changes are under way, which are owed, and what covers what.

mod record;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use crate::guards::Guard;
use crate::l2::Place;
use crate::l2::keys::{self, Names};

use super::sent::{Late, Sent};
use super::subject::{Bill, Items, Subject};
use record::Record;

/// Keys of a function that are owed one by one. Above, a server that was away for long would be
/// asked more than the tenants or the function as a whole, and the process would hold more than
/// they are worth.
pub(super) const MOST_KEYS: usize = 1024;

/// Tenants of a function that are owed one by one: sixteen generations each.
pub(super) const MOST_TENANTS: usize = 1024;

/// Keys that are settled in one step: few enough for one `op_timeout` of a slow server, enough that
/// the way to it does not matter.
const KEYS: usize = 128;

/// Tenants that are settled in one step.
const TENANTS: usize = 32;

/// One function's book.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// Never given twice; a change of a greater number began later.
    serials: u64,
    function: Record,
    tenants: BTreeMap<Arc<str>, Record>,
    keys: BTreeMap<String, Key>,
    owed_tenants: usize,
    owed_keys: usize,
}

#[derive(Debug)]
struct Key {
    record: Record,
    place: Arc<Place>,
}

impl Book {
    pub(super) fn open(&mut self, subject: &Subject, now: Instant) -> u64 {
        let record = self.record(subject);
        record.open += 1;
        record.began = Some(now);
        self.serials += 1;
        self.serials
    }

    pub(super) fn owe(&mut self, subject: &Subject, serial: u64, obeyed: Option<Late>) {
        let record = self.record(subject);
        record.open -= 1;
        let new = usize::from(record.owe(serial, obeyed));
        match subject {
            Subject::Key(_) => self.owed_keys += new,
            Subject::Tenant(_) => self.owed_tenants += new,
            Subject::Function => {}
        }
        if self.owed_keys > MOST_KEYS {
            self.owe_tenants();
        }
        if self.owed_tenants > MOST_TENANTS {
            self.owe_all();
        }
        self.prune(subject);
    }

    pub(super) fn withdraw(&mut self, subject: &Subject) {
        self.record(subject).open -= 1;
        self.prune(subject);
    }

    pub(super) fn confirm(&mut self, subject: &Subject, serial: u64, sent: Sent) {
        let serial = if Guard::DebtNumber.holds() { serial } else { self.serials };
        let record = self.record(subject);
        record.open -= 1;
        let gone = usize::from(record.confirm(serial, sent));
        match subject {
            Subject::Key(_) => self.owed_keys -= gone,
            Subject::Tenant(tenant) => {
                self.owed_tenants -= gone;
                let is_theirs = |key: &&mut Key| keys::tenant_of(&key.place) == Some(tenant);
                let keys = self.keys.values_mut().filter(is_theirs);
                self.owed_keys -=
                    keys.filter_map(|key| key.record.confirm(serial, sent).then_some(())).count();
            }
            Subject::Function => {
                let confirm = |record: &mut Record| record.confirm(serial, sent).then_some(());
                self.owed_tenants -= self.tenants.values_mut().filter_map(confirm).count();
                let keys = self.keys.values_mut();
                self.owed_keys -= keys.filter_map(|key| confirm(&mut key.record)).count();
            }
        }
        self.prune(subject);
    }

    pub(super) fn touches(&self, place: &Place) -> bool {
        let owes = |record: &Record| record.owed.is_some();
        let of_tenant = || {
            let tenant = keys::tenant_of(place)?;
            self.tenants.get(tenant)
        };
        owes(&self.function)
            || of_tenant().is_some_and(owes)
            || self.keys.get(&place.entry).is_some_and(|key| owes(&key.record))
    }

    /// Until when something may be obeyed after a change that is sent so, of what is owed of a subject:
    /// of it, of what covers it, and of what it covers.
    pub(super) fn obeyed_until(&self, subject: &Subject, sent: Sent) -> Option<Instant> {
        let late = |record: &Record| {
            record.obeyed.filter(|late| late.may_follow(sent)).map(|late| late.until)
        };
        let of_tenant = |tenant: &str| self.tenants.get(tenant).and_then(late);
        let of_keys = |is_theirs: &dyn Fn(&Key) -> bool| {
            self.keys
                .values()
                .filter(|key| is_theirs(key))
                .filter_map(|key| late(&key.record))
                .max()
        };
        let narrower = match subject {
            Subject::Key(place) => {
                let own = self.keys.get(&place.entry).and_then(|key| late(&key.record));
                own.max(keys::tenant_of(place).and_then(of_tenant))
            }
            Subject::Tenant(tenant) => {
                let is_theirs = |key: &Key| keys::tenant_of(&key.place) == Some(tenant);
                of_tenant(tenant).max(of_keys(&is_theirs))
            }
            Subject::Function => {
                self.tenants.values().filter_map(late).max().max(of_keys(&|_| true))
            }
        };
        late(&self.function).max(narrower)
    }

    /// The number of debts.
    pub(super) fn owed(&self) -> usize {
        usize::from(self.function.owed.is_some()) + self.owed_tenants + self.owed_keys
    }

    /// A piece of what is owed, the widest first, with a number for each that is settled.
    ///
    /// What another change of the same is under way for is left to it.
    pub(super) fn bill(&mut self, names: &Names, sent: Sent) -> Option<Bill<(Subject, u64)>> {
        let (items, subjects) = self.due(names, sent)?;
        let changes = subjects.into_iter().map(|subject| {
            let serial = self.open(&subject, sent.at);
            (subject, serial)
        });
        Some(Bill { items, changes: changes.collect() })
    }

    /// What is due, and what it is of.
    fn due(&self, names: &Names, sent: Sent) -> Option<(Items, Vec<Subject>)> {
        let generations = |of: Vec<Subject>| {
            let all = of.iter().flat_map(|subject| subject.generations(names)).collect();
            (Items::Generations(all), of)
        };
        if self.function.is_due(sent) {
            return Some(generations(vec![Subject::Function]));
        }
        let due = self.tenants.iter().filter(|(_, record)| record.is_due(sent)).take(TENANTS);
        let tenants: Vec<_> = due.map(|(tenant, _)| Subject::Tenant(Arc::clone(tenant))).collect();
        if !tenants.is_empty() {
            return Some(generations(tenants));
        }
        let due = self.keys.values().filter(|key| key.record.is_due(sent)).take(KEYS);
        let places: Vec<_> = due.map(|key| Arc::clone(&key.place)).collect();
        let entries = places.iter().map(|place| Place::clone(place)).collect();
        let keys: Vec<_> = places.into_iter().map(Subject::Key).collect();
        (!keys.is_empty()).then_some((Items::Entries(entries), keys))
    }

    /// Owes tenants, or the function where there are none, instead of keys.
    fn owe_tenants(&mut self) {
        for key in self.keys.values_mut() {
            let Some(serial) = key.record.owed.take() else { continue };
            let obeyed = key.record.obeyed.take();
            match keys::tenant_of(&key.place) {
                Some(tenant) => {
                    let tenant = self.tenants.entry(tenant.into()).or_default();
                    self.owed_tenants += usize::from(tenant.owe(serial, obeyed));
                }
                None => drop(self.function.owe(serial, obeyed)),
            }
        }
        self.owed_keys = 0;
        self.keys.retain(|_, key| key.record.is_needed());
    }

    /// Owes the function instead of tenants.
    fn owe_all(&mut self) {
        for tenant in self.tenants.values_mut() {
            if let Some(serial) = tenant.owed.take() {
                self.function.owe(serial, tenant.obeyed.take());
            }
        }
        self.owed_tenants = 0;
        self.tenants.retain(|_, tenant| tenant.is_needed());
    }

    fn record(&mut self, subject: &Subject) -> &mut Record {
        match subject {
            Subject::Function => &mut self.function,
            Subject::Tenant(tenant) => self.tenants.entry(Arc::clone(tenant)).or_default(),
            Subject::Key(place) => {
                let made = || Key { record: Record::default(), place: Arc::clone(place) };
                &mut self.keys.entry(place.entry.clone()).or_insert_with(made).record
            }
        }
    }

    fn prune(&mut self, subject: &Subject) {
        match subject {
            Subject::Function => {
                self.tenants.retain(|_, tenant| tenant.is_needed());
                self.keys.retain(|_, key| key.record.is_needed());
                if !self.function.is_needed() {
                    self.function = Record::default();
                }
            }
            Subject::Tenant(tenant) => {
                self.keys.retain(|_, key| key.record.is_needed());
                if self.tenants.get(tenant).is_some_and(|record| !record.is_needed()) {
                    self.tenants.remove(tenant);
                }
            }
            Subject::Key(place) => {
                if self.keys.get(&place.entry).is_some_and(|key| !key.record.is_needed()) {
                    self.keys.remove(&place.entry);
                }
            }
        }
    }

    #[cfg(test)]
    pub(super) fn records(&self) -> usize {
        self.tenants.len() + self.keys.len() + usize::from(self.function.is_needed())
    }
}
