//! The outlines of standard types.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::ffi::{CString, OsString};
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroI128, NonZeroIsize, NonZeroU8,
    NonZeroU16, NonZeroU32, NonZeroU64, NonZeroU128, NonZeroUsize, Saturating, Wrapping,
};
use std::ops::{Bound, Range, RangeFrom, RangeInclusive, RangeTo};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::{Fingerprint, Outline};

macro_rules! atoms {
    ($($atom:ty = $name:literal),* $(,)?) => { $(
        impl Fingerprint for $atom {
            fn outline(to: &mut Outline) {
                to.atom($name);
            }
        }
    )* };
}
atoms!(
    u8 = "u8",
    u16 = "u16",
    u32 = "u32",
    u64 = "u64",
    u128 = "u128",
    usize = "u64",
    i8 = "i8",
    i16 = "i16",
    i32 = "i32",
    i64 = "i64",
    i128 = "i128",
    isize = "i64",
    f32 = "f32",
    f64 = "f64",
    bool = "bool",
    char = "char",
    () = "unit",
    str = "str",
    String = "str",
    PathBuf = "path",
    OsString = "os",
    CString = "c",
    NonZeroU8 = "nz u8",
    NonZeroU16 = "nz u16",
    NonZeroU32 = "nz u32",
    NonZeroU64 = "nz u64",
    NonZeroU128 = "nz u128",
    NonZeroUsize = "nz u64",
    NonZeroI8 = "nz i8",
    NonZeroI16 = "nz i16",
    NonZeroI32 = "nz i32",
    NonZeroI64 = "nz i64",
    NonZeroI128 = "nz i128",
    NonZeroIsize = "nz i64",
    Duration = "duration",
    SystemTime = "system time",
    IpAddr = "ip",
    Ipv4Addr = "ipv4",
    Ipv6Addr = "ipv6",
    SocketAddr = "socket",
    SocketAddrV4 = "socket v4",
    SocketAddrV6 = "socket v6",
);

// serde stores the pointee alone.
macro_rules! through {
    ($($owner:ty),*) => { $(
        impl<T: Fingerprint + ?Sized> Fingerprint for $owner {
            fn outline(to: &mut Outline) {
                T::outline(to);
            }
        }
    )* };
}
through!(&T, Box<T>, Arc<T>, Rc<T>);

impl<T: Fingerprint + ToOwned + ?Sized> Fingerprint for Cow<'_, T> {
    fn outline(to: &mut Outline) {
        T::outline(to);
    }
}

macro_rules! of_one {
    ($($name:literal $owner:ty),*) => { $(
        impl<T: Fingerprint> Fingerprint for $owner {
            fn outline(to: &mut Outline) {
                to.record::<Self>($name, |to| to.part::<T>("item"));
            }
        }
    )* };
}
of_one!("option" Option<T>, "seq" [T], "seq" LinkedList<T>, "seq" VecDeque<T>,
    "seq" BinaryHeap<T>, "set" BTreeSet<T>, "wrapping" Wrapping<T>,
    "saturating" Saturating<T>, "reverse" Reverse<T>, "bound" Bound<T>, "range" Range<T>,
    "range inclusive" RangeInclusive<T>, "range from" RangeFrom<T>, "range to" RangeTo<T>);

/// There is nothing of the type in it.
impl<T: ?Sized> Fingerprint for PhantomData<T> {
    fn outline(to: &mut Outline) {
        to.atom("phantom");
    }
}

impl<T: Fingerprint> Fingerprint for Vec<T> {
    fn outline(to: &mut Outline) {
        <[T]>::outline(to);
    }
}

impl<T: Fingerprint, S> Fingerprint for HashSet<T, S> {
    fn outline(to: &mut Outline) {
        to.record::<Self>("set", |to| to.part::<T>("item"));
    }
}

macro_rules! of_two {
    ($($name:literal $first:literal $second:literal [$($extra:ident)?] $owner:ty),*) => { $(
        impl<T: Fingerprint, U: Fingerprint $(, $extra)?> Fingerprint for $owner {
            fn outline(to: &mut Outline) {
                to.record::<Self>($name, |to| {
                    to.part::<T>($first);
                    to.part::<U>($second);
                });
            }
        }
    )* };
}
of_two!("map" "key" "value" [] BTreeMap<T, U>, "map" "key" "value" [S] HashMap<T, U, S>,
    "result" "ok" "err" [] Result<T, U>);

impl<T: Fingerprint, const N: usize> Fingerprint for [T; N] {
    fn outline(to: &mut Outline) {
        to.record::<Self>("array", |to| {
            to.atom(&N.to_string());
            to.part::<T>("item");
        });
    }
}

macro_rules! tuples {
    ($($($part:ident $label:literal)+;)*) => { $(
        impl<$($part: Fingerprint),+> Fingerprint for ($($part,)+) {
            fn outline(to: &mut Outline) {
                to.record::<Self>("tuple", |to| { $(to.part::<$part>($label);)+ });
            }
        }
    )* };
}
tuples! {
    A "0";
    A "0" B "1";
    A "0" B "1" C "2";
    A "0" B "1" C "2" D "3";
    A "0" B "1" C "2" D "3" E "4";
    A "0" B "1" C "2" D "3" E "4" F "5";
    A "0" B "1" C "2" D "3" E "4" F "5" G "6";
    A "0" B "1" C "2" D "3" E "4" F "5" G "6" H "7";
    A "0" B "1" C "2" D "3" E "4" F "5" G "6" H "7" I "8";
    A "0" B "1" C "2" D "3" E "4" F "5" G "6" H "7" I "8" J "9";
    A "0" B "1" C "2" D "3" E "4" F "5" G "6" H "7" I "8" J "9" K "10";
    A "0" B "1" C "2" D "3" E "4" F "5" G "6" H "7" I "8" J "9" K "10" L "11";
}
