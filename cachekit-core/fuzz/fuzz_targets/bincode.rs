//! Bincode decodes what it encoded, and of anything else a value or nothing.

#![no_main]

#[path = "../piece.rs"]
mod piece;

use cachekit_core::private::{Bincode, Codec};
use libfuzzer_sys::fuzz_target;
use piece::Piece;

fuzz_target!(|input: (&[u8], Piece)| {
    let (bytes, piece) = input;
    let mut payload = Vec::new();
    Bincode::encode(&piece, &mut payload).expect("it encodes");
    assert_eq!(Bincode::decode::<Piece>(&payload), Some(piece));
    if let Some(found) = Bincode::decode::<Piece>(bytes) {
        let mut again = Vec::new();
        Bincode::encode(&found, &mut again).expect("what was decoded is a value");
        assert_eq!(Bincode::decode::<Piece>(&again), Some(found));
    }
    Bincode::decode::<Vec<Piece>>(bytes);
});
