//! The codec's promises, over every truncation, every flipped bit and every stranger's bytes.

use std::time::Duration;

use super::*;
#[cfg(feature = "bincode")]
use crate::codec::Remedy;
use crate::value::fingerprint::Fingerprint;

const NOW: u64 = 1_700_000_000_000;
const TTL: Duration = Duration::from_secs(300);

#[cfg(feature = "bincode")]
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
struct Row {
    id: u64,
    name: String,
    tags: Vec<String>,
}

#[cfg(feature = "bincode")]
impl Fingerprint for Row {
    fn outline(to: &mut Outline) {
        to.record::<Self>("Row", |to| {
            to.part::<u64>("id");
            to.part::<String>("name");
            to.part::<Vec<String>>("tags");
        });
    }
}

#[cfg(feature = "bincode")]
fn row() -> Row {
    Row { id: 7, name: "ada".into(), tags: vec!["a".into(); 3] }
}

fn format<V: Fingerprint + PartialEq>(serial: Serial<V>) -> Format<V> {
    Format::new(serial, Some(&Outline::of::<V>()), None, Some(V::eq))
}

#[cfg(feature = "bincode")]
fn rows() -> Format<Row> {
    format(Serial::by::<serial::Bincode>())
}

fn digest(id: u64) -> Digest {
    Digest::key("f", "()", &(id,))
}

fn stamp(digest: &Digest) -> Stamp<'_> {
    let expires = NOW + 300_000;
    let sign = Sign::Positive;
    Stamp { digest, created: NOW, expires, sign, compress: false, max_bytes: 1 << 20, guard: None }
}

fn expected(digest: &Digest, now: u64) -> Expected<'_> {
    let (positive, negative) = (Some(TTL), Some(TTL));
    Expected { digest, now: Some(now), positive, negative, max_bytes: 1 << 20, guard: None }
}

fn live<V>(decoded: Result<Decoded<V>, Undecodable>) -> Option<Live<V>> {
    match decoded {
        Ok(Decoded::Live(live)) => Some(live),
        Ok(Decoded::Expired) => None,
        Err(why) => panic!("{why}"),
    }
}

#[cfg(feature = "bincode")]
mod bincode {
    use super::*;

    #[test]
    fn what_is_encoded_is_decoded_with_its_age_and_what_is_left() {
        let digest = digest(1);
        let bytes = rows().encode(&row(), &stamp(&digest)).expect("it fits");
        let live = live(rows().decode(&bytes, &expected(&digest, NOW + 1_000))).expect("it lives");
        assert_eq!(live.value, row());
        assert_eq!((live.age, live.left), (Duration::from_secs(1), Duration::from_secs(299)));
    }

    /// J11, A13.
    #[test]
    fn no_truncation_and_no_flipped_bit_gives_a_value() {
        let digest = digest(1);
        let bytes = rows().encode(&row(), &stamp(&digest)).expect("it fits");
        for len in 0..bytes.len() {
            let why = rows().decode(&bytes[..len], &expected(&digest, NOW)).err();
            assert_eq!(why.map(Undecodable::remedy), Some(Remedy::Remove), "length {len}");
        }
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(rows().decode(&flipped, &expected(&digest, NOW)).is_err(), "bit {bit}");
        }
    }

    /// J11: with the checksum made right again, so that every later check meets the damage too.
    #[test]
    fn no_damage_behind_a_right_checksum_panics_or_gives_another_keys_value() {
        let digest = digest(1);
        let long = Row { name: "abcdefgh".repeat(200), ..row() };
        let squeezed = Stamp { compress: cfg!(feature = "compress"), ..stamp(&digest) };
        let originals = [
            rows().encode(&row(), &stamp(&digest)).expect("it fits"),
            rows().encode(&long, &squeezed).expect("it fits"),
        ];
        // A linear congruential generator (Knuth, MMIX): the same damage in every run.
        let mut state = 7_u64;
        let mut draw = |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        for round in 0..100_000 {
            let mut bytes = originals[round % 2].clone();
            bytes.truncate(bytes.len() - envelope::CHECK_BYTES);
            for _ in 0..=draw(4) {
                let at = draw(bytes.len());
                bytes[at] = u8::try_from(draw(256)).expect("below 256");
            }
            if draw(4) == 0 {
                bytes.truncate(draw(bytes.len()));
            }
            let check = crate::codec::checksum::of(&bytes).to_le_bytes();
            bytes.extend_from_slice(&check);
            if rows().decode(&bytes, &expected(&digest, NOW)).is_ok() {
                assert_eq!(bytes[64..96], originals[0][64..96], "round {round}");
            }
        }
    }

    /// J12.
    #[test]
    fn what_another_build_could_read_is_left_alone() {
        let digest = digest(1);
        let bytes = rows().encode(&row(), &stamp(&digest)).expect("it fits");
        for (at, byte, reason) in [
            (4, 2, "unknown_version"),
            (5, 64, "unknown_version"),
            (5, 2, "unknown_key"),
            (8, 1, "unknown_key"),
        ] {
            let mut other = bytes.clone();
            other[at] = byte;
            let why = rows().decode(&other, &expected(&digest, NOW)).expect_err("it is foreign");
            assert_eq!((why.reason(), why.remedy()), (reason, Remedy::Leave), "{at} {byte}");
        }
    }

    #[test]
    fn another_arguments_bytes_and_another_types_bytes_are_told_apart() {
        let (mine, theirs) = (digest(1), digest(2));
        let bytes = rows().encode(&row(), &stamp(&theirs)).expect("it fits");
        let why = rows().decode(&bytes, &expected(&mine, NOW)).expect_err("another key's");
        assert_eq!(why.reason(), "wrong_key");
        let numbers = format::<u64>(Serial::by::<serial::Bincode>());
        let bytes = numbers.encode(&7, &stamp(&mine)).expect("it fits");
        let why = rows().decode(&bytes, &expected(&mine, NOW)).expect_err("another type's");
        assert_eq!(why.reason(), "type_mismatch");
    }

    /// F9, F10.
    #[test]
    fn a_life_ends_by_the_sooner_of_its_writers_date_and_its_readers_ttl() {
        let digest = digest(1);
        let bytes = rows().encode(&row(), &stamp(&digest)).expect("it fits");
        assert!(live(rows().decode(&bytes, &expected(&digest, NOW + 299_999))).is_some());
        assert!(live(rows().decode(&bytes, &expected(&digest, NOW + 300_000))).is_none());
        let brief =
            Expected { positive: Some(Duration::from_secs(1)), ..expected(&digest, NOW + 1_000) };
        assert!(live(rows().decode(&bytes, &brief)).is_none());
    }

    #[test]
    fn a_date_from_a_clock_that_jumped_ahead_does_not_make_an_entry_immortal() {
        let digest = digest(1);
        let later = Stamp { created: NOW + 86_400_000, expires: u64::MAX, ..stamp(&digest) };
        let bytes = rows().encode(&row(), &later).expect("it fits");
        assert!(live(rows().decode(&bytes, &expected(&digest, NOW))).is_none());
    }

    /// J8.
    #[test]
    fn a_value_above_the_maximum_is_not_encoded() {
        let digest = digest(1);
        let tight = Stamp { max_bytes: 8, ..stamp(&digest) };
        assert!(matches!(rows().encode(&row(), &tight), Err(Unfit::TooLarge { max: 8, .. })));
    }

    #[test]
    fn more_bytes_than_a_value_may_have_are_not_looked_at() {
        let digest = digest(1);
        let tight = Expected { max_bytes: 8, ..expected(&digest, NOW) };
        let why = rows().decode(&[0; 8 + OVERHEAD_BYTES + 1], &tight).expect_err("too large");
        assert_eq!(why.reason(), "too_large");
    }

    /// J4.
    #[test]
    fn bytes_after_the_value_are_noticed() {
        use crate::codec::serial::{Bincode, Budget, Codec};
        let mut bytes = Vec::new();
        Bincode::encode(&7_u64, &mut bytes, &Budget::new(64)).expect("it encodes");
        assert_eq!(Bincode::decode::<u64>(&bytes, &Budget::new(64)), Some(7));
        bytes.push(0);
        assert_eq!(Bincode::decode::<u64>(&bytes, &Budget::new(64)), None);
    }

    /// A type whose serialised form reads back as another value.
    #[derive(Debug, Clone, PartialEq, serde::Deserialize)]
    struct Liar(u8);

    impl Serialize for Liar {
        fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            to.serialize_u8(self.0 ^ 1)
        }
    }

    impl Fingerprint for Liar {
        fn outline(to: &mut Outline) {
            to.atom("Liar");
        }
    }

    /// J6.
    #[test]
    fn a_type_that_does_not_survive_its_codec_is_found_when_it_is_stored() {
        let digest = digest(1);
        let liars = format::<Liar>(Serial::by::<serial::Bincode>());
        let Err(Unfit::Codec(why)) = liars.encode(&Liar(1), &stamp(&digest)) else {
            panic!("it was stored");
        };
        assert!(why.contains("another value"), "{why}");
    }

    #[test]
    fn a_value_that_is_not_equal_to_itself_is_stored_all_the_same() {
        let digest = digest(1);
        let floats = format::<f64>(Serial::by::<serial::Bincode>());
        assert!(floats.encode(&f64::NAN, &stamp(&digest)).is_ok());
    }

    #[cfg(feature = "compress")]
    #[test]
    fn a_compressed_value_comes_back() {
        let digest = digest(1);
        let long = Row { name: "ada ".repeat(2_000), ..row() };
        let compress = Stamp { compress: true, ..stamp(&digest) };
        let bytes = rows().encode(&long, &compress).expect("it fits");
        assert!(bytes.len() < 1_000, "{}", bytes.len());
        let live = live(rows().decode(&bytes, &expected(&digest, NOW))).expect("it lives");
        assert_eq!(live.value, long);
    }
}

#[test]
fn byte_strings_are_stored_as_they_are() {
    let digest = digest(1);
    let raw = format::<Vec<u8>>(Serial::raw());
    let bytes = raw.encode(&vec![7; 100], &stamp(&digest)).expect("it fits");
    assert_eq!(bytes.len(), 100 + OVERHEAD_BYTES);
    let live = live(raw.decode(&bytes, &expected(&digest, NOW))).expect("it lives");
    assert_eq!(live.value, vec![7; 100]);
}

#[cfg(all(feature = "bincode", feature = "postcard", feature = "msgpack"))]
#[test]
fn the_codec_is_part_of_the_version_so_that_builds_do_not_fight_over_an_entry() {
    let versions = [
        format::<Row>(Serial::by::<serial::Bincode>()).version().to_owned(),
        format::<Row>(Serial::by::<serial::Postcard>()).version().to_owned(),
        format::<Row>(Serial::by::<serial::Msgpack>()).version().to_owned(),
    ];
    assert!(versions[0] != versions[1] && versions[1] != versions[2]);
    for version in versions {
        assert_eq!(version.len(), 16);
    }
}
