//! Msgpack decodes what it encoded, and of anything else a value or nothing.

#![no_main]

#[path = "../piece.rs"]
mod piece;

use cachekit_core::private::{Codec, Msgpack};
use libfuzzer_sys::fuzz_target;
use piece::Piece;

fuzz_target!(|input: (&[u8], Piece)| {
    let (bytes, piece) = input;
    let mut payload = Vec::new();
    Msgpack::encode(&piece, &mut payload).expect("it encodes");
    assert_eq!(Msgpack::decode::<Piece>(&payload), Some(piece));
    if let Some(found) = Msgpack::decode::<Piece>(bytes) {
        let mut again = Vec::new();
        Msgpack::encode(&found, &mut again).expect("what was decoded is a value");
        assert_eq!(Msgpack::decode::<Piece>(&again), Some(found));
    }
    Msgpack::decode::<Vec<Piece>>(bytes);
});
