//! The copy of a leader's return value that followers get where it is not cached: shared, where it can be cloned.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// A return value on its way to followers.
#[derive(Clone)]
pub(crate) struct Parcel(Arc<dyn Any + Send + Sync>);

/// Whether and how return values of one type are shared.
pub struct Share<R> {
    wrap: Option<fn(&R) -> Parcel>,
    unwrap: fn(&Parcel) -> Option<R>,
}

impl<R> Share<R> {
    /// Whether the type can be shared.
    pub(crate) fn is_possible(&self) -> bool {
        self.wrap.is_some()
    }

    /// The value for the followers; `None` where its type cannot be shared.
    pub(crate) fn wrap(&self, returned: &R) -> Option<Parcel> {
        self.wrap.map(|wrap| wrap(returned))
    }

    /// A follower's own copy.
    ///
    /// # Panics
    ///
    /// If the parcel is of another type; a flight belongs to one function.
    pub(crate) fn unwrap(&self, parcel: &Parcel) -> R {
        (self.unwrap)(parcel).expect("a flight's leader and followers have one return type")
    }
}

impl<R> fmt::Debug for Share<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Share").field("shares", &self.wrap.is_some()).finish_non_exhaustive()
    }
}

/// Where method lookup decides whether a return type is shared: `(&Sharing::<R>::new()).cachekit_share()`.
pub struct Sharing<R>(PhantomData<fn() -> R>);

impl<R> Sharing<R> {
    /// The question.
    #[expect(clippy::new_without_default, reason = "generated code calls it, and nobody else")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<R> fmt::Debug for Sharing<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sharing")
    }
}

/// How followers share values of a return type.
#[doc(hidden)]
#[macro_export]
macro_rules! __share {
    ($returned:ty) => {{
        use $crate::private::{Shared as _, Unshared as _};
        (&$crate::private::Sharing::<$returned>::new()).cachekit_share()
    }};
}

/// A return type that every follower may have a clone of.
pub trait Shared<R> {
    /// How.
    fn cachekit_share(&self) -> Share<R>;
}

impl<R: Clone + Send + Sync + 'static> Shared<R> for Sharing<R> {
    fn cachekit_share(&self) -> Share<R> {
        Share {
            wrap: Some(|returned| Parcel(Arc::new(returned.clone()))),
            unwrap: |Parcel(any)| any.downcast_ref::<R>().cloned(),
        }
    }
}

/// Any other return type.
pub trait Unshared<R> {
    /// Not.
    fn cachekit_share(&self) -> Share<R>;
}

impl<R> Unshared<R> for &Sharing<R> {
    fn cachekit_share(&self) -> Share<R> {
        Share { wrap: None, unwrap: |_| None }
    }
}
