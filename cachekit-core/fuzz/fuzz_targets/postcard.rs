//! Postcard decodes what it encoded, and of anything else a value or nothing.

#![no_main]

#[path = "../piece.rs"]
mod piece;

use cachekit_core::private::{Budget, Codec, Postcard};
use libfuzzer_sys::fuzz_target;
use piece::{List, Piece, Wide};

/// As a small `max_value_bytes` gives.
fn budget() -> Budget {
    Budget::new(1 << 20)
}

fuzz_target!(|input: (&[u8], Piece)| {
    let (bytes, piece) = input;
    let mut payload = Vec::new();
    Postcard::encode(&piece, &mut payload, &budget()).expect("it encodes");
    assert_eq!(Postcard::decode::<Piece>(&payload, &budget()), Some(piece));
    if let Some(found) = Postcard::decode::<Piece>(bytes, &budget()) {
        let mut again = Vec::new();
        Postcard::encode(&found, &mut again, &budget()).expect("what was decoded is a value");
        assert_eq!(Postcard::decode::<Piece>(&again, &budget()), Some(found));
    }
    Postcard::decode::<Vec<Piece>>(bytes, &budget());
    Postcard::decode::<Vec<Option<Wide>>>(bytes, &budget());
    Postcard::decode::<List>(bytes, &budget());
    Postcard::decode::<Vec<()>>(bytes, &budget());
});
