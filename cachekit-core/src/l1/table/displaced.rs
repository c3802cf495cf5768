//! Entries that an insertion pushes out of the table, kept until no lock is held.

use std::sync::Arc;

use quick_cache::Lifecycle;

use crate::l1::entry::Entry;

use super::key::{TableKey, place};
use super::tally::Tally;

/// Counts what the bound pushes out, and keeps it until the shard's lock is free.
pub(super) struct Evictions<V>(Arc<Tally<V>>);

impl<V> Evictions<V> {
    pub(super) fn new(tally: &Arc<Tally<V>>) -> Self {
        Self(Arc::clone(tally))
    }
}

impl<V> Clone for Evictions<V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<O, V> Lifecycle<TableKey<O>, Entry<V>> for Evictions<V> {
    type RequestState = Displaced<O, V>;

    fn on_evict(&self, displaced: &mut Self::RequestState, kept: TableKey<O>, entry: Entry<V>) {
        self.0.went(&entry);
        if displaced.exchanges != Some(place(kept.serial)) {
            self.0.evicted.add(1);
        }
        displaced.push((kept, entry));
    }
}

/// Entries that made room for another; dropped where no lock is held.
///
/// Seldom more than two, and those are worth no allocation.
pub(crate) struct Displaced<O, V> {
    few: [Option<(TableKey<O>, Entry<V>)>; 2],
    more: Vec<(TableKey<O>, Entry<V>)>,
    /// The serial of the entry that is exchanged, if one is.
    pub(super) exchanges: Option<u64>,
}

/// What came of an exchange.
pub(crate) enum Exchanged<T> {
    /// The old entry, whose place the new one has.
    Old(T),
    /// The new one: the old one was not there any more.
    New(T),
}

impl<T> Exchanged<T> {
    pub(crate) fn map<U>(self, with: impl FnOnce(T) -> U) -> Exchanged<U> {
        match self {
            Self::Old(old) => Exchanged::Old(with(old)),
            Self::New(new) => Exchanged::New(with(new)),
        }
    }
}

impl<O, V> Default for Displaced<O, V> {
    fn default() -> Self {
        Self { few: [None, None], more: Vec::new(), exchanges: None }
    }
}

impl<O, V> From<(TableKey<O>, Entry<V>)> for Displaced<O, V> {
    fn from(one: (TableKey<O>, Entry<V>)) -> Self {
        Self { few: [Some(one), None], more: Vec::new(), exchanges: None }
    }
}

impl<O, V> Displaced<O, V> {
    pub(super) fn push(&mut self, item: (TableKey<O>, Entry<V>)) {
        match self.few.iter_mut().find(|place| place.is_none()) {
            Some(place) => *place = Some(item),
            None => self.more.push(item),
        }
    }

    pub(super) fn kept(&self) -> impl Iterator<Item = &TableKey<O>> {
        self.few.iter().flatten().chain(&self.more).map(|(kept, _)| kept)
    }
}
