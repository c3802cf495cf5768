//! Parameters that cannot be part of a key, each with the way out.

use cachekit::cached;

#[cached]
fn wild(_: u64, n: u64) -> u64 {
    n
}

#[cached(skip(a, _unused))]
fn pattern((a, b): (u64, u64), _unused: u64) -> u64 {
    a + b
}

#[cached]
fn written_apart((out, n): &mut (Vec<u64>, u64)) -> u64 {
    out.push(*n);
    *n
}

#[cached]
fn written_to(n: u64, out: &mut Vec<u64>) -> u64 {
    out.push(n);
    n
}

#[cached]
fn unnamed(text: impl AsRef<str>, list: &[impl Copy]) -> usize {
    text.as_ref().len() + list.len()
}

#[cached]
fn conditional(n: u64, #[cfg(any())] m: u64) -> u64 {
    n
}

#[cached]
#[rustfmt::skip]
fn thirteen(
    a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8, i: u8, j: u8, k: u8, l: u8, m: u8,
) -> u8 {
    a ^ b ^ c ^ d ^ e ^ f ^ g ^ h ^ i ^ j ^ k ^ l ^ m
}

fn main() {
    pattern((wild(1, 1), 1), 1);
    written_to(conditional(written_apart(&mut (Vec::new(), 1))), &mut Vec::new());
    unnamed("", &[thirteen(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)]);
}
