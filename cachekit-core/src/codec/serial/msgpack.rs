//! `MessagePack` with named fields; the only importer of rmp-serde.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::budget::Within;
use super::{Budget, Codec};

/// `MessagePack`, which other languages read too.
#[derive(Debug)]
pub struct Msgpack;

impl Codec for Msgpack {
    const ID: u8 = 3;
    const NAME: &'static str = "msgpack";
    /// `Some(None)` and `Some(())` are written as `None` is, so each value proves only itself.
    const FAITHFUL: bool = false;

    fn encode<T: Serialize>(value: &T, to: &mut Vec<u8>, budget: &Budget) -> Result<(), String> {
        rmp_serde::encode::write_named(to, &Within::new(value, budget))
            .map_err(|error| error.to_string())
    }

    fn decode<T: DeserializeOwned>(bytes: &[u8], budget: &Budget) -> Option<T> {
        let mut rest = bytes;
        let mut from = rmp_serde::Deserializer::new(&mut rest);
        let value = T::deserialize(Within::new(&mut from, budget)).ok()?;
        rest.is_empty().then_some(value)
    }
}
