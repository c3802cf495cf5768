//! The standard types as parts of a key: by value, through references, and by their elements.

use std::borrow::Cow;
use std::ffi::{CStr, CString, OsStr, OsString};
use std::hash::{Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroI128, NonZeroIsize, NonZeroU8,
    NonZeroU16, NonZeroU32, NonZeroU64, NonZeroU128, NonZeroUsize,
};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use super::KeyPart;

macro_rules! by_value {
    ($($part:ty),* $(,)?) => { $(
        impl KeyPart for $part {
            type Owned = $part;

            #[inline]
            fn hash_part<H: Hasher>(&self, state: &mut H) {
                self.hash(state);
            }

            #[inline]
            fn eq_part(&self, owned: &$part) -> bool {
                self == owned
            }

            #[inline]
            fn own(&self) -> $part {
                self.clone()
            }

            #[inline]
            fn points_at(&self) -> usize {
                0
            }

            #[inline]
            fn hash_parts<H: Hasher>(parts: &[Self], state: &mut H) {
                <$part as Hash>::hash_slice(parts, state);
            }
        }
    )* };
}
by_value!(
    u8,
    u16,
    u32,
    u64,
    u128,
    usize,
    i8,
    i16,
    i32,
    i64,
    i128,
    isize,
    bool,
    char,
    (),
    Duration,
    Instant,
    SystemTime,
    IpAddr,
    Ipv4Addr,
    Ipv6Addr,
    SocketAddr,
    SocketAddrV4,
    SocketAddrV6,
    NonZeroU8,
    NonZeroU16,
    NonZeroU32,
    NonZeroU64,
    NonZeroU128,
    NonZeroUsize,
    NonZeroI8,
    NonZeroI16,
    NonZeroI32,
    NonZeroI64,
    NonZeroI128,
    NonZeroIsize,
);

macro_rules! boxed {
    ($($part:ty),*) => { $(
        impl KeyPart for $part {
            type Owned = Box<$part>;

            #[inline]
            fn hash_part<H: Hasher>(&self, state: &mut H) {
                self.hash(state);
            }

            #[inline]
            fn eq_part(&self, owned: &Self::Owned) -> bool {
                *self == **owned
            }

            fn own(&self) -> Self::Owned {
                self.into()
            }

            fn points_at(&self) -> usize {
                size_of_val(self)
            }
        }
    )* };
}
boxed!(str, OsStr, CStr);

/// By its text, as L2 has it: `a//b` and `a/b` are two keys, although they name one file.
impl KeyPart for Path {
    type Owned = Box<OsStr>;

    #[inline]
    fn hash_part<H: Hasher>(&self, state: &mut H) {
        self.as_os_str().hash(state);
    }

    #[inline]
    fn eq_part(&self, owned: &Self::Owned) -> bool {
        *self.as_os_str() == **owned
    }

    fn own(&self) -> Self::Owned {
        self.as_os_str().into()
    }

    fn points_at(&self) -> usize {
        self.as_os_str().len()
    }
}

/// Equal floats share one bit pattern: `-0.0` is `0.0`, and there is one NaN.
macro_rules! float {
    ($($float:ty => $bits:ty),*) => { $(
        impl KeyPart for $float {
            type Owned = $bits;

            #[inline]
            fn hash_part<H: Hasher>(&self, state: &mut H) {
                self.own().hash(state);
            }

            #[inline]
            fn eq_part(&self, owned: &$bits) -> bool {
                self.own() == *owned
            }

            #[inline]
            fn own(&self) -> $bits {
                if self.is_nan() {
                    <$float>::NAN.to_bits()
                } else if *self == 0.0 {
                    0
                } else {
                    self.to_bits()
                }
            }

            #[inline]
            fn points_at(&self) -> usize {
                0
            }
        }
    )* };
}
float!(f32 => u32, f64 => u64);

macro_rules! through {
    ($([$($generics:tt)*] $owner:ty => $inner:ty),* $(,)?) => { $(
        impl<$($generics)*> KeyPart for $owner {
            type Owned = <$inner as KeyPart>::Owned;

            #[inline]
            fn hash_part<H: Hasher>(&self, state: &mut H) {
                let inner: &$inner = self;
                inner.hash_part(state);
            }

            #[inline]
            fn eq_part(&self, owned: &<$inner as KeyPart>::Owned) -> bool {
                let inner: &$inner = self;
                inner.eq_part(owned)
            }

            #[inline]
            fn own(&self) -> <$inner as KeyPart>::Owned {
                let inner: &$inner = self;
                inner.own()
            }

            #[inline]
            fn points_at(&self) -> usize {
                let inner: &$inner = self;
                inner.points_at()
            }
        }
    )* };
}
through!(
    [T: KeyPart + ?Sized] &T => T,
    [T: KeyPart + ?Sized] &mut T => T,
    [T: KeyPart + ?Sized] Box<T> => T,
    [T: KeyPart + ?Sized] Arc<T> => T,
    [T: KeyPart + ?Sized] Rc<T> => T,
    [T: KeyPart + ToOwned + ?Sized] Cow<'_, T> => T,
    [] String => str,
    [] PathBuf => Path,
    [] OsString => OsStr,
    [] CString => CStr,
    [T: KeyPart] Vec<T> => [T],
    [T: KeyPart, const N: usize] [T; N] => [T],
);

impl<T: KeyPart> KeyPart for Option<T> {
    type Owned = Option<T::Owned>;

    #[inline]
    fn hash_part<H: Hasher>(&self, state: &mut H) {
        match self {
            None => state.write_u8(0),
            Some(part) => {
                state.write_u8(1);
                part.hash_part(state);
            }
        }
    }

    #[inline]
    fn eq_part(&self, owned: &Self::Owned) -> bool {
        match (self, owned) {
            (None, None) => true,
            (Some(part), Some(owned)) => part.eq_part(owned),
            _ => false,
        }
    }

    #[inline]
    fn own(&self) -> Self::Owned {
        self.as_ref().map(T::own)
    }

    #[inline]
    fn points_at(&self) -> usize {
        self.as_ref().map_or(0, T::points_at)
    }
}

impl<T: KeyPart> KeyPart for [T] {
    type Owned = Box<[T::Owned]>;

    #[inline]
    fn hash_part<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.len());
        T::hash_parts(self, state);
    }

    #[inline]
    fn eq_part(&self, owned: &Self::Owned) -> bool {
        self.len() == owned.len() && self.iter().zip(owned).all(|(part, owned)| part.eq_part(owned))
    }

    fn own(&self) -> Self::Owned {
        self.iter().map(T::own).collect()
    }

    fn points_at(&self) -> usize {
        size_of::<T::Owned>() * self.len() + self.iter().map(T::points_at).sum::<usize>()
    }
}
