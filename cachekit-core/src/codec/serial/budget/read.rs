//! Deserializers and visitors that ask within a budget.

use serde::de::{Deserializer, EnumAccess, Error, MapAccess, SeqAccess, Visitor};

use super::{Excess, Within};

impl<'b, T> Within<'b, T> {
    /// Charges for what a visitor makes, unless it lies in what is charged already: a boxed value is
    /// wider than its place.
    #[inline]
    fn ask<'de, V: Visitor<'de>>(
        self,
        visitor: V,
        inside: bool,
    ) -> Result<(T, Within<'b, V>), Excess> {
        let room = size_of::<V::Value>();
        if room > self.room {
            self.budget.charge(room)?;
        }
        let Self { inner, budget, levels, .. } = self;
        Ok((inner, Within { inner: visitor, budget, levels, room, inside }))
    }

    #[inline]
    fn admit(&self, claimed: Option<usize>) -> Result<(), Excess> {
        if self.inside { Ok(()) } else { self.budget.admit(claimed) }
    }
}

/// Methods that differ in nothing but their names.
macro_rules! ask {
    ($($asked:ident -> $inner:ident ($($arg:ident: $ty:ty),*) $inside:literal;)*) => { $(
        #[inline]
        fn $asked<V: Visitor<'de>>(self, $($arg: $ty,)* visitor: V) -> Result<V::Value, D::Error> {
            let (inner, visitor) = self.ask(visitor, $inside).map_err(D::Error::custom)?;
            inner.$inner($($arg,)* visitor)
        }
    )* };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Within<'_, D> {
    type Error = D::Error;

    ask! {
        deserialize_string -> deserialize_str() false;
        deserialize_byte_buf -> deserialize_bytes() false;
        deserialize_str -> deserialize_str() false;
        deserialize_bytes -> deserialize_bytes() false;
        deserialize_any -> deserialize_any() false;
        deserialize_bool -> deserialize_bool() false;
        deserialize_i8 -> deserialize_i8() false;
        deserialize_i16 -> deserialize_i16() false;
        deserialize_i32 -> deserialize_i32() false;
        deserialize_i64 -> deserialize_i64() false;
        deserialize_i128 -> deserialize_i128() false;
        deserialize_u8 -> deserialize_u8() false;
        deserialize_u16 -> deserialize_u16() false;
        deserialize_u32 -> deserialize_u32() false;
        deserialize_u64 -> deserialize_u64() false;
        deserialize_u128 -> deserialize_u128() false;
        deserialize_f32 -> deserialize_f32() false;
        deserialize_f64 -> deserialize_f64() false;
        deserialize_char -> deserialize_char() false;
        deserialize_option -> deserialize_option() false;
        deserialize_unit -> deserialize_unit() false;
        deserialize_unit_struct -> deserialize_unit_struct(name: &'static str) false;
        deserialize_newtype_struct -> deserialize_newtype_struct(name: &'static str) true;
        deserialize_seq -> deserialize_seq() false;
        deserialize_tuple -> deserialize_tuple(len: usize) true;
        deserialize_tuple_struct -> deserialize_tuple_struct(name: &'static str, len: usize) true;
        deserialize_map -> deserialize_map() false;
        deserialize_struct -> deserialize_struct(name: &'static str, fields: &'static [&'static str]) true;
        deserialize_enum -> deserialize_enum(name: &'static str, variants: &'static [&'static str]) false;
        deserialize_identifier -> deserialize_identifier() false;
        deserialize_ignored_any -> deserialize_ignored_any() false;
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

/// Values that hold nothing to be deserialized.
macro_rules! tell {
    ($($told:ident: $ty:ty),* $(,)?) => { $(
        #[inline]
        fn $told<E: Error>(self, value: $ty) -> Result<T::Value, E> {
            self.inner.$told(value)
        }
    )* };
}

/// Values that are copied, byte by byte.
macro_rules! copy {
    ($($told:ident: $ty:ty),* $(,)?) => { $(
        #[inline]
        fn $told<E: Error>(self, value: $ty) -> Result<T::Value, E> {
            self.budget.charge(value.len()).map_err(E::custom)?;
            self.inner.$told(value)
        }
    )* };
}

impl<'de, T: Visitor<'de>> Visitor<'de> for Within<'_, T> {
    type Value = T::Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.inner.expecting(f)
    }

    tell! {
        visit_bool: bool,
        visit_i8: i8,
        visit_i16: i16,
        visit_i32: i32,
        visit_i64: i64,
        visit_i128: i128,
        visit_u8: u8,
        visit_u16: u16,
        visit_u32: u32,
        visit_u64: u64,
        visit_u128: u128,
        visit_f32: f32,
        visit_f64: f64,
        visit_char: char,
    }

    copy! {
        visit_str: &str,
        visit_borrowed_str: &'de str,
        visit_string: String,
        visit_bytes: &[u8],
        visit_borrowed_bytes: &'de [u8],
        visit_byte_buf: Vec<u8>,
    }

    #[inline]
    fn visit_none<E: Error>(self) -> Result<T::Value, E> {
        self.inner.visit_none()
    }

    #[inline]
    fn visit_unit<E: Error>(self) -> Result<T::Value, E> {
        self.inner.visit_unit()
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(mut self, inner: D) -> Result<T::Value, D::Error> {
        self.deeper().map_err(D::Error::custom)?;
        let inner = self.around(inner);
        self.inner.visit_some(inner)
    }

    #[inline]
    fn visit_newtype_struct<D: Deserializer<'de>>(
        mut self,
        inner: D,
    ) -> Result<T::Value, D::Error> {
        self.deeper().map_err(D::Error::custom)?;
        let inner = self.around(inner);
        self.inner.visit_newtype_struct(inner)
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(mut self, parts: A) -> Result<T::Value, A::Error> {
        self.deeper().map_err(A::Error::custom)?;
        self.admit(parts.size_hint()).map_err(A::Error::custom)?;
        let parts = self.around(parts);
        self.inner.visit_seq(parts)
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(mut self, parts: A) -> Result<T::Value, A::Error> {
        self.deeper().map_err(A::Error::custom)?;
        self.admit(parts.size_hint()).map_err(A::Error::custom)?;
        let parts = self.around(parts);
        self.inner.visit_map(parts)
    }

    #[inline]
    fn visit_enum<A: EnumAccess<'de>>(mut self, parts: A) -> Result<T::Value, A::Error> {
        self.deeper().map_err(A::Error::custom)?;
        let parts = self.around(parts);
        self.inner.visit_enum(parts)
    }
}
