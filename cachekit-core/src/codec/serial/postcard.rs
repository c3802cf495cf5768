//! postcard; the only importer of postcard.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::budget::Within;
use super::{Budget, Codec};

/// postcard 1, whose wire format is specified and stable.
#[derive(Debug)]
pub struct Postcard;

impl Codec for Postcard {
    const ID: u8 = 2;
    const NAME: &'static str = "postcard";
    const FAITHFUL: bool = true;

    fn encode<T: Serialize>(value: &T, to: &mut Vec<u8>, budget: &Budget) -> Result<(), String> {
        let encoded = postcard::to_allocvec(&Within::new(value, budget));
        to.append(&mut encoded.map_err(|error| error.to_string())?);
        Ok(())
    }

    fn decode<T: DeserializeOwned>(bytes: &[u8], budget: &Budget) -> Option<T> {
        let mut from = postcard::Deserializer::from_bytes(bytes);
        let value = T::deserialize(Within::new(&mut from, budget)).ok()?;
        let rest = from.finalize().ok()?;
        rest.is_empty().then_some(value)
    }
}
