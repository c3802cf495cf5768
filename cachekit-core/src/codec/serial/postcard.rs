//! postcard; the only importer of postcard.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Codec;

/// postcard 1, whose wire format is specified and stable.
#[derive(Debug)]
pub struct Postcard;

impl Codec for Postcard {
    const ID: u8 = 2;
    const NAME: &'static str = "postcard";
    const FAITHFUL: bool = true;

    fn encode<T: Serialize>(value: &T, to: &mut Vec<u8>) -> Result<(), String> {
        let encoded = postcard::to_allocvec(value);
        to.append(&mut encoded.map_err(|error| error.to_string())?);
        Ok(())
    }

    fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
        let (value, rest) = postcard::take_from_bytes(bytes).ok()?;
        rest.is_empty().then_some(value)
    }
}
