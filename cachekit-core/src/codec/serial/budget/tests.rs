//! A value is charged once, and one that takes too much is refused.

use serde::{Deserialize, Serialize};

use super::*;
use crate::codec::serial::{Codec, Postcard};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Node(Option<Box<Node>>);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[expect(clippy::large_enum_variant, reason = "its width is what is charged")]
enum Leaf {
    Bare,
    Wide([u64; 32]),
}

/// What a value is charged when it is read.
fn charged<T: Serialize + for<'de> Deserialize<'de>>(value: &T) -> usize {
    let mut bytes = Vec::new();
    Postcard::encode(value, &mut bytes, &Budget::new(1 << 20)).expect("it is written");
    let budget = Budget::new(1 << 20);
    Postcard::decode::<T>(&bytes, &budget).expect("it is read");
    budget.most - budget.left.get()
}

#[test]
fn each_place_is_charged_once_and_each_text_its_length() {
    assert_eq!(charged(&(7_u64, [1_u32; 4], Some(3_u8))), size_of::<(u64, [u32; 4], Option<u8>)>());
    assert_eq!(charged(&"abc".to_owned()), size_of::<String>() + 3);
    assert_eq!(charged(&vec![Some(7_u64), None]), size_of::<Vec<u64>>() + 32);
    assert_eq!(charged(&vec![(); 3]), size_of::<Vec<()>>() + 3 * LEAST_CHARGE);
}

#[test]
fn what_is_boxed_is_charged_beside_its_place() {
    let leaf = size_of::<Leaf>();
    assert_eq!(charged(&Box::new(Leaf::Bare)), leaf);
    assert_eq!(charged(&vec![Box::new(Leaf::Bare)]), size_of::<Vec<()>>() + 8 + leaf);
    assert_eq!(charged(&vec![Leaf::Wide([1; 32])]), size_of::<Vec<()>>() + leaf);
}

/// J4: both directions have one bound of levels.
#[test]
fn what_is_nested_too_deep_is_neither_written_nor_read() {
    let nested = |nodes: usize| (1..nodes).fold(Node(None), |node, _| Node(Some(Box::new(node))));
    // A node is a level, and so is each `Some` between two.
    let (fits, not) = (usize::from(MOST_LEVELS).div_ceil(2), usize::from(MOST_LEVELS) / 2 + 1);
    let mut bytes = Vec::new();
    Postcard::encode(&nested(fits), &mut bytes, &Budget::new(1000)).expect("it is written");
    assert_eq!(Postcard::decode(&bytes, &Budget::new(1000)), Some(nested(fits)));
    let budget = Budget::new(1000);
    assert!(Postcard::encode(&nested(not), &mut Vec::new(), &budget).is_err());
    assert_eq!(budget.excess(), Some(Excess::Levels));
    bytes.insert(0, 1);
    let budget = Budget::new(1000);
    assert_eq!(Postcard::decode::<Node>(&bytes, &budget), None);
    assert_eq!(budget.excess(), Some(Excess::Levels));
}
