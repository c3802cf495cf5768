//! The sums, the order of what goes, and what a look changes.

use super::*;

fn spot(n: u8) -> Spot {
    Spot::named("shop.01234567/f/-", &format!("{n:02x}").repeat(32), "0123456789abcdef")
}

#[test]
fn a_key_leads_back_to_its_file() {
    let index = Index::default();
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
    assert!(index.forget_below("shop.01234567/f", 100));
    assert_eq!((index.bytes(), index.len(), index.homes.len(), index.ends.len()), (0, 0, 0, 0));
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
            let digests: Vec<_> = gone.iter().map(|(key, _)| key.name.digest[0]).collect();
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
    assert_eq!(gone[0].0.name.digest[0], 3);
    assert!(matches!(index.make_room(&spot(0), 4_096, 4 * 4_096, 50), Room::Reserved(0)));
}

#[test]
fn a_look_forgets_what_it_did_not_find_and_not_what_was_written_meanwhile() {
    let mut index = Index::default();
    for n in 0..3 {
        index.put(&spot(n), 1, u64::MAX, 0);
    }
    let mark = index.mark();
    index.put(&spot(3), 1, u64::MAX, 0);
    index.found(&spot(0), Tracked { bytes: 9_000, expires: 7, used: 7 }, mark);
    index.found(&spot(3), Tracked { bytes: 9_000, expires: 7, used: 7 }, mark);
    assert_eq!(walk(&mut index, mark), 4);
    let left: Vec<_> = index.values.keys().map(|key| key.name.digest[0]).collect();
    assert_eq!(left, [0, 3]);
    assert_eq!(index.bytes(), 3 * 4_096 + 4_096);
}

/// Forgets in pieces what was not found since a mark; answers how many values were looked at.
fn walk(index: &mut Index, mark: u64) -> usize {
    let (mut at, mut pieces) = (None, 0);
    while let Some(next) = index.forget_before(mark, at.as_ref(), 1) {
        (at, pieces) = (Some(next), pieces + 1);
    }
    pieces
}

/// D8: what goes with a generation is what is below it, in pieces, and nothing beside it.
#[test]
fn a_generation_takes_what_is_below_it_in_pieces_and_no_neighbour() {
    let mut index = Index::default();
    let homes = ["n.1/f/-", "n.1/f/acme", "n.1/f", "n.1/f-/-", "n.1/f0/-", "n.1/e/-"];
    for home in homes {
        for digest in ["00", "a1", "ff"] {
            let spot = Spot::named(home, &digest.repeat(32), "0123456789abcdef");
            index.put(&spot, 1, u64::MAX, 0);
        }
    }
    let mut pieces = 1;
    while !index.forget_below("n.1/f", 2) {
        pieces += 1;
    }
    assert_eq!(pieces, 5, "nine values, two at a time");
    let left: Vec<_> = index.homes.keys().map(|home| &**home).collect();
    assert_eq!(left, ["n.1/e/-", "n.1/f-/-", "n.1/f0/-"]);
    assert_eq!((index.len(), index.ends.len()), (9, 9));
}

/// C9: questions that every call may ask take as long in a large directory as in a small one.
#[test]
fn asking_for_what_is_over_or_below_looks_at_nothing_else() {
    let took = |values: u32| {
        let mut index = Index::default();
        for n in 0..values {
            let digest = format!("{n:08x}").repeat(8);
            index.put(&Spot::named("n.1/f/-", &digest, "0123456789abcdef"), 1, 1_000, 0);
        }
        let rounds = (0..20_u64).map(|round| {
            let other = Spot::named("n.1/g/-", &"ab".repeat(32), "0123456789abcdef");
            index.put(&other, 1, round, 0);
            let began = crate::time::clock::now();
            assert_eq!(index.ended(round, 1).len(), 1);
            assert!(index.forget_below("n.1/g", 10));
            crate::time::clock::now() - began
        });
        rounds.min().expect("there are rounds")
    };
    let (few, many) = (took(1_000), took(200_000));
    let ratio = many.as_secs_f64() / few.as_secs_f64().max(1e-9);
    println!("ended() and forget_below() among 200 times the values: {ratio:.1} times, at most 10");
    assert!(ratio <= 10.0, "{ratio:.1} times");
}
