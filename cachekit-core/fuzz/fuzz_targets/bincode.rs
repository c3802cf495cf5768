//! Bincode decodes what it encoded, and of anything else a value or nothing.

#![no_main]

#[path = "../piece.rs"]
mod piece;

use cachekit_core::private::{Bincode, Budget, Codec};
use libfuzzer_sys::fuzz_target;
use piece::{List, Piece, Wide};

/// As a small `max_value_bytes` gives.
fn budget() -> Budget {
    Budget::new(1 << 20)
}

fuzz_target!(|input: (&[u8], Piece)| {
    let (bytes, piece) = input;
    let mut payload = Vec::new();
    Bincode::encode(&piece, &mut payload, &budget()).expect("it encodes");
    assert_eq!(Bincode::decode::<Piece>(&payload, &budget()), Some(piece));
    if let Some(found) = Bincode::decode::<Piece>(bytes, &budget()) {
        let mut again = Vec::new();
        Bincode::encode(&found, &mut again, &budget()).expect("what was decoded is a value");
        assert_eq!(Bincode::decode::<Piece>(&again, &budget()), Some(found));
    }
    Bincode::decode::<Vec<Piece>>(bytes, &budget());
    Bincode::decode::<Vec<Option<Wide>>>(bytes, &budget());
    Bincode::decode::<List>(bytes, &budget());
    Bincode::decode::<Vec<()>>(bytes, &budget());
});
