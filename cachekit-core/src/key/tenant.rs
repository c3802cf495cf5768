//! The tenant of an entry: a text, kept apart from every other tenant's and from none.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::sync::Arc;

use crate::key::{Canonical, Encoder, KeyPart, hash_of};

/// What a function's `tenant = expr` may be.
///
/// A tenant is known by its text: `7` and `"7"` are one tenant, `None` is no tenant and differs
/// from `Some("")`. The text appears in events and errors (escaped; in events at most
/// 128 bytes of it), never in a stored key.
///
/// ```
/// use cachekit::Tenant;
///
/// assert_eq!(Tenant::text(&7_u64).as_deref(), Some("7"));
/// assert_eq!(Tenant::text(&None::<&str>), None);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name a tenant",
    label = "this is the tenant",
    note = "a tenant is a string, an integer, or an `Option` of one; write `tenant = id.as_str()` or the like"
)]
pub trait Tenant {
    /// Calls `then` with the tenant's text, or with `None` where there is no tenant.
    fn with_text<R>(&self, then: impl FnOnce(Option<&str>) -> R) -> R;

    /// The tenant's text, owned.
    fn text(&self) -> Option<String> {
        self.with_text(|text| text.map(str::to_owned))
    }
}

impl Tenant for str {
    #[inline]
    fn with_text<R>(&self, then: impl FnOnce(Option<&str>) -> R) -> R {
        then(Some(self))
    }
}

macro_rules! through {
    ($([$($generics:tt)*] $owner:ty),*) => { $(
        impl<$($generics)*> Tenant for $owner {
            #[inline]
            fn with_text<R>(&self, then: impl FnOnce(Option<&str>) -> R) -> R {
                (**self).with_text(then)
            }
        }
    )* };
}
through!(
    [T: Tenant + ?Sized] &T, [T: Tenant + ?Sized] &mut T, [T: Tenant + ?Sized] Box<T>,
    [T: Tenant + ?Sized] Arc<T>, [T: Tenant + ?Sized] Rc<T>, [] String, [] Cow<'_, str>
);

impl<T: Tenant> Tenant for Option<T> {
    #[inline]
    fn with_text<R>(&self, then: impl FnOnce(Option<&str>) -> R) -> R {
        match self {
            Some(tenant) => tenant.with_text(then),
            None => then(None),
        }
    }
}

/// Room for the digits and sign of every integer, so that a hit formats without allocating.
struct Digits {
    text: [u8; 40],
    len: usize,
}

impl std::fmt::Write for Digits {
    fn write_str(&mut self, part: &str) -> std::fmt::Result {
        let end = self.len + part.len();
        let room = self.text.get_mut(self.len..end).ok_or(std::fmt::Error)?;
        room.copy_from_slice(part.as_bytes());
        self.len = end;
        Ok(())
    }
}

macro_rules! digits {
    ($($int:ty),*) => { $(
        impl Tenant for $int {
            #[inline]
            fn with_text<R>(&self, then: impl FnOnce(Option<&str>) -> R) -> R {
                let mut digits = Digits { text: [0; 40], len: 0 };
                write!(digits, "{self}").expect("40 bytes hold every integer");
                let text = str::from_utf8(&digits.text[..digits.len]);
                then(Some(text.expect("digits are ASCII")))
            }
        }
    )* };
}
digits!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

/// The tenant as the first part of a key.
#[derive(Debug, Clone, Copy)]
pub struct Of<'a, T: ?Sized>(pub &'a T);

/// The first part of the key of a function that names no tenant.
#[derive(Debug, Clone, Copy)]
pub struct Nobody;

/// The first part of a stored key: whether an entry is a tenant's.
pub trait Owner {
    /// Whether the entry is that tenant's.
    fn is(&self, tenant: &str) -> bool;

    /// The label of its tenant, if it has one. Tenants of one label are told apart by [`Owner::is`].
    fn label(&self) -> Option<u64>;
}

/// A tenant's label in this process.
pub(crate) fn label(tenant: &str) -> u64 {
    hash_of(tenant)
}

/// A stored key's tenant.
pub(crate) type Owned = Option<Box<str>>;

impl Owner for Owned {
    fn is(&self, tenant: &str) -> bool {
        self.as_deref() == Some(tenant)
    }

    fn label(&self) -> Option<u64> {
        self.as_deref().map(label)
    }
}

impl Owner for () {
    fn is(&self, _: &str) -> bool {
        false
    }

    fn label(&self) -> Option<u64> {
        None
    }
}

impl<T: Tenant + ?Sized> KeyPart for Of<'_, T> {
    type Owned = Owned;

    #[inline]
    fn hash_part<H: Hasher>(&self, state: &mut H) {
        self.0.with_text(|text| text.hash(state));
    }

    #[inline]
    fn eq_part(&self, owned: &Self::Owned) -> bool {
        self.0.with_text(|text| text == owned.as_deref())
    }

    fn own(&self) -> Self::Owned {
        self.0.with_text(|text| text.map(Box::from))
    }

    fn points_at(&self) -> usize {
        self.0.with_text(|text| text.map_or(0, str::len))
    }
}

impl<T: Tenant + ?Sized> Canonical for Of<'_, T> {
    fn encode(&self, to: &mut Encoder) {
        self.0.with_text(|text| text.encode(to));
    }
}

impl KeyPart for Nobody {
    type Owned = ();

    #[inline]
    fn hash_part<H: Hasher>(&self, _: &mut H) {}

    #[inline]
    fn eq_part(&self, (): &()) -> bool {
        true
    }

    fn own(&self) {}

    #[inline]
    fn points_at(&self) -> usize {
        0
    }
}

impl Canonical for Nobody {
    fn encode(&self, to: &mut Encoder) {
        None::<&str>.encode(to);
    }
}

/// A key's tenant as text, for events, errors and the tenant's own generation.
pub trait Named {
    /// The tenant's text; `None` where there is none.
    fn name(&self) -> Option<String>;
}

/// A call's key, with all that is asked of it once it is more than looked up.
pub trait Keyed: KeyPart<Owned: Owner> + Named {}

#[diagnostic::do_not_recommend]
impl<K: KeyPart<Owned: Owner> + Named> Keyed for K {}

impl<T: Tenant + ?Sized> Named for Of<'_, T> {
    fn name(&self) -> Option<String> {
        self.0.text()
    }
}

impl Named for Nobody {
    fn name(&self) -> Option<String> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(tenant: &impl Canonical) -> Vec<u8> {
        let mut to = Encoder::default();
        tenant.encode(&mut to);
        to.into_bytes()
    }

    #[test]
    fn no_tenant_differs_from_every_text() {
        for text in ["", "0", "global", "default", "None"] {
            assert_ne!(encoded(&Of(&None::<&str>)), encoded(&Of(text)));
            assert!(!Of(text).eq_part(&Of(&None::<&str>).own()));
        }
    }

    #[test]
    fn every_integer_fits_its_room() {
        assert_eq!(i128::MIN.text().as_deref(), Some("-170141183460469231731687303715884105728"));
        assert_eq!(u128::MAX.text().as_deref(), Some("340282366920938463463374607431768211455"));
    }
}
