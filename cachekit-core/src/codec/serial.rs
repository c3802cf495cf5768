//! The formats between a value and its payload, behind one trait with an id byte.

#[cfg(feature = "bincode")]
mod bincode;
mod budget;
#[cfg(feature = "msgpack")]
mod msgpack;
#[cfg(feature = "postcard")]
mod postcard;

#[cfg(feature = "bincode")]
pub use bincode::Bincode;
pub use budget::{Budget, Excess};
#[cfg(feature = "msgpack")]
pub use msgpack::Msgpack;
#[cfg(feature = "postcard")]
pub use postcard::Postcard;

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A serialisation format of payloads.
///
/// An id is given once and never to another format: envelopes carry it.
pub trait Codec: 'static {
    /// The byte in the envelope.
    const ID: u8;
    /// The name in the attribute and in metrics.
    const NAME: &'static str;
    /// Whether one value that survives proves that its type does.
    const FAITHFUL: bool;

    /// Appends the value, if a reader's budget will do for it.
    fn encode<T: Serialize>(value: &T, to: &mut Vec<u8>, budget: &Budget) -> Result<(), String>;

    /// Reads a value that must use all the bytes, and no more than the budget.
    fn decode<T: DeserializeOwned>(bytes: &[u8], budget: &Budget) -> Option<T>;
}

/// A byte string, whose payload is the bytes themselves.
///
/// Through serde each byte would be an element: thirty times slower for nothing.
pub trait Raw: Sized {
    /// The bytes.
    fn bytes(&self) -> &[u8];

    /// The value of these bytes.
    fn from_bytes(bytes: &[u8]) -> Self;
}

/// The id of raw payloads.
pub(crate) const RAW_ID: u8 = 0;
pub(crate) const RAW_NAME: &str = "raw";

macro_rules! raw {
    ($($bytes:ty),*) => { $(
        impl Raw for $bytes {
            fn bytes(&self) -> &[u8] {
                self
            }

            fn from_bytes(bytes: &[u8]) -> Self {
                bytes.into()
            }
        }
    )* };
}
raw!(Vec<u8>, Box<[u8]>, Arc<[u8]>);

/// Whether this build can read the codec of an envelope.
pub(crate) fn is_known(id: u8) -> bool {
    let known = [
        Some(RAW_ID),
        cfg!(feature = "bincode").then_some(1),
        cfg!(feature = "postcard").then_some(2),
        cfg!(feature = "msgpack").then_some(3),
    ];
    known.contains(&Some(id))
}
