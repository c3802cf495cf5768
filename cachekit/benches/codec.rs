//! What an envelope costs beside what it is made of: serialisation, compression, checksum.

mod rounds;

use std::hint::black_box;

use bincode::config;
use cachekit::__private::Envelopes;
use cachekit::Fingerprint;
use rounds::{Report, base, within};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

/// A value as services have them: texts, numbers and a list, about 1 KiB as bytes.
#[derive(Clone, PartialEq, Serialize, Deserialize, Fingerprint)]
struct Order {
    number: u64,
    customer: String,
    paid: bool,
    lines: Vec<Line>,
    note: Option<String>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize, Fingerprint)]
struct Line {
    article: String,
    pieces: u32,
    cents: u64,
    taxed: Option<f64>,
}

impl Order {
    fn example() -> Self {
        let line = |n: u32| Line {
            article: format!("article {n:05}, in the colour of the season"),
            pieces: n % 7 + 1,
            cents: 1_999 + u64::from(n) * 350,
            taxed: n.is_multiple_of(2).then_some(0.19),
        };
        Self {
            number: 20_260_117_000_042,
            customer: "Ada Lovelace, St James's Square, London".to_owned(),
            paid: true,
            lines: (0..18).map(line).collect(),
            note: Some("please ring twice, the dog is friendly and the bell is not".to_owned()),
        }
    }
}

fn main() {
    let mut report = Report::new("codec");
    let order = Order::example();
    let payload = encode(&order);
    #[expect(clippy::cast_precision_loss, reason = "about a thousand")]
    report.fact("bytes of the value", payload.len() as f64, "B", None);
    plain(&mut report, &order);
    compressed(&mut report, &order);
    report.end();
}

fn plain(report: &mut Report, order: &Order) {
    let envelopes = Envelopes::<Order>::new(false);
    let sealed = envelopes.seal(order).expect("it can be sealed");
    let payload = encode(order);
    report.times(
        "encode and decode, 1 KiB",
        vec![
            base("bincode and xxh3, twice each", |n| {
                for _ in 0..n {
                    black_box(xxh3_64(&encode(black_box(order))));
                    black_box((xxh3_64(black_box(&payload)), decode(&payload)));
                }
            }),
            within(1.30, "envelope", |n| {
                for _ in 0..n {
                    black_box(envelopes.seal(black_box(order)));
                    black_box(envelopes.open(black_box(&sealed)));
                }
            }),
            base("of this, encode", |n| {
                for _ in 0..n {
                    black_box(envelopes.seal(black_box(order)));
                }
            }),
            base("of this, decode", |n| {
                for _ in 0..n {
                    black_box(envelopes.open(black_box(&sealed)));
                }
            }),
        ],
    );
}

fn compressed(report: &mut Report, order: &Order) {
    let envelopes = Envelopes::<Order>::new(true);
    let sealed = envelopes.seal(order).expect("it can be sealed");
    let payload = encode(order);
    let block = lz4_flex::block::compress(&payload);
    report.times(
        "encode and decode, 1 KiB, compressed",
        vec![
            base("bincode, lz4 and xxh3, twice each", |n| {
                for _ in 0..n {
                    black_box(xxh3_64(&lz4_flex::block::compress(&encode(black_box(order)))));
                    let expanded = lz4_flex::block::decompress(black_box(&block), payload.len());
                    let expanded = expanded.expect("it is a block");
                    black_box((xxh3_64(&block), decode(&expanded)));
                }
            }),
            within(1.30, "envelope", |n| {
                for _ in 0..n {
                    black_box(envelopes.seal(black_box(order)));
                    black_box(envelopes.open(black_box(&sealed)));
                }
            }),
        ],
    );
    #[expect(clippy::cast_precision_loss, reason = "about a thousand")]
    report.fact("bytes of the compressed envelope", sealed.len() as f64, "B", None);
}

fn encode(order: &Order) -> Vec<u8> {
    bincode::serde::encode_to_vec(order, config::standard()).expect("it serialises")
}

fn decode(payload: &[u8]) -> Order {
    let decoded = bincode::serde::decode_from_slice(payload, config::standard());
    let (order, _): (Order, usize) = decoded.expect("it is an order");
    order
}
