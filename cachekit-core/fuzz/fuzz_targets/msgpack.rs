//! Msgpack decodes what it encoded, and of anything else a value or nothing.

#![no_main]

#[path = "../piece.rs"]
mod piece;

use cachekit_core::private::{Budget, Codec, Msgpack};
use libfuzzer_sys::fuzz_target;
use piece::{List, Piece, Wide};

/// As a small `max_value_bytes` gives.
fn budget() -> Budget {
    Budget::new(1 << 20)
}

fuzz_target!(|input: (&[u8], Piece)| {
    let (bytes, piece) = input;
    let mut payload = Vec::new();
    Msgpack::encode(&piece, &mut payload, &budget()).expect("it encodes");
    assert_eq!(Msgpack::decode::<Piece>(&payload, &budget()), Some(piece));
    if let Some(found) = Msgpack::decode::<Piece>(bytes, &budget()) {
        let mut again = Vec::new();
        Msgpack::encode(&found, &mut again, &budget()).expect("what was decoded is a value");
        assert_eq!(Msgpack::decode::<Piece>(&again, &budget()), Some(found));
    }
    Msgpack::decode::<Vec<Piece>>(bytes, &budget());
    Msgpack::decode::<Vec<Option<Wide>>>(bytes, &budget());
    Msgpack::decode::<List>(bytes, &budget());
    Msgpack::decode::<Vec<()>>(bytes, &budget());
});
