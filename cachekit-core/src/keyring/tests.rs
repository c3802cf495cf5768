//! Rings: what is one, what is printed of them, and whose keys are whose.

use super::*;

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
