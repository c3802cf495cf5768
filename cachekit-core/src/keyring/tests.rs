//! Rings: what is one, what is printed of them, and whose keys are whose.

use super::key::MOST_READY;
use super::*;
use crate::sync::plain;

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn parsed(text: &str) -> Option<Vec<u32>> {
    Some(KeyRing::parse(text)?.ok()?.ids().collect())
}

#[test]
fn a_list_of_keys_begins_with_the_current_one() {
    assert_eq!(parsed(&format!("7:{KEY}, 3:{KEY}")), Some(vec![7, 3]));
    assert_eq!(parsed(&format!("1:{KEY},")), Some(vec![1]));
    for wrong in ["", "1", "1:", ":", "one:AAAA", &format!("1:{KEY},2:short"), &format!("-1:{KEY}")]
    {
        assert_eq!(parsed(wrong), None, "{wrong}");
    }
}

#[test]
fn a_list_says_the_states_of_its_keys() {
    let list = format!("3:{KEY}:read,2:{KEY},1:destroyed");
    let ring = KeyRing::parse(&list).expect("it is a list").expect("it is a ring");
    let states = [3, 2, 1, 9].map(|id| ring.state(id));
    let known = [KeyState::ReadOnly, KeyState::Enabled, KeyState::Destroyed].map(Some);
    assert_eq!((&states[..3], states[3]), (&known[..], None));
    assert_eq!(ring.current_id(), 2);
    for wrong in [format!("1:{KEY}:read"), "1:destroyed".into(), format!("2:{KEY}:write")] {
        assert_eq!(parsed(&wrong), None, "{wrong}");
    }
}

#[test]
fn a_key_that_was_destroyed_stays_so() {
    let ring = KeyRing::new([(2, [0x22; 32]), (1, [0x11; 32])]).expect("it is a ring");
    let less = ring.with_state(1, KeyState::Destroyed).expect("one is left");
    assert_eq!(ring.state(1), Some(KeyState::Enabled), "the other ring is as it was");
    assert!(less.with_state(1, KeyState::Enabled).expect_err("it is gone").is_config());
    assert!(less.with_state(2, KeyState::ReadOnly).expect_err("none would seal").is_config());
    assert!(less.with_state(3, KeyState::ReadOnly).expect_err("there is none").is_config());
    let known = less.with_state(3, KeyState::Destroyed).expect("its id is known from now on");
    assert!(known.find(3, &Owner(None)).is_none() && known.find(2, &Owner(None)).is_some());
    assert_eq!(format!("{known:?}"), "KeyRing([2, 1, 3])");
}

#[test]
fn an_id_names_one_key() {
    for wrong in [vec![], vec![(0, [1; 32])], vec![(1, [1; 32]), (1, [2; 32])]] {
        assert!(KeyRing::new(wrong).expect_err("it is no ring").is_config());
    }
}

#[test]
fn a_ring_prints_its_ids_alone() {
    let ring = KeyRing::new([(2, [0x22; 32]), (1, [0x11; 32])]).expect("it is a ring");
    assert_eq!(format!("{ring:?}"), "KeyRing([2, 1])");
    assert_eq!(format!("{:?}", IndexKey::from([7; 32])), "IndexKey(Secret(..))");
}

#[test]
fn a_tenants_keys_are_made_once_and_kept_within_a_bound() {
    let ring = KeyRing::new([(1, [0x11; 32])]).expect("it is a ring");
    let tenant = |n: usize| Owner(Some(Arc::from(n.to_string())));
    let first = ring.current(&tenant(0));
    assert!(Arc::ptr_eq(&first, &ring.clone().current(&tenant(0))));
    assert!(!Arc::ptr_eq(&first, &ring.current(&tenant(1))));
    for n in 0..3 * MOST_READY {
        drop(ring.current(&tenant(n)));
    }
    assert!(plain(&ring.0[0].ready).len() <= MOST_READY);
}

/// J10: each part of a place is bound by itself, and none can be moved into another.
#[test]
fn places_that_differ_have_contexts_that_differ() {
    let place = Belongs {
        namespace: "shop",
        function: "user",
        tenant: Some("acme"),
        key: "key",
        version: "version",
    };
    let places = [
        place,
        Belongs { namespace: "sho", function: "puser", ..place },
        Belongs { namespace: "other", ..place },
        Belongs { function: "other", ..place },
        Belongs { tenant: Some("other"), ..place },
        Belongs { tenant: Some(""), ..place },
        Belongs { tenant: None, ..place },
        Belongs { key: "other", ..place },
        Belongs { version: "other", ..place },
    ];
    let contexts: BTreeSet<_> = places.iter().map(Belongs::context).collect();
    assert_eq!(contexts.len(), places.len());
    let starts = |one: &Vec<u8>| contexts.iter().filter(|other| other.starts_with(one)).count();
    assert!(contexts.iter().all(|one| starts(one) == 1), "none begins another");
}
