//! The canonical encoding of a key for L2: typed, labelled, length-prefixed, the same in every build.

use std::borrow::Cow;
use std::ffi::{CStr, CString, OsStr, OsString};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroI128, NonZeroIsize, NonZeroU8,
    NonZeroU16, NonZeroU32, NonZeroU64, NonZeroU128, NonZeroUsize,
};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::KeyPart;

/// A part of a key that names an entry in L2.
///
/// Two parts that differ encode to bytes that differ, and no encoding is a prefix of another of
/// its type. `docs/keys.md` lists the forms.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot name an entry in L2",
    label = "this is part of the key",
    note = "what does not change the answer, as a pool or a connection, is left out: `skip(db)`, or `#[cache_key(skip)]` on a field",
    note = "the bytes of what does must be the same in every build, which `Hash` does not promise: write `#[derive(cachekit::CacheKey)]` on the type, or choose parts of standard types with `key = ..`"
)]
pub trait Canonical {
    /// Appends the part.
    fn encode(&self, to: &mut Encoder);

    /// Appends a slice of parts; bytes go as they are.
    fn encode_all(parts: &[Self], to: &mut Encoder)
    where
        Self: Sized,
    {
        to.sequence(parts.iter());
    }
}

/// Collects the canonical bytes of a key.
///
/// Every item begins with a tag of its type and, where its length varies, its length in eight
/// bytes, so that no two different keys run into the same bytes.
#[derive(Debug, Default)]
pub struct Encoder(Vec<u8>);

impl Encoder {
    const LABEL: u8 = b'@';
    const UNIT: u8 = b'.';
    const BOOL: u8 = b'b';
    const CHAR: u8 = b'c';
    const UNSIGNED: u8 = b'u';
    const SIGNED: u8 = b'i';
    const FLOAT32: u8 = b'f';
    const FLOAT64: u8 = b'F';
    const TEXT: u8 = b's';
    const BYTES: u8 = b'y';
    const PATH: u8 = b'p';
    const SPAN: u8 = b'd';
    const BEFORE_EPOCH: u8 = b't';
    const SINCE_EPOCH: u8 = b'T';
    const IPV4: u8 = b'4';
    const IPV6: u8 = b'6';
    const NONE: u8 = b'0';
    const SOME: u8 = b'1';
    const TUPLE: u8 = b'(';
    const SEQUENCE: u8 = b'[';
    pub(super) const RECORD: u8 = b'r';
    pub(super) const VARIANT: u8 = b'v';
    pub(super) const MAP: u8 = b'{';
    pub(super) const SET: u8 = b'<';

    /// Names what follows.
    pub fn label(&mut self, label: &str) {
        self.long(Self::LABEL, label.as_bytes());
    }

    /// The bytes collected.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// One part's bytes on their own, for sorting.
    #[expect(clippy::unused_self, reason = "reads as part of the encoding that needs it")]
    pub(super) fn apart(&self, part: &impl Canonical) -> Vec<u8> {
        let mut apart = Self::default();
        part.encode(&mut apart);
        apart.0
    }

    pub(super) fn append(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Items one after another.
    pub(super) fn sequence<'a, T: Canonical + 'a>(
        &mut self,
        parts: impl ExactSizeIterator<Item = &'a T>,
    ) {
        self.open(Self::SEQUENCE, parts.len());
        parts.for_each(|part| part.encode(self));
    }

    /// Begins `len` items.
    pub(super) fn open(&mut self, tag: u8, len: usize) {
        self.fixed(tag, &(len as u64).to_le_bytes());
    }

    fn fixed(&mut self, tag: u8, bytes: &[u8]) {
        self.0.push(tag);
        self.0.extend_from_slice(bytes);
    }

    fn long(&mut self, tag: u8, bytes: &[u8]) {
        self.open(tag, bytes.len());
        self.append(bytes);
    }
}

// Every width is written as sixteen bytes: widening an argument keeps its entries.
macro_rules! integers {
    ($tag:ident $wide:ty: $($int:ty),*; $($nonzero:ty),*) => {
        $(impl Canonical for $int {
            fn encode(&self, to: &mut Encoder) {
                to.fixed(Encoder::$tag, &(*self as $wide).to_le_bytes());
            }
        })*
        $(impl Canonical for $nonzero {
            fn encode(&self, to: &mut Encoder) {
                self.get().encode(to);
            }
        })*
    };
}
integers!(UNSIGNED u128: u16, u32, u64, u128, usize;
    NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64, NonZeroU128, NonZeroUsize);
integers!(SIGNED i128: i8, i16, i32, i64, i128, isize;
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroI128, NonZeroIsize);

impl Canonical for u8 {
    fn encode(&self, to: &mut Encoder) {
        u128::from(*self).encode(to);
    }

    fn encode_all(bytes: &[Self], to: &mut Encoder) {
        to.long(Encoder::BYTES, bytes);
    }
}

macro_rules! simple {
    ($($part:ty, |$value:ident, $to:ident| $body:expr;)*) => { $(
        impl Canonical for $part {
            fn encode(&self, $to: &mut Encoder) {
                let $value = self;
                $body;
            }
        }
    )* };
}
simple! {
    (), |_unit, to| to.fixed(Encoder::UNIT, &[]);
    bool, |value, to| to.fixed(Encoder::BOOL, &[u8::from(*value)]);
    char, |value, to| to.fixed(Encoder::CHAR, &u32::from(*value).to_le_bytes());
    f32, |value, to| to.fixed(Encoder::FLOAT32, &value.own().to_le_bytes());
    f64, |value, to| to.fixed(Encoder::FLOAT64, &value.own().to_le_bytes());
    str, |value, to| to.long(Encoder::TEXT, value.as_bytes());
    CStr, |value, to| to.long(Encoder::BYTES, value.to_bytes());
    OsStr, |value, to| to.long(Encoder::PATH, value.as_encoded_bytes());
    Path, |value, to| value.as_os_str().encode(to);
    Duration, |value, to| {
        to.fixed(Encoder::SPAN, &value.as_secs().to_le_bytes());
        to.append(&value.subsec_nanos().to_le_bytes());
    };
    SystemTime, |value, to| match value.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => { to.fixed(Encoder::SINCE_EPOCH, &[]); since.encode(to) }
        Err(before) => { to.fixed(Encoder::BEFORE_EPOCH, &[]); before.duration().encode(to) }
    };
    Ipv4Addr, |value, to| to.fixed(Encoder::IPV4, &value.octets());
    Ipv6Addr, |value, to| to.fixed(Encoder::IPV6, &value.octets());
    IpAddr, |value, to| match value { IpAddr::V4(v4) => v4.encode(to), IpAddr::V6(v6) => v6.encode(to) };
    SocketAddrV4, |value, to| (value.ip(), value.port()).encode(to);
    SocketAddrV6, |value, to| (value.ip(), value.port(), value.flowinfo(), value.scope_id()).encode(to);
    SocketAddr, |value, to| match value {
        SocketAddr::V4(v4) => v4.encode(to),
        SocketAddr::V6(v6) => v6.encode(to),
    };
}

macro_rules! through {
    ($([$($generics:tt)*] $owner:ty => $inner:ty),* $(,)?) => { $(
        impl<$($generics)*> Canonical for $owner {
            fn encode(&self, to: &mut Encoder) {
                let inner: &$inner = self;
                inner.encode(to);
            }
        }
    )* };
}
through!(
    [T: Canonical + ?Sized] &T => T,
    [T: Canonical + ?Sized] &mut T => T,
    [T: Canonical + ?Sized] Box<T> => T,
    [T: Canonical + ?Sized] Arc<T> => T,
    [T: Canonical + ?Sized] Rc<T> => T,
    [T: Canonical + ToOwned + ?Sized] Cow<'_, T> => T,
    [] String => str,
    [] PathBuf => Path,
    [] OsString => OsStr,
    [] CString => CStr,
    [T: Canonical] Vec<T> => [T],
    [T: Canonical, const N: usize] [T; N] => [T],
);

impl<T: Canonical> Canonical for [T] {
    fn encode(&self, to: &mut Encoder) {
        T::encode_all(self, to);
    }
}

impl<T: Canonical> Canonical for Option<T> {
    fn encode(&self, to: &mut Encoder) {
        match self {
            None => to.fixed(Encoder::NONE, &[]),
            Some(part) => {
                to.fixed(Encoder::SOME, &[]);
                part.encode(to);
            }
        }
    }
}

macro_rules! tuples {
    ($($len:literal: $($part:ident $index:tt)+;)*) => { $(
        impl<$($part: Canonical),+> Canonical for ($($part,)+) {
            fn encode(&self, to: &mut Encoder) {
                to.open(Encoder::TUPLE, $len);
                $(self.$index.encode(to);)+
            }
        }
    )* };
}
tuples! {
    1: A 0;
    2: A 0 B 1;
    3: A 0 B 1 C 2;
    4: A 0 B 1 C 2 D 3;
    5: A 0 B 1 C 2 D 3 E 4;
    6: A 0 B 1 C 2 D 3 E 4 F 5;
    7: A 0 B 1 C 2 D 3 E 4 F 5 G 6;
    8: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7;
    9: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8;
    10: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9;
    11: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10;
    12: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11;
}
