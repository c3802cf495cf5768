//! Equal arguments share a key, different ones never do, whatever form they lie in.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::*;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct User {
    id: u32,
    name: String,
}

fn user(id: u32) -> User {
    User { id, name: "ada".to_owned() }
}

/// Whether `a` finds what was stored for `b`.
fn meets<K: KeyPart, L: KeyPart<Owned = K::Owned>>(a: &K, b: &L) -> bool {
    let seed = Seed::default();
    let (a, b) = (Lookup::new(&seed, a), Lookup::new(&seed, b));
    let found = a.names(&b.own());
    assert_eq!(found, a.own() == b.own(), "borrowed and owned comparison disagree");
    found
}

fn bytes(part: &(impl Canonical + ?Sized)) -> Vec<u8> {
    let mut to = Encoder::default();
    part.encode(&mut to);
    to.into_bytes()
}

macro_rules! part {
    ($argument:expr) => {{
        #[expect(unused_imports, reason = "method lookup needs one of the six")]
        use super::{
            ViaOpt as _, ViaPart as _, ViaPlain as _, ViaRef as _, ViaScalar as _, ViaSlice as _,
        };
        (&&&&&&Probe(&$argument)).cachekit_part()
    }};
}

/// Whether two arguments are one key.
macro_rules! same {
    ($a:expr, $b:expr) => {
        match (&$a, &$b) {
            (a, b) => meets(&part!(*a), &part!(*b)),
        }
    };
}

#[test]
fn every_ordinary_argument_is_a_key_by_value() {
    assert!(same!(7_u64, 7_u64));
    assert!(!same!(7_u64, 8_u64));
    assert!(same!("a", String::from("a")));
    assert!(same!(&&"a", "a"));
    assert!(same!(vec![1_u8, 2], [1_u8, 2]));
    assert!(same!(&[1_u8, 2][..], Arc::<[u8]>::from([1, 2])));
    assert!(same!(Path::new("/a"), Path::new("/a").to_owned()));
    assert!(same!(Cow::Borrowed("a"), "a"));
    assert!(!same!(Some("a"), None::<&str>));
    assert!(!same!(Some(None::<u8>), None::<Option<u8>>));
    assert!(same!((1_u8, "a"), (1_u8, String::from("a"))));
}

#[test]
fn a_users_type_is_a_key_by_its_own_equality() {
    assert!(same!(user(1), &user(1)));
    assert!(!same!(user(1), user(2)));
    assert!(same!(Some(&user(1)), Some(&user(1))));
    assert!(same!([user(1), user(2)].as_slice(), [user(1), user(2)].as_slice()));
}

/// D12.
#[test]
fn floats_that_are_equal_are_one_key() {
    let nan = f64::from_bits(f64::NAN.to_bits() ^ 1);
    assert!(nan.is_nan());
    assert!(same!(0.0, -0.0) && same!(nan, f64::NAN));
    assert!(!same!(1.0, 1.0 + f64::EPSILON));
    assert_eq!(bytes(&0.0), bytes(&-0.0));
    assert_eq!(bytes(&nan), bytes(&f64::NAN));
}

/// D12.
#[test]
fn the_order_of_a_map_is_not_part_of_the_key() {
    let pairs = |order: &mut dyn Iterator<Item = u32>| -> HashMap<u32, String> {
        order.map(|n| (n, n.to_string())).collect()
    };
    let (up, down) = (pairs(&mut (0..100)), pairs(&mut (0..100).rev()));
    assert!(meets(&up, &down));
    assert_eq!(bytes(&up), bytes(&down));
    let sorted: BTreeMap<_, _> = up.clone().into_iter().collect();
    assert_eq!(bytes(&up), bytes(&sorted));
    let (keys, sorted): (HashSet<u32>, BTreeSet<u32>) = ((0..100).collect(), (0..100).collect());
    assert_eq!(bytes(&keys), bytes(&sorted));
    let mut other = up.clone();
    other.insert(5, "six".to_owned());
    assert!(!meets(&up, &other));
    assert_ne!(bytes(&up), bytes(&other));
}

/// D5.
#[test]
fn no_two_different_keys_run_into_the_same_bytes() {
    let all = [
        bytes(&("ab", "c")),
        bytes(&("a", "bc")),
        bytes(&("abc",)),
        bytes(&("abc", "")),
        bytes(&(["ab", "c"],)),
        bytes(&(["a", "bc"],)),
        bytes(&(Some("ab"), "c")),
        bytes(&("ab", Some("c"))),
        bytes(&(None::<&str>, "abc")),
        bytes(&(1_u8, 2_u8)),
        bytes(&(2_u8, 1_u8)),
        bytes(&((1_u8, 2_u8),)),
        bytes(&([1_u8, 2_u8],)),
        bytes(&([1_u16, 2_u16],)),
        bytes(&(1_i8, 2_i8)),
        bytes(&('1', '2')),
        bytes(&(true, false)),
        bytes(&((), ())),
        bytes(&(1.0_f32, 2.0_f32)),
        bytes(&(1.0_f64, 2.0_f64)),
    ];
    for (index, one) in all.iter().enumerate() {
        for (other_index, other) in all.iter().enumerate().skip(index + 1) {
            assert!(one != other, "{index} and {other_index}");
        }
    }
}

#[test]
fn widening_an_argument_keeps_its_entries() {
    assert_eq!(bytes(&7_u16), bytes(&7_u64));
    assert_eq!(bytes(&-7_i32), bytes(&-7_i128));
    assert_eq!(bytes(&7_usize), bytes(&7_u8));
}

#[test]
fn text_is_one_key_whoever_owns_it() {
    assert_eq!(bytes("a"), bytes(&String::from("a")));
    assert_eq!(bytes(&Arc::<str>::from("a")), bytes(&Cow::Borrowed("a")));
}
