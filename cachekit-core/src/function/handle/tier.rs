//! Tells the compiler whether a function's values leave the process as bytes.

use crate::function::site::Site;
use crate::key::Canonical;
use crate::key::digest::Digest;

/// Values never leave the process as bytes.
#[derive(Debug)]
pub struct Local;

/// Values are stored as bytes, in L2 or in an encoded L1.
#[derive(Debug)]
pub struct Wired;

/// Whether a key of type `K` must have a digest.
pub trait Tier<K: ?Sized>: 'static {
    #[doc(hidden)]
    fn digest(site: &Site, generics: &str, parts: &K) -> Option<Asked>;
}

/// A digest, out of sight.
#[derive(Debug)]
pub struct Asked(pub(crate) Digest);

impl<K: ?Sized> Tier<K> for Local {
    #[inline]
    fn digest(_: &Site, _: &str, _: &K) -> Option<Asked> {
        None
    }
}

#[cfg(feature = "l2")]
impl<K: Canonical> Tier<K> for Wired {
    fn digest(site: &Site, generics: &str, parts: &K) -> Option<Asked> {
        Some(Asked(Digest::key(site.spec().identity, generics, parts)))
    }
}

#[cfg(not(feature = "l2"))]
impl<K: Canonical> Tier<K> for Wired {
    fn digest(_: &Site, _: &str, _: &K) -> Option<Asked> {
        None
    }
}
