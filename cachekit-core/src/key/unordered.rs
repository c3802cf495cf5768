//! Maps and sets as keys: by content, whatever order they iterate in.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, Hash, Hasher};

use super::{Canonical, Encoder, INSIDE, KeyPart, Stored, fed};

/// A map's content as a stored key.
#[derive(Debug, Clone)]
pub struct Content<K, V>(HashMap<K, V>);

impl<K: Eq + Hash, V: Eq> PartialEq for Content<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<K: Eq + Hash, V: Eq> Eq for Content<K, V> {}

/// Lets a part be hashed on its own.
struct Alone<'a, T>(&'a T);

impl<T: KeyPart> Hash for Alone<'_, T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash_part(state);
    }
}

/// Feeds the sum of the items' own hashes, which no order changes.
fn hash_sum<I: Hash, H: Hasher>(len: usize, items: impl Iterator<Item = I>, state: &mut H) {
    state.write_usize(len);
    state.write_u64(items.fold(0, |sum: u64, item| sum.wrapping_add(INSIDE.hash_one(item))));
}

impl<K: Stored + Hash, V: KeyPart, S: BuildHasher> KeyPart for HashMap<K, V, S> {
    type Owned = Content<K, V::Owned>;

    fn hash_part<H: Hasher>(&self, state: &mut H) {
        hash_sum(self.len(), self.iter().map(|(key, value)| (key, Alone(value))), state);
    }

    fn eq_part(&self, owned: &Self::Owned) -> bool {
        let equal = |(key, value): (&K, &V)| owned.0.get(key).is_some_and(|own| value.eq_part(own));
        self.len() == owned.0.len() && self.iter().all(equal)
    }

    fn own(&self) -> Self::Owned {
        Content(self.iter().map(|(key, value)| (key.clone(), value.own())).collect())
    }

    fn points_at(&self) -> usize {
        let pair = |(key, value): (&K, &V)| fed::by(key) + value.points_at();
        table::<(K, V::Owned)>(self.len()) + self.iter().map(pair).sum::<usize>()
    }
}

impl<K: Stored + Hash, S: BuildHasher> KeyPart for HashSet<K, S> {
    type Owned = Content<K, ()>;

    fn hash_part<H: Hasher>(&self, state: &mut H) {
        hash_sum(self.len(), self.iter(), state);
    }

    fn eq_part(&self, owned: &Self::Owned) -> bool {
        self.len() == owned.0.len() && self.iter().all(|key| owned.0.contains_key(key))
    }

    fn own(&self) -> Self::Owned {
        Content(self.iter().map(|key| (key.clone(), ())).collect())
    }

    fn points_at(&self) -> usize {
        table::<K>(self.len()) + self.iter().map(fed::by).sum::<usize>()
    }
}

impl<K: KeyPart, V: KeyPart> KeyPart for BTreeMap<K, V> {
    type Owned = Box<[(K::Owned, V::Owned)]>;

    fn hash_part<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.len());
        for (key, value) in self {
            key.hash_part(state);
            value.hash_part(state);
        }
    }

    fn eq_part(&self, owned: &Self::Owned) -> bool {
        let mut pairs = self.iter().zip(owned);
        self.len() == owned.len()
            && pairs.all(|((key, value), own)| key.eq_part(&own.0) && value.eq_part(&own.1))
    }

    fn own(&self) -> Self::Owned {
        self.iter().map(|(key, value)| (key.own(), value.own())).collect()
    }

    fn points_at(&self) -> usize {
        let pair = |(key, value): (&K, &V)| key.points_at() + value.points_at();
        size_of::<(K::Owned, V::Owned)>() * self.len() + self.iter().map(pair).sum::<usize>()
    }
}

impl<K: KeyPart> KeyPart for BTreeSet<K> {
    type Owned = Box<[K::Owned]>;

    fn hash_part<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.len());
        for key in self {
            key.hash_part(state);
        }
    }

    fn eq_part(&self, owned: &Self::Owned) -> bool {
        self.len() == owned.len() && self.iter().zip(owned).all(|(key, own)| key.eq_part(own))
    }

    fn own(&self) -> Self::Owned {
        self.iter().map(KeyPart::own).collect()
    }

    fn points_at(&self) -> usize {
        size_of::<K::Owned>() * self.len() + self.iter().map(K::points_at).sum::<usize>()
    }
}

/// What a hash table takes for so many items: a byte beside each, and up to half of it free.
fn table<T>(items: usize) -> usize {
    (items * 2).saturating_mul(size_of::<T>() + 1)
}

/// Encodes the pairs in the order of their encoded keys, which is every build's order.
fn encode_map<'a, K, V>(pairs: impl Iterator<Item = (&'a K, &'a V)>, to: &mut Encoder)
where
    K: Canonical + 'a,
    V: Canonical + 'a,
{
    let mut pairs: Vec<_> = pairs.map(|(key, value)| (to.apart(key), value)).collect();
    pairs.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    to.open(Encoder::MAP, pairs.len());
    for (key, value) in pairs {
        to.append(&key);
        value.encode(to);
    }
}

fn encode_set<'a, K: Canonical + 'a>(keys: impl Iterator<Item = &'a K>, to: &mut Encoder) {
    let mut keys: Vec<_> = keys.map(|key| to.apart(key)).collect();
    keys.sort_unstable();
    to.open(Encoder::SET, keys.len());
    for key in keys {
        to.append(&key);
    }
}

impl<K: Canonical, V: Canonical, S> Canonical for HashMap<K, V, S> {
    fn encode(&self, to: &mut Encoder) {
        encode_map(self.iter(), to);
    }
}

impl<K: Canonical, V: Canonical> Canonical for BTreeMap<K, V> {
    fn encode(&self, to: &mut Encoder) {
        encode_map(self.iter(), to);
    }
}

impl<K: Canonical, S> Canonical for HashSet<K, S> {
    fn encode(&self, to: &mut Encoder) {
        encode_set(self.iter(), to);
    }
}

impl<K: Canonical> Canonical for BTreeSet<K> {
    fn encode(&self, to: &mut Encoder) {
        encode_set(self.iter(), to);
    }
}
