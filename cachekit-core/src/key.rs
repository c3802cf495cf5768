//! A key: the arguments looked up as they lie, owned only after a miss, encoded only for L2.

mod derived;
pub(crate) mod digest;
mod encode;
mod fed;
mod parts;
mod passed;
mod probe;
pub(crate) mod standard;
pub(crate) mod tenant;
mod tuples;
mod unordered;

pub use derived::CacheKey;
pub use encode::{Canonical, Encoder};
pub(crate) use passed::Passed;
pub use probe::{
    Plain, PlainKey, PlainOpt, PlainSlice, Probe, Scalar, ViaOpt, ViaPart, ViaPlain, ViaRef,
    ViaScalar, ViaSlice,
};

use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::{LazyLock, OnceLock};

use foldhash::SharedSeed;
use foldhash::fast::SeedableRandomState;

use crate::key::tenant::{Named, Owner};
use crate::random;

/// What the owned form of a key must be, to live in a static.
pub trait Stored: Eq + Clone + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Eq + Clone + Send + Sync + 'static> Stored for T {}

/// A part of a key, hashed and compared where it lies.
///
/// Shape: `&str` owns as `Box<str>`, slices, vectors and arrays as `Box<[T::Owned]>`, references
/// and smart pointers as what they point at, floats as their canonical bits, maps and sets by
/// content. Other types take part through `Hash + Eq + Clone + Send + Sync + 'static`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a cache key",
    label = "this is part of the key, and it is not `Hash + Eq + Clone + Send + Sync + 'static`",
    note = "derive `cachekit::CacheKey` on your type, or `Clone, PartialEq, Eq, Hash`; or add these bounds to a type parameter",
    note = "or write the key yourself, `key = user.id`; or leave out what does not change the answer, as a connection or a closure, with `skip(db)`, and a field with `#[cache_key(skip)]`"
)]
pub trait KeyPart {
    /// What an entry keeps of the part.
    type Owned: Stored;

    /// Feeds the part to the hash. Parts that compare equal must feed the same.
    fn hash_part<H: Hasher>(&self, state: &mut H);

    /// Whether an entry's key was made of an equal part.
    fn eq_part(&self, owned: &Self::Owned) -> bool;

    /// The owned form.
    fn own(&self) -> Self::Owned;

    /// The bytes that the owned form points at, beside those that it is: what bounds of memory count.
    ///
    /// As far as the hash tells: the bytes that it is fed, beyond those that the owned form is.
    fn points_at(&self) -> usize {
        fed::to(self)
    }

    /// Feeds a slice of parts; bytes and integers go in one write.
    #[inline]
    fn hash_parts<H: Hasher>(parts: &[Self], state: &mut H)
    where
        Self: Sized,
    {
        for part in parts {
            part.hash_part(state);
        }
    }
}

/// A call's key: its tenant, then its arguments.
#[derive(Debug, Clone, Copy)]
pub struct Args<T, P> {
    /// [`Of`](crate::key::tenant::Of) a tenant, or [`Nobody`](crate::key::tenant::Nobody).
    pub tenant: T,
    /// A tuple of the arguments' parts.
    pub parts: P,
}

impl<T: KeyPart, P: KeyPart> KeyPart for Args<T, P>
where
    T::Owned: Owner,
{
    type Owned = OwnedArgs<T::Owned, P::Owned>;

    #[inline]
    fn hash_part<H: Hasher>(&self, state: &mut H) {
        self.tenant.hash_part(state);
        self.parts.hash_part(state);
    }

    #[inline]
    fn eq_part(&self, owned: &Self::Owned) -> bool {
        self.parts.eq_part(&owned.parts) && self.tenant.eq_part(&owned.tenant)
    }

    fn own(&self) -> Self::Owned {
        OwnedArgs { tenant: self.tenant.own(), parts: self.parts.own() }
    }

    fn points_at(&self) -> usize {
        self.tenant.points_at() + self.parts.points_at()
    }
}

impl<T: Canonical, P: Canonical> Canonical for Args<T, P> {
    fn encode(&self, to: &mut Encoder) {
        to.label("tenant");
        self.tenant.encode(to);
        to.label("args");
        self.parts.encode(to);
    }
}

impl<T: Named, P> Named for Args<T, P> {
    fn name(&self) -> Option<String> {
        self.tenant.name()
    }
}

/// A stored call's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedArgs<T, P> {
    tenant: T,
    parts: P,
}

impl<T: Owner, P> Owner for OwnedArgs<T, P> {
    fn is(&self, tenant: &str) -> bool {
        self.tenant.is(tenant)
    }

    fn label(&self) -> Option<u64> {
        self.tenant.label()
    }
}

/// A borrowed key with its hash.
///
/// One hash serves the L1 shard, the flight and its growth; the owned form need not hash alike,
/// which it could not promise (`u64::hash_slice` feeds bytes in one go, a loop does not).
#[derive(Debug)]
pub(crate) struct Lookup<'a, K> {
    hash: u64,
    parts: &'a K,
}

impl<'a, K: KeyPart> Lookup<'a, K> {
    /// Hashes the parts under a store's seed.
    #[inline]
    pub(crate) fn new(seed: &Seed, parts: &'a K) -> Self {
        let mut state = seed.0.build_hasher();
        parts.hash_part(&mut state);
        Self { hash: state.finish(), parts }
    }

    #[inline]
    pub(crate) fn names(&self, key: &OwnedKey<K::Owned>) -> bool {
        self.hash == key.hash && self.parts.eq_part(&key.parts)
    }

    pub(crate) fn own(&self) -> OwnedKey<K::Owned> {
        OwnedKey { hash: self.hash, parts: self.parts.own() }
    }
}

impl<K> Hash for Lookup<'_, K> {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// A stored key with its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnedKey<O> {
    hash: u64,
    parts: O,
}

impl<O> OwnedKey<O> {
    pub(crate) fn hash_value(&self) -> u64 {
        self.hash
    }
}

impl<O: Owner> Owner for OwnedKey<O> {
    fn is(&self, tenant: &str) -> bool {
        self.parts.is(tenant)
    }

    fn label(&self) -> Option<u64> {
        self.parts.label()
    }
}

impl<O> Hash for OwnedKey<O> {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// What a store's keys are hashed under: random, so that arguments which collide cannot be
/// prepared for every process at once. Foldhash is fast and no cryptographic hash.
#[derive(Debug, Clone)]
pub(crate) struct Seed(SeedableRandomState);

impl Default for Seed {
    fn default() -> Self {
        #[cfg(feature = "testing")]
        if let Some(bits) = crate::world::bits() {
            // In every process alike, where a world's choices are to come again.
            static SHARED: OnceLock<SharedSeed> = OnceLock::new();
            let shared = SHARED.get_or_init(|| SharedSeed::from_u64(0));
            return Self(SeedableRandomState::with_seed(bits, shared));
        }
        Self(seeded())
    }
}

/// Foldhash under the operating system's randomness; its own is of addresses and the time.
fn seeded() -> SeedableRandomState {
    static SHARED: OnceLock<SharedSeed> = OnceLock::new();
    let shared = SHARED.get_or_init(|| SharedSeed::from_u64(random::of_process()));
    SeedableRandomState::with_seed(random::of_process(), shared)
}

/// The seed of what is hashed inside a key, whichever store the key is for.
static INSIDE: LazyLock<SeedableRandomState> = LazyLock::new(seeded);

/// The hash of a text, under a seed of this process.
pub(crate) fn hash_of(text: &str) -> u64 {
    INSIDE.hash_one(text)
}

#[cfg(test)]
mod tests;
