//! Keys as a server has them: of a few types, each with the end of its life.
//!
//! Ordered, so that whoever looks at all of them finds them in the same order each time.

use std::collections::BTreeMap;

/// Fields with their bytes.
pub(super) type Fields = BTreeMap<String, Vec<u8>>;

/// What is at a key of a [`Memory`](super::Memory).
///
/// Keys and fields have the names that they have in Redis; the project's page on keys lists them.
///
/// ```
/// use cachekit::testing::{Kept, Memory};
///
/// let tier = Memory::new();
/// tier.put("a", Kept::Foreign);
/// assert_eq!(tier.look("a"), Some(Kept::Foreign));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// Fields with their bytes, as an entry has them.
    Fields(BTreeMap<String, Vec<u8>>),
    /// A text, as a generation is.
    Text(Vec<u8>),
    /// Whatever else another program keeps.
    Foreign,
}

/// The keys, and what time it is to them. A key whose life is over is not there.
#[derive(Debug, Default)]
pub(super) struct Keys {
    held: BTreeMap<String, Held>,
    /// Milliseconds since the Unix epoch, as are the ends.
    now: u64,
}

#[derive(Debug)]
struct Held {
    kept: Kept,
    /// The last moment of its life, if that has one.
    ends: Option<u64>,
}

impl Keys {
    /// The keys at a moment.
    pub(super) fn at(&mut self, now: u64) -> &mut Self {
        self.now = now;
        self
    }

    pub(super) fn now(&self) -> u64 {
        self.now
    }

    fn held(&mut self, key: &str) -> Option<&mut Held> {
        if self.held.get(key)?.ends.is_some_and(|end| end < self.now) {
            self.held.remove(key);
        }
        self.held.get_mut(key)
    }

    pub(super) fn kept(&mut self, key: &str) -> Option<&Kept> {
        self.held(key).map(|held| &held.kept)
    }

    /// The fields at a key that has fields.
    pub(super) fn fields(&mut self, key: &str) -> Option<&mut Fields> {
        match &mut self.held(key)?.kept {
            Kept::Fields(fields) => Some(fields),
            Kept::Text(_) | Kept::Foreign => None,
        }
    }

    /// Puts something at a key, in place of what is there, without an end.
    pub(super) fn put(&mut self, key: &str, kept: Kept) {
        self.held.insert(key.to_owned(), Held { kept, ends: None });
    }

    /// Sets a field; a key that is not there begins with it.
    ///
    /// # Panics
    ///
    /// If something else than fields is at the key, which whoever sets has seen that it is not.
    pub(super) fn set(&mut self, key: &str, field: &str, bytes: Vec<u8>) {
        if self.kept(key).is_none() {
            self.put(key, Kept::Fields(Fields::new()));
        }
        let fields = self.fields(key).expect("a script sets fields of an entry alone");
        fields.insert(field.to_owned(), bytes);
    }

    /// Removes a field, and with the last one the key; answers whether it was there.
    pub(super) fn unset(&mut self, key: &str, field: &str) -> bool {
        let was = self.fields(key).is_some_and(|fields| fields.remove(field).is_some());
        self.drop_empty(key);
        was
    }

    /// A key has at least one field, or is not there.
    pub(super) fn drop_empty(&mut self, key: &str) {
        if self.fields(key).is_some_and(|fields| fields.is_empty()) {
            self.held.remove(key);
        }
    }

    /// Removes a key; answers whether it was there.
    pub(super) fn remove(&mut self, key: &str) -> bool {
        let was = self.held(key).is_some();
        self.held.remove(key);
        was
    }

    pub(super) fn clear(&mut self) {
        self.held.clear();
    }

    /// Gives a key so many milliseconds, unless it has more; one without an end gets one.
    pub(super) fn live_for(&mut self, key: &str, life: u64) {
        let end = self.now.saturating_add(life);
        if let Some(held) = self.held(key)
            && held.ends.is_none_or(|ends| ends < end)
        {
            held.ends = Some(end);
        }
    }

    /// Lets a key end at a moment, sooner or later than it would have.
    pub(super) fn live_until(&mut self, key: &str, end: u64) {
        if let Some(held) = self.held(key) {
            held.ends = Some(end);
        }
    }

    /// Milliseconds that are left of a key; `None` if it is not there, or has no end.
    pub(super) fn left(&mut self, key: &str) -> Option<u64> {
        let now = self.now;
        Some(self.held(key)?.ends?.saturating_sub(now))
    }

    /// Every key, in order.
    pub(super) fn names(&mut self) -> Vec<String> {
        let now = self.now;
        self.held.retain(|_, held| held.ends.is_none_or(|end| end >= now));
        self.held.keys().cloned().collect()
    }
}
