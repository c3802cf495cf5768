//! What sealing and opening an envelope cost beside AES-256-GCM by itself.

mod rounds;

use std::hint::black_box;

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use cachekit::__private::Envelopes;
use rounds::{Report, base, within};

/// What is authenticated beside the payload: a header and a context, as an envelope has them.
const BESIDE_BYTES: usize = 96 + 260;
const KEY: [u8; 32] = [7; 32];

fn main() {
    let mut report = Report::new("seal");
    for bytes in [64, 1024, 64 * 1024] {
        let value: Vec<u8> =
            (0..bytes).map(|at| u8::try_from(at % 251).expect("below 251")).collect();
        seal(&mut report, &value);
        open(&mut report, &value);
    }
    report.end();
}

/// A nonce of the operating system's, as anybody must draw one who seals under a long-lived key.
fn drawn() -> [u8; 12] {
    let mut nonce = [0; 12];
    getrandom::fill(&mut nonce).expect("the system has randomness");
    nonce
}

/// Header, payload and tag in one vector, as whoever stores them needs them.
fn by_itself(cipher: &Aes256Gcm, nonce: [u8; 12], value: &[u8]) -> Vec<u8> {
    let beside = [1; BESIDE_BYTES];
    let mut out = Vec::with_capacity(96 + value.len() + 16);
    out.extend_from_slice(&beside[..96]);
    out.extend_from_slice(value);
    let tag = cipher
        .encrypt_inout_detached(&Nonce::from(nonce), &beside, (&mut out[96..]).into())
        .expect("it is short");
    out.extend_from_slice(&tag);
    out
}

fn opened(cipher: &Aes256Gcm, nonce: [u8; 12], sealed: &[u8]) -> Vec<u8> {
    let beside = [1; BESIDE_BYTES];
    let (body, tag) = sealed.split_at(sealed.len() - 16);
    let mut text = body[96..].to_vec();
    let tag: [u8; 16] = tag.try_into().expect("a tag");
    cipher
        .decrypt_inout_detached(
            &Nonce::from(nonce),
            &beside,
            text.as_mut_slice().into(),
            &tag.into(),
        )
        .expect("it was sealed so");
    text
}

fn seal(report: &mut Report, value: &Vec<u8>) {
    let [sealed, tagged] = [Envelopes::sealed(), Envelopes::tagged()];
    let prepared = Aes256Gcm::new(&KEY.into());
    report.times(
        &format!("seal {} B", value.len()),
        vec![
            base("aes-gcm, key and nonce for each message", |n| {
                for _ in 0..n {
                    let cipher = Aes256Gcm::new(black_box(&KEY).into());
                    black_box(by_itself(&cipher, drawn(), black_box(value)));
                }
            }),
            within(1.30, "envelope with encrypt", |n| {
                for _ in 0..n {
                    black_box(sealed.seal(black_box(value)));
                }
            }),
            base("aes-gcm, prepared key, nonce for each message", |n| {
                for _ in 0..n {
                    black_box(by_itself(&prepared, drawn(), black_box(value)));
                }
            }),
            base("aes-gcm, prepared key, counted nonce", |n| {
                for at in 0..n {
                    let mut nonce = [0; 12];
                    nonce[..8].copy_from_slice(&at.to_le_bytes());
                    black_box(by_itself(&prepared, nonce, black_box(value)));
                }
            }),
            base("envelope with mac", |n| {
                for _ in 0..n {
                    black_box(tagged.seal(black_box(value)));
                }
            }),
        ],
    );
}

fn open(report: &mut Report, value: &Vec<u8>) {
    let [sealed, tagged] = [Envelopes::sealed(), Envelopes::tagged()];
    let [ours, theirs] = [&sealed, &tagged].map(|by| by.seal(value).expect("it can be sealed"));
    let prepared = Aes256Gcm::new(&KEY.into());
    let nonce = drawn();
    let alone = by_itself(&prepared, nonce, value);
    report.times(
        &format!("open {} B", value.len()),
        vec![
            base("aes-gcm, key for each message", |n| {
                for _ in 0..n {
                    let cipher = Aes256Gcm::new(black_box(&KEY).into());
                    black_box(opened(&cipher, nonce, black_box(&alone)));
                }
            }),
            within(1.30, "envelope with encrypt", |n| {
                for _ in 0..n {
                    black_box(sealed.open(black_box(&ours)));
                }
            }),
            base("aes-gcm, prepared key", |n| {
                for _ in 0..n {
                    black_box(opened(&prepared, nonce, black_box(&alone)));
                }
            }),
            base("envelope with mac", |n| {
                for _ in 0..n {
                    black_box(tagged.open(black_box(&theirs)));
                }
            }),
        ],
    );
}
