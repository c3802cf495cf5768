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

/// What a call holds of its function's return value while its last step is awaited.
///
/// A function without L2 has no filler to take back, so that its future can cross threads although
/// its error cannot.
pub trait Tail: 'static {
    #[doc(hidden)]
    type Held<R>: Unpin;
    #[doc(hidden)]
    fn hold<R>(returned: R) -> Self::Held<R>;
    #[doc(hidden)]
    fn give<R>(held: Self::Held<R>) -> R;
}

impl Tail for Local {
    type Held<R> = Never;

    fn hold<R>(_: R) -> Never {
        unreachable!("a function without L2 registers no filler")
    }

    fn give<R>(held: Never) -> R {
        match held {}
    }
}

impl Tail for Wired {
    /// In a box, so that who holds it can be moved.
    type Held<R> = Box<R>;

    fn hold<R>(returned: R) -> Box<R> {
        Box::new(returned)
    }

    fn give<R>(held: Box<R>) -> R {
        *held
    }
}

/// Nothing can be one.
#[derive(Debug)]
pub enum Never {}
