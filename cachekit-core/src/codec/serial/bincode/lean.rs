//! Lean: a deserializer in front of bincode's that allocates for no string before its bytes are there.
//!
//! bincode makes an owned string by allocating its claimed length and then looking for its bytes, so
//! that nine hostile bytes ask for gigabytes. Borrowed from the input, a string is looked for first.
//! So whatever asks for an owned string or owned bytes is answered with borrowed ones, which it
//! copies, at every depth; all else passes through.

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor,
};

/// A deserializer, visitor, access or seed of bincode's or of serde's, with this rule in front.
pub(super) struct Lean<T>(pub(super) T);

/// Methods that differ in nothing but their names.
macro_rules! ask {
    ($($asked:ident -> $inner:ident ($($arg:ident: $ty:ty),*);)*) => { $(
        #[inline]
        fn $asked<V: Visitor<'de>>(self, $($arg: $ty,)* visitor: V) -> Result<V::Value, D::Error> {
            self.0.$inner($($arg,)* Lean(visitor))
        }
    )* };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Lean<D> {
    type Error = D::Error;

    ask! {
        deserialize_string -> deserialize_str();
        deserialize_byte_buf -> deserialize_bytes();
        deserialize_str -> deserialize_str();
        deserialize_bytes -> deserialize_bytes();
        deserialize_any -> deserialize_any();
        deserialize_bool -> deserialize_bool();
        deserialize_i8 -> deserialize_i8();
        deserialize_i16 -> deserialize_i16();
        deserialize_i32 -> deserialize_i32();
        deserialize_i64 -> deserialize_i64();
        deserialize_i128 -> deserialize_i128();
        deserialize_u8 -> deserialize_u8();
        deserialize_u16 -> deserialize_u16();
        deserialize_u32 -> deserialize_u32();
        deserialize_u64 -> deserialize_u64();
        deserialize_u128 -> deserialize_u128();
        deserialize_f32 -> deserialize_f32();
        deserialize_f64 -> deserialize_f64();
        deserialize_char -> deserialize_char();
        deserialize_option -> deserialize_option();
        deserialize_unit -> deserialize_unit();
        deserialize_unit_struct -> deserialize_unit_struct(name: &'static str);
        deserialize_newtype_struct -> deserialize_newtype_struct(name: &'static str);
        deserialize_seq -> deserialize_seq();
        deserialize_tuple -> deserialize_tuple(len: usize);
        deserialize_tuple_struct -> deserialize_tuple_struct(name: &'static str, len: usize);
        deserialize_map -> deserialize_map();
        deserialize_struct -> deserialize_struct(name: &'static str, fields: &'static [&'static str]);
        deserialize_enum -> deserialize_enum(name: &'static str, variants: &'static [&'static str]);
        deserialize_identifier -> deserialize_identifier();
        deserialize_ignored_any -> deserialize_ignored_any();
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }
}

/// Values that hold nothing to be deserialized.
macro_rules! tell {
    ($($told:ident: $ty:ty),* $(,)?) => { $(
        #[inline]
        fn $told<E: Error>(self, value: $ty) -> Result<T::Value, E> {
            self.0.$told(value)
        }
    )* };
}

impl<'de, T: Visitor<'de>> Visitor<'de> for Lean<T> {
    type Value = T::Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.expecting(f)
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
        visit_str: &str,
        visit_borrowed_str: &'de str,
        visit_bytes: &[u8],
        visit_borrowed_bytes: &'de [u8],
    }

    #[inline]
    fn visit_none<E: Error>(self) -> Result<T::Value, E> {
        self.0.visit_none()
    }

    #[inline]
    fn visit_unit<E: Error>(self) -> Result<T::Value, E> {
        self.0.visit_unit()
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<T::Value, D::Error> {
        self.0.visit_some(Lean(inner))
    }

    #[inline]
    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<T::Value, D::Error> {
        self.0.visit_newtype_struct(Lean(inner))
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, parts: A) -> Result<T::Value, A::Error> {
        self.0.visit_seq(Lean(parts))
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, parts: A) -> Result<T::Value, A::Error> {
        self.0.visit_map(Lean(parts))
    }

    #[inline]
    fn visit_enum<A: EnumAccess<'de>>(self, parts: A) -> Result<T::Value, A::Error> {
        self.0.visit_enum(Lean(parts))
    }
}

impl<'de, T: DeserializeSeed<'de>> DeserializeSeed<'de> for Lean<T> {
    type Value = T::Value;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<T::Value, D::Error> {
        self.0.deserialize(Lean(inner))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Lean<A> {
    type Error = A::Error;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.0.next_element_seed(Lean(seed))
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Lean<A> {
    type Error = A::Error;

    #[inline]
    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.0.next_key_seed(Lean(seed))
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(Lean(seed))
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: EnumAccess<'de>> EnumAccess<'de> for Lean<A> {
    type Error = A::Error;
    type Variant = Lean<A::Variant>;

    #[inline]
    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self::Variant), A::Error> {
        let (value, variant) = self.0.variant_seed(Lean(seed))?;
        Ok((value, Lean(variant)))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Lean<A> {
    type Error = A::Error;

    #[inline]
    fn unit_variant(self) -> Result<(), A::Error> {
        self.0.unit_variant()
    }

    #[inline]
    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        self.0.newtype_variant_seed(Lean(seed))
    }

    #[inline]
    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, A::Error> {
        self.0.tuple_variant(len, Lean(visitor))
    }

    #[inline]
    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.0.struct_variant(fields, Lean(visitor))
    }
}
