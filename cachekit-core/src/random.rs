//! Random numbers: names that nobody else could guess or repeat, and shares that only have to differ.

use std::hash::{BuildHasher as _, RandomState};

/// Sixty-four bits; for spreading, where a forked child may repeat them. In a world that was given a
/// seed they follow from that.
pub(crate) fn bits() -> u64 {
    #[cfg(feature = "testing")]
    if let Some(bits) = crate::world::bits() {
        return bits;
    }
    of_process()
}

/// The same for what a process has once, whichever world asks first.
///
/// Of the standard library's own seed for hash tables, which differs at every call.
pub(crate) fn of_process() -> u64 {
    RandomState::new().hash_one(0_u8)
}

/// A share of one, from 0 up to 1; for spreading, where a forked child may repeat it.
pub(crate) fn fraction() -> f64 {
    f64::from((bits() >> 32) as u32) / (f64::from(u32::MAX) + 1.0)
}

/// 128 fresh bits from the operating system, in lowercase hexadecimal: nothing a forked child could
/// repeat; `None` where it has no randomness to give.
#[cfg(feature = "l2")]
pub(crate) fn token() -> Option<String> {
    let mut bytes = [0_u8; 16];
    fill(&mut bytes)?;
    Some(format!("{:032x}", u128::from_le_bytes(bytes)))
}

/// Without a shared tier nothing is named.
#[cfg(not(feature = "l2"))]
pub(crate) fn token() -> Option<String> {
    None
}

/// Fresh bytes of the operating system's, as many as are asked for; `None` where it has none.
#[cfg(feature = "encrypt")]
pub(crate) fn bytes<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0_u8; N];
    fill(&mut bytes)?;
    Some(bytes)
}

/// The operating system's randomness, or that of a world which was given a seed.
#[cfg(feature = "l2")]
fn fill(bytes: &mut [u8]) -> Option<()> {
    #[cfg(feature = "testing")]
    if let Some(first) = crate::world::bits() {
        let more = std::iter::from_fn(crate::world::bits);
        let all = std::iter::once(first).chain(more).flat_map(u64::to_le_bytes);
        bytes.iter_mut().zip(all).for_each(|(byte, random)| *byte = random);
        return Some(());
    }
    getrandom::fill(bytes).ok()
}
