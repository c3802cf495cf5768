//! The parts of a value within a budget: elements, entries, fields and variants.

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::{Excess, LEAST_CHARGE, Within};

impl<'b, A> Within<'b, A> {
    /// The place of one part.
    #[inline]
    fn part<'de, S: DeserializeSeed<'de>>(&self, seed: S) -> Within<'b, S> {
        Within { room: size_of::<S::Value>(), ..self.around(seed) }
    }

    /// A part was made: it lies in the room of the whole, or takes more.
    #[inline]
    fn made<V>(&mut self) -> Result<(), Excess> {
        let bytes = size_of::<V>();
        if self.inside && bytes <= self.room {
            self.room -= bytes;
            return Ok(());
        }
        self.budget.charge(if bytes == 0 { LEAST_CHARGE } else { bytes })
    }
}

impl<'de, T: DeserializeSeed<'de>> DeserializeSeed<'de> for Within<'_, T> {
    type Value = T::Value;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<T::Value, D::Error> {
        let inner = self.around(inner);
        self.inner.deserialize(inner)
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Within<'_, A> {
    type Error = A::Error;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        let seed = self.part(seed);
        let element = self.inner.next_element_seed(seed)?;
        if element.is_some() {
            self.made::<S::Value>().map_err(A::Error::custom)?;
        }
        Ok(element)
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Within<'_, A> {
    type Error = A::Error;

    #[inline]
    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        let seed = self.part(seed);
        let key = self.inner.next_key_seed(seed)?;
        // The name of a field is not kept.
        if key.is_some() && !self.inside {
            self.made::<S::Value>().map_err(A::Error::custom)?;
        }
        Ok(key)
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        let seed = self.part(seed);
        let value = self.inner.next_value_seed(seed)?;
        self.made::<S::Value>().map_err(A::Error::custom)?;
        Ok(value)
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

impl<'de, 'b, A: EnumAccess<'de>> EnumAccess<'de> for Within<'b, A> {
    type Error = A::Error;
    type Variant = Within<'b, A::Variant>;

    #[inline]
    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self::Variant), A::Error> {
        let rest = self.around(());
        let seed = self.part(seed);
        let (value, variant) = self.inner.variant_seed(seed)?;
        Ok((value, Within { inside: true, ..rest.around(variant) }))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Within<'_, A> {
    type Error = A::Error;

    #[inline]
    fn unit_variant(self) -> Result<(), A::Error> {
        self.inner.unit_variant()
    }

    #[inline]
    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        let seed = self.part(seed);
        self.inner.newtype_variant_seed(seed)
    }

    #[inline]
    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, A::Error> {
        let visitor = self.around(visitor);
        self.inner.tuple_variant(len, visitor)
    }

    #[inline]
    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        let visitor = self.around(visitor);
        self.inner.struct_variant(fields, visitor)
    }
}
