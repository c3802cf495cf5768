//! Chooses how a function's values become bytes, from their type; asked by generated code.

use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::call::drive::Facts;
use crate::codec::format::{Equal, Format, Serial};
use crate::codec::serial::{Codec, Raw};
use crate::function::store::Types;
use crate::value::fingerprint::{Fingerprint, Outline};
use crate::value::returns::Shape;

/// How a function's values become bytes.
pub struct Wiring<V> {
    /// How they are serialised.
    pub serial: Serial<V>,
    /// What their type is made of.
    pub outline: Option<Outline>,
    /// The stated version of their type.
    pub version: Option<u64>,
    /// How they are compared.
    pub equal: Option<Equal<V>>,
}

impl<S: Shape> Types<S> {
    /// The types of a function whose values are stored as bytes.
    pub fn wired(facts: Facts<S>, wiring: Wiring<S::Value>) -> Self {
        let Wiring { serial, outline, version, equal } = wiring;
        let format = Format::new(serial, outline.as_ref(), version, equal);
        Self { facts, wire: Some(Box::new(format)) }
    }
}

/// Where method lookup decides what is known of a value's type.
///
/// What is asked of `&&Asking` is answered by the first of two traits whose bounds the type meets;
/// the second asks nothing, so that a type which meets none fails at a bound with a message, not
/// inside method lookup.
pub struct Asking<V>(PhantomData<fn() -> V>);

impl<V> Asking<V> {
    /// The question.
    #[expect(clippy::new_without_default, reason = "generated code calls it, and nobody else")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

/// The value is a byte string.
#[derive(Debug)]
pub struct AsRaw;

/// The value goes through serde.
#[derive(Debug)]
pub struct AsSerde;

/// A value that serde can store and read again.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is stored as bytes, and it, or a part of it, is not `serde::Serialize + serde::Deserialize`",
    label = "this value is stored as bytes",
    note = "add `#[derive(serde::Serialize, serde::Deserialize)]` to your type, and depend on `serde` with its feature `derive` (and with `rc`, where an `Arc` or an `Rc` is stored); or keep values as they are in this process, with `mode = \"local\"` and without `l1 = \"encoded\"`"
)]
pub trait Serde: Serialize + DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Serde for T {}

/// How a form of values is serialised by a codec.
pub trait Form<V, C> {
    /// The functions that do it.
    fn serial(self) -> Serial<V>;
}

impl<V: Raw, C> Form<V, C> for AsRaw {
    fn serial(self) -> Serial<V> {
        Serial::raw()
    }
}

impl<V: Serde, C: Codec> Form<V, C> for AsSerde {
    fn serial(self) -> Serial<V> {
        Serial::by::<C>()
    }
}

macro_rules! answers {
    ($($(#[$doc:meta])* $trait:ident [$($bound:tt)*] $on:ty: $method:ident -> $answer:ty = $make:expr;)*) => { $(
        $(#[$doc])*
        pub trait $trait<V> {
            /// The answer.
            fn $method(&self) -> $answer;
        }

        impl<V: $($bound)*> $trait<V> for $on {
            fn $method(&self) -> $answer {
                $make
            }
        }
    )* };
}
answers! {
    /// The value is a byte string.
    IsRaw [Raw] &Asking<V>: cachekit_form -> AsRaw = AsRaw;
    /// It is not.
    IsNotRaw [Sized] Asking<V>: cachekit_form -> AsSerde = AsSerde;
    /// Values can be compared.
    IsEqual [PartialEq] &Asking<V>: cachekit_equal -> Option<Equal<V>> = Some(V::eq);
    /// They cannot.
    IsNotEqual [Sized] Asking<V>: cachekit_equal -> Option<Equal<V>> = None;
    /// The type has an outline.
    IsOutlined [Fingerprint] &Asking<V>: cachekit_outline -> Option<Outline> = Some(Outline::of::<V>());
    /// It has none.
    IsNotOutlined [Sized] Asking<V>: cachekit_outline -> Option<Outline> = None;
}

/// How values of a type become bytes.
///
/// The function's other types stay outside, so that one which cannot be cached is not reported
/// again here.
#[doc(hidden)]
#[macro_export]
macro_rules! __wiring {
    ($value:ty, $codec:ty) => {
        $crate::__wiring!(@ $value, $codec, $crate::private::outline::<$value>(), ::core::option::Option::None)
    };
    ($value:ty, $codec:ty, version = $version:expr) => {
        $crate::__wiring!(
            @ $value, $codec,
            (&&$crate::private::Asking::<$value>::new()).cachekit_outline(),
            ::core::option::Option::Some($version)
        )
    };
    (@ $value:ty, $codec:ty, $outline:expr, $version:expr) => {{
        use $crate::private::{
            IsEqual as _, IsNotEqual as _, IsNotOutlined as _, IsNotRaw as _, IsOutlined as _,
            IsRaw as _,
        };
        let asking = &&$crate::private::Asking::<$value>::new();
        $crate::private::Wiring {
            serial: $crate::private::Form::<$value, $codec>::serial(asking.cachekit_form()),
            outline: $outline,
            version: $version,
            equal: asking.cachekit_equal(),
        }
    }};
}

/// The outline of a type that must have one.
pub fn outline<V: Fingerprint>() -> Option<Outline> {
    Some(Outline::of::<V>())
}

impl<V> fmt::Debug for Wiring<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wiring").field("version", &self.version).finish_non_exhaustive()
    }
}

impl<V> fmt::Debug for Asking<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Asking")
    }
}
