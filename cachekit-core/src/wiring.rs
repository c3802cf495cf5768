//! Chooses how a function's values become bytes, from their type; asked by generated code.

use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::codec::format::{Format, Serial};
use crate::codec::serial::{Codec, Raw};
use crate::drive::Facts;
use crate::fingerprint::{Fingerprint, Outline};
use crate::shape::{Shape, Value};
use crate::store::Types;

impl<S: Shape> Types<S> {
    /// The types of a function whose values are stored as bytes.
    pub fn wired(
        facts: Facts<S>,
        serial: Serial<S::Value>,
        outline: Option<&Outline>,
        version: Option<u64>,
        equal: Option<fn(&S::Value, &S::Value) -> bool>,
    ) -> Self {
        Self { facts, wire: Some(Box::new(Format::new(serial, outline, version, equal))) }
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

impl<V: Serialize + DeserializeOwned, C: Codec> Form<V, C> for AsSerde {
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
    IsRaw [Raw] &Asking<V>: form -> AsRaw = AsRaw;
    /// It is not.
    IsNotRaw [Sized] Asking<V>: form -> AsSerde = AsSerde;
    /// Values can be compared.
    IsEqual [PartialEq] &Asking<V>: equal -> Option<fn(&V, &V) -> bool> = Some(V::eq);
    /// They cannot.
    IsNotEqual [Sized] Asking<V>: equal -> Option<fn(&V, &V) -> bool> = None;
    /// The type has an outline.
    IsOutlined [Fingerprint] &Asking<V>: outline -> Option<Outline> = Some(Outline::of::<V>());
    /// It has none.
    IsNotOutlined [Sized] Asking<V>: outline -> Option<Outline> = None;
}

/// The types of a function whose values are stored as bytes.
#[doc(hidden)]
#[macro_export]
macro_rules! __wired {
    ($facts:expr, $value:ty, $codec:ty) => {
        $crate::__wired!(@ $facts, $value, $codec, $crate::private::outline::<$value>(), None)
    };
    ($facts:expr, $value:ty, $codec:ty, version = $version:expr) => {
        $crate::__wired!(
            @ $facts, $value, $codec,
            (&&$crate::private::Asking::<$value>::new()).outline(),
            ::core::option::Option::Some($version)
        )
    };
    (@ $facts:expr, $value:ty, $codec:ty, $outline:expr, $version:expr) => {{
        #[allow(unused_imports, reason = "method lookup needs one of each two")]
        use $crate::private::{
            IsEqual as _, IsNotEqual as _, IsNotOutlined as _, IsNotRaw as _, IsOutlined as _,
            IsRaw as _,
        };
        let asking = &&$crate::private::Asking::<$value>::new();
        $crate::private::Types::wired(
            $facts,
            $crate::private::Form::<$value, $codec>::serial(asking.form()),
            $outline.as_ref(),
            $version,
            asking.equal(),
        )
    }};
}

/// The outline of a type that must have one.
pub fn outline<V: Fingerprint + Value>() -> Option<Outline> {
    Some(Outline::of::<V>())
}

impl<V> fmt::Debug for Asking<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Asking")
    }
}
