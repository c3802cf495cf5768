//! Keys of the index: a value by its name and its home, in an order in which any stretch is a sample.

use std::sync::Arc;

use super::super::path::Spot;

/// Whose value it is. Names come first: they are as good as random, so that neighbours in the order
/// have nothing in common and a stretch of it is a sample.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct Key {
    pub(super) name: Name,
    pub(super) home: Arc<str>,
}

/// What a value's file is called in its home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    pub(super) digest: [u8; 32],
    version: u64,
}

/// The first of all names.
pub(super) const FIRST: Name = Name { digest: [0; 32], version: 0 };

impl Name {
    pub(super) fn of(spot: &Spot) -> Self {
        Self { digest: bytes_of(spot.digest()), version: number_of(spot.version()) }
    }
}

impl Key {
    /// Where the value lies.
    pub(in super::super) fn spot(&self) -> Spot {
        let mut digest = String::with_capacity(2 * self.name.digest.len());
        for byte in self.name.digest {
            for nibble in [byte >> 4, byte & 0x0f] {
                digest.extend(char::from_digit(u32::from(nibble), 16));
            }
        }
        Spot::named(&self.home, &digest, &format!("{:016x}", self.name.version))
    }
}

/// A digest of 64 digits, which a spot has.
fn bytes_of(digits: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        *byte = nibble(pair[0]) << 4 | nibble(pair[1]);
    }
    bytes
}

fn number_of(digits: &str) -> u64 {
    digits.bytes().fold(0, |number, digit| number << 4 | u64::from(nibble(digit)))
}

fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => digit.wrapping_sub(b'a').wrapping_add(10) & 0x0f,
    }
}
