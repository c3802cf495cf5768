//! What an operator, or another program, does to a tier in memory by hand.

use std::time::Duration;

use crate::sync::plain;

use super::Memory;
use super::keys::{Fields, Kept, Keys};

impl Memory {
    /// Forgets every key, as `FLUSHALL` does.
    ///
    /// ```
    /// use cachekit::testing::{Kept, Memory};
    ///
    /// let tier = Memory::new();
    /// tier.put("a", Kept::Text(b"text".to_vec()));
    /// tier.flush();
    /// assert!(tier.keys().is_empty());
    /// ```
    pub fn flush(&self) {
        self.by_hand(Keys::clear);
    }

    /// Removes what is at a key, as `DEL` by hand and an eviction do; answers whether anything was.
    ///
    /// The key is an entry's, as `user::key(1)` is, or one of [`Memory::keys`].
    ///
    /// ```
    /// use cachekit::testing::{Kept, Memory};
    ///
    /// let tier = Memory::new();
    /// tier.put("a", Kept::Text(b"text".to_vec()));
    /// assert!(tier.delete("a"));
    /// assert!(!tier.delete("a"));
    /// ```
    pub fn delete(&self, key: &str) -> bool {
        self.by_hand(|keys| keys.remove(key))
    }

    /// Puts something at a key, in place of what is there, as another program would: it has no end.
    ///
    /// ```
    /// use cachekit::testing::{Kept, Memory};
    ///
    /// let tier = Memory::new();
    /// tier.put("a", Kept::Foreign);
    /// assert_eq!(tier.look("a"), Some(Kept::Foreign));
    /// assert_eq!(tier.left("a"), None);
    /// ```
    pub fn put(&self, key: &str, kept: Kept) {
        self.by_hand(|keys| {
            keys.put(key, kept);
            keys.drop_empty(key);
        });
    }

    /// Changes the fields at a key by hand; its end stays.
    ///
    /// What is not there begins without fields, and what is left with none is gone. A key that has
    /// no fields is left alone.
    ///
    /// ```
    /// use cachekit::testing::{Kept, Memory};
    ///
    /// let tier = Memory::new();
    /// tier.edit("a", |fields| drop(fields.insert("f".to_owned(), b"text".to_vec())));
    /// assert_eq!(tier.look("a"), Some(Kept::Fields([("f".to_owned(), b"text".to_vec())].into())));
    /// tier.edit("a", |fields| fields.clear());
    /// assert_eq!(tier.look("a"), None);
    /// ```
    pub fn edit(&self, key: &str, change: impl FnOnce(&mut Fields)) {
        self.by_hand(|keys| {
            if keys.kept(key).is_none() {
                keys.put(key, Kept::Fields(Fields::new()));
            }
            if let Some(fields) = keys.fields(key) {
                change(fields);
            }
            keys.drop_empty(key);
        });
    }

    /// Changes the stored bytes of every value of an entry, as a fault of the store would.
    ///
    /// ```
    /// use cachekit::testing::{Kept, Memory};
    ///
    /// let tier = Memory::new();
    /// tier.put("a", Kept::Fields([("v:0".to_owned(), vec![1])].into()));
    /// tier.corrupt("a", |bytes| bytes.push(2));
    /// assert_eq!(tier.look("a"), Some(Kept::Fields([("v:0".to_owned(), vec![1, 2])].into())));
    /// ```
    pub fn corrupt(&self, key: &str, change: impl Fn(&mut Vec<u8>)) {
        self.by_hand(|keys| {
            let fields = keys.fields(key).into_iter().flatten();
            fields.filter(|(name, _)| is_value(name)).for_each(|(_, bytes)| change(bytes));
        });
    }

    /// What is at a key; `None` if nothing is, or its life is over.
    ///
    /// ```
    /// use cachekit::testing::Memory;
    ///
    /// assert_eq!(Memory::new().look("a"), None);
    /// ```
    pub fn look(&self, key: &str) -> Option<Kept> {
        self.by_hand(|keys| keys.kept(key).cloned())
    }

    /// What is left of a key's life; `None` if nothing is there, or it has no end.
    ///
    /// ```
    /// use cachekit::testing::Memory;
    ///
    /// assert_eq!(Memory::new().left("a"), None);
    /// ```
    pub fn left(&self, key: &str) -> Option<Duration> {
        self.by_hand(|keys| keys.left(key)).map(Duration::from_millis)
    }

    /// Every key that something is at, in order.
    ///
    /// ```
    /// use cachekit::testing::{Kept, Memory};
    ///
    /// let tier = Memory::new();
    /// for key in ["b", "a"] {
    ///     tier.put(key, Kept::Foreign);
    /// }
    /// assert_eq!(tier.keys(), ["a", "b"]);
    /// ```
    pub fn keys(&self) -> Vec<String> {
        self.by_hand(Keys::names)
    }

    /// Whether any value is stored under a key.
    ///
    /// ```
    /// use cachekit::testing::Memory;
    ///
    /// assert!(!Memory::new().holds("a"));
    /// ```
    pub fn holds(&self, key: &str) -> bool {
        self.by_hand(|keys| {
            keys.fields(key).is_some_and(|fields| fields.keys().any(|name| is_value(name)))
        })
    }

    /// Does something to the keys, whether the tier plays dead or not.
    fn by_hand<T>(&self, work: impl FnOnce(&mut Keys) -> T) -> T {
        let now = self.now();
        work(plain(&self.state).keys.at(now))
    }
}

fn is_value(field: &str) -> bool {
    field.starts_with("v:")
}
