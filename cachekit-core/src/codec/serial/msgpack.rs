//! `MessagePack` with named fields; the only importer of rmp-serde.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Codec;

/// `MessagePack`, which other languages read too.
#[derive(Debug)]
pub struct Msgpack;

impl Codec for Msgpack {
    const ID: u8 = 3;
    const NAME: &'static str = "msgpack";
    /// `Some(None)` and `Some(())` are written as `None` is, so each value proves only itself.
    const FAITHFUL: bool = false;

    fn encode<T: Serialize>(value: &T, to: &mut Vec<u8>) -> Result<(), String> {
        rmp_serde::encode::write_named(to, value).map_err(|error| error.to_string())
    }

    fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
        let mut rest = bytes;
        let value = rmp_serde::from_read(&mut rest).ok()?;
        rest.is_empty().then_some(value)
    }
}
