//! The sums, the order of what goes, and what a look changes.

use super::*;

fn spot(n: u8) -> Spot {
    Spot::named("shop.01234567/f/-", &format!("{n:02x}").repeat(32), "0123456789abcdef")
}

#[test]
fn a_key_leads_back_to_its_file() {
    let mut index = Index::default();
    let key = index.key(&spot(0xa7));
    assert_eq!(
        (key.spot().digest(), key.spot().version()),
        (spot(0xa7).digest(), "0123456789abcdef")
    );
}

/// L18: whatever is put over what, the sum is that of what is there.
#[test]
fn the_sum_does_not_drift() {
    let mut index = Index::default();
    for round in 0..1_000_u64 {
        let n = u8::try_from(round % 7).expect("small");
        index.put(&spot(n), round * 37 % 9_000, u64::MAX, round);
        if round % 5 == 0 {
            index.forget(&spot(n));
        }
    }
    let sum: u64 = index.values.values().map(|known| blocks(known.bytes)).sum();
    assert_eq!(index.bytes(), sum);
    index.forget_below("shop.01234567/f");
    assert_eq!((index.bytes(), index.len(), index.homes.len()), (0, 0, 0));
}

/// L17: what is over goes first, then what was used longest ago.
#[test]
fn room_is_made_by_what_is_over_and_then_by_what_is_stale() {
    let mut index = Index::default();
    for n in 0..4 {
        let expires = if n == 2 { 50 } else { 1_000 };
        index.put(&spot(n), 4_096, expires, u64::from(10 - n));
    }
    let mut gone = |now| match index.make_room(&spot(9), 1, 4 * 4_096, now) {
        Room::After(gone) => {
            let digests: Vec<_> = gone.iter().map(|(key, _)| key.digest[0]).collect();
            for (key, _) in &gone {
                index.drop_key(key);
            }
            digests
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(gone(50), [2]);
    let mut index = Index::default();
    for n in 0..4 {
        index.put(&spot(n), 4_096, 1_000, u64::from(10 - n));
    }
    let Room::After(gone) = index.make_room(&spot(9), 1, 4 * 4_096, 50) else {
        panic!("nothing is over")
    };
    assert_eq!(gone[0].0.digest[0], 3);
    assert!(matches!(index.make_room(&spot(0), 4_096, 4 * 4_096, 50), Room::Kept(0)));
}

#[test]
fn a_look_forgets_what_it_did_not_find_and_not_what_was_written_meanwhile() {
    let mut index = Index::default();
    for n in 0..3 {
        index.put(&spot(n), 1, u64::MAX, 0);
    }
    let mark = index.mark();
    index.put(&spot(3), 1, u64::MAX, 0);
    index.found(&spot(0), Found { bytes: 9_000, expires: 7, used: 7 }, mark);
    index.found(&spot(3), Found { bytes: 9_000, expires: 7, used: 7 }, mark);
    index.forget_before(mark);
    let left: Vec<_> = index.values.keys().map(|key| key.digest[0]).collect();
    assert_eq!(left, [0, 3]);
    assert_eq!(index.bytes(), 3 * 4_096 + 4_096);
}
