//! Of a sealed or tagged entry, only the very bytes that were written give a value.

#![no_main]

use std::sync::LazyLock;

use cachekit_core::private::Envelopes;
use libfuzzer_sys::fuzz_target;

static SEALED: LazyLock<Envelopes<Vec<u8>>> = LazyLock::new(Envelopes::sealed);
static TAGGED: LazyLock<Envelopes<Vec<u8>>> = LazyLock::new(Envelopes::tagged);

fuzz_target!(|input: (Vec<u8>, &[u8], Vec<(u16, u8)>)| {
    let (value, bytes, damage) = input;
    for envelopes in [&*SEALED, &*TAGGED] {
        assert_eq!(envelopes.open(bytes), None);
        let sealed = envelopes.seal(&value).expect("it is small");
        assert_eq!(envelopes.open(&sealed).as_ref(), Some(&value));
        // Another's body behind a header that is right, with a checksum that is.
        assert_eq!(
            envelopes.open(&[&sealed[..96], bytes].concat()).filter(|_| bytes != &sealed[96..]),
            None
        );
        assert_eq!(envelopes.open(&envelopes.recheck([&sealed[..96], bytes].concat())), None);
        let mut damaged = sealed.clone();
        for (at, byte) in &damage {
            let at = usize::from(*at) % damaged.len();
            damaged[at] = *byte;
        }
        if damaged != sealed {
            assert_eq!(envelopes.open(&damaged), None);
        }
        damaged.truncate(usize::from(damage.first().map_or(0, |(at, _)| *at)) % sealed.len());
        assert_eq!(envelopes.open(&damaged), None);
    }
});
