//! bincode 2 through serde; the only importer of bincode.

use std::marker::PhantomData;

use bincode::config::{Configuration, Limit, LittleEndian, Varint};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::budget::Within;
use super::{Budget, Codec};

/// bincode 2, pinned at 2.0.1: its form is frozen, and so are our envelopes.
#[derive(Debug)]
pub struct Bincode;

/// The most bytes that a payload may claim while it is read.
///
/// The real bound is `max_value_bytes`, checked before; but a payload claims a value's full width
/// for each varint, up to sixteen times its own length, and the limit is a constant. It is no bound
/// on what is allocated, which `budget` sees to.
const MOST_CLAIMED_BYTES: usize = 1 << 31;

const CONFIG: Configuration<LittleEndian, Varint, Limit<MOST_CLAIMED_BYTES>> =
    bincode::config::standard().with_limit::<MOST_CLAIMED_BYTES>();

impl Codec for Bincode {
    const ID: u8 = 1;
    const NAME: &'static str = "bincode";
    const FAITHFUL: bool = true;

    fn encode<T: Serialize>(value: &T, to: &mut Vec<u8>, budget: &Budget) -> Result<(), String> {
        let value = Within::new(value, budget);
        let encoded = bincode::serde::encode_to_vec(value, bincode::config::standard());
        to.append(&mut encoded.map_err(|error| error.to_string())?);
        Ok(())
    }

    fn decode<T: DeserializeOwned>(bytes: &[u8], budget: &Budget) -> Option<T> {
        let seed = Within::new(PhantomData::<T>, budget);
        let (value, used) = bincode::serde::seed_decode_from_slice(seed, bytes, CONFIG).ok()?;
        (used == bytes.len()).then_some(value)
    }
}
