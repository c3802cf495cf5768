//! Serializers that write within a budget, and the values that they are handed.

use serde::ser::{
    Error, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::Within;

impl<T: Serialize + ?Sized> Serialize for Within<'_, &T> {
    #[inline]
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.inner.serialize(self.around(to))
    }
}

impl<'b, S> Within<'b, S> {
    #[inline]
    fn holding<U>(&self, part: U) -> Within<'b, U> {
        self.budget.place();
        self.around(part)
    }
}

/// Values that hold nothing to be serialized.
macro_rules! write {
    ($($method:ident($($arg:ident: $ty:ty),*);)*) => { $(
        #[inline]
        fn $method(self, $($arg: $ty),*) -> Result<S::Ok, S::Error> {
            self.inner.$method($($arg),*)
        }
    )* };
}

/// Values of several parts.
macro_rules! open {
    ($($method:ident($($arg:ident: $ty:ty),*) -> $parts:ident;)*) => { $(
        #[inline]
        fn $method(mut self, $($arg: $ty),*) -> Result<Self::$parts, S::Error> {
            self.deeper().map_err(S::Error::custom)?;
            let rest = self.around(());
            Ok(rest.around(self.inner.$method($($arg),*)?))
        }
    )* };
}

impl<'b, S: Serializer> Serializer for Within<'b, S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Within<'b, S::SerializeSeq>;
    type SerializeTuple = Within<'b, S::SerializeTuple>;
    type SerializeTupleStruct = Within<'b, S::SerializeTupleStruct>;
    type SerializeTupleVariant = Within<'b, S::SerializeTupleVariant>;
    type SerializeMap = Within<'b, S::SerializeMap>;
    type SerializeStruct = Within<'b, S::SerializeStruct>;
    type SerializeStructVariant = Within<'b, S::SerializeStructVariant>;

    write! {
        serialize_bool(value: bool);
        serialize_i8(value: i8);
        serialize_i16(value: i16);
        serialize_i32(value: i32);
        serialize_i64(value: i64);
        serialize_i128(value: i128);
        serialize_u8(value: u8);
        serialize_u16(value: u16);
        serialize_u32(value: u32);
        serialize_u64(value: u64);
        serialize_u128(value: u128);
        serialize_f32(value: f32);
        serialize_f64(value: f64);
        serialize_char(value: char);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(name: &'static str);
    }

    open! {
        serialize_seq(len: Option<usize>) -> SerializeSeq;
        serialize_tuple(len: usize) -> SerializeTuple;
        serialize_tuple_struct(name: &'static str, len: usize) -> SerializeTupleStruct;
        serialize_tuple_variant(name: &'static str, at: u32, variant: &'static str, len: usize) -> SerializeTupleVariant;
        serialize_map(len: Option<usize>) -> SerializeMap;
        serialize_struct(name: &'static str, len: usize) -> SerializeStruct;
        serialize_struct_variant(name: &'static str, at: u32, variant: &'static str, len: usize) -> SerializeStructVariant;
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<S::Ok, S::Error> {
        self.budget.charge(value.len()).map_err(S::Error::custom)?;
        self.inner.serialize_str(value)
    }

    #[inline]
    fn serialize_bytes(self, value: &[u8]) -> Result<S::Ok, S::Error> {
        self.budget.charge(value.len()).map_err(S::Error::custom)?;
        self.inner.serialize_bytes(value)
    }

    #[inline]
    fn serialize_unit_variant(
        mut self,
        name: &'static str,
        at: u32,
        variant: &'static str,
    ) -> Result<S::Ok, S::Error> {
        self.deeper().map_err(S::Error::custom)?;
        self.inner.serialize_unit_variant(name, at, variant)
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(mut self, value: &T) -> Result<S::Ok, S::Error> {
        self.deeper().map_err(S::Error::custom)?;
        let value = self.holding(value);
        self.inner.serialize_some(&value)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        mut self,
        name: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.deeper().map_err(S::Error::custom)?;
        let value = self.holding(value);
        self.inner.serialize_newtype_struct(name, &value)
    }

    #[inline]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        mut self,
        name: &'static str,
        at: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.deeper().map_err(S::Error::custom)?;
        let value = self.holding(value);
        self.inner.serialize_newtype_variant(name, at, variant, &value)
    }

    #[inline]
    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

/// Parts that are handed over one by one. An element and a key are charged the least that they may
/// take; what they take is known to a reader.
macro_rules! parts {
    ($($trait:ident $method:ident [$($name:ident)?] $least:literal;)*) => { $(
        impl<S: $trait> $trait for Within<'_, S> {
            type Ok = S::Ok;
            type Error = S::Error;

            #[inline]
            fn $method<T: Serialize + ?Sized>(
                &mut self,
                $($name: &'static str,)?
                value: &T,
            ) -> Result<(), S::Error> {
                self.budget.charge($least).map_err(S::Error::custom)?;
                let value = self.holding(value);
                self.inner.$method($($name,)? &value)
            }

            #[inline]
            fn end(self) -> Result<S::Ok, S::Error> {
                self.inner.end()
            }
        }
    )* };
}
parts! {
    SerializeSeq serialize_element [] 1;
    SerializeTuple serialize_element [] 0;
    SerializeTupleStruct serialize_field [] 0;
    SerializeTupleVariant serialize_field [] 0;
    SerializeStruct serialize_field [name] 0;
    SerializeStructVariant serialize_field [name] 0;
}

impl<S: SerializeMap> SerializeMap for Within<'_, S> {
    type Ok = S::Ok;
    type Error = S::Error;

    #[inline]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), S::Error> {
        self.budget.charge(1).map_err(S::Error::custom)?;
        let key = self.holding(key);
        self.inner.serialize_key(&key)
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
        let value = self.holding(value);
        self.inner.serialize_value(&value)
    }

    #[inline]
    fn end(self) -> Result<S::Ok, S::Error> {
        self.inner.end()
    }
}
