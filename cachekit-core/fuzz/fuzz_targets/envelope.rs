//! Whatever bytes a store holds, an envelope of them is opened to what was sealed, or not at all.

#![no_main]

#[path = "../piece.rs"]
mod piece;

use std::sync::LazyLock;

use cachekit_core::private::Envelopes;
use libfuzzer_sys::fuzz_target;
use piece::Piece;

static PLAIN: LazyLock<Envelopes<Piece>> = LazyLock::new(|| Envelopes::new(false));
static SMALL: LazyLock<Envelopes<Piece>> = LazyLock::new(|| Envelopes::new(true));

/// Damage to a sealed value: where, and what is put there.
type Damage = Vec<(u16, u8)>;

fuzz_target!(|input: (&[u8], Piece, Damage)| {
    let (bytes, piece, damage) = input;
    for envelopes in [&*PLAIN, &*SMALL] {
        // Bytes as they come, and as they come behind a header that is right.
        envelopes.open(bytes);
        let mut sealed = envelopes.seal(&piece).expect("it is small");
        assert_eq!(envelopes.open(&sealed).as_ref(), Some(&piece));
        envelopes.open(&envelopes.recheck([&sealed[..96], bytes].concat()));
        for (at, byte) in &damage {
            let at = usize::from(*at) % sealed.len();
            sealed[at] = *byte;
        }
        envelopes.open(&sealed);
        let end = sealed.len() - 8;
        sealed.truncate(end);
        envelopes.open(&envelopes.recheck(sealed));
    }
});
