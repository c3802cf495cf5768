//! Methods in one process: flights, tenants and bounds, as free functions have them.

use std::thread;

use cachekit::{Source, cached};
use cachekit_tests::{Runs, until};

struct Shop {
    id: u64,
    owner: &'static str,
}

static RUNS: Runs = Runs::new();
static CALLERS: Runs = Runs::new();

#[cached]
impl Shop {
    #[cached(key = (self.id, n))]
    fn cold(&self, n: u32) -> u64 {
        RUNS.again();
        until("everybody has called", || CALLERS.count() == 16);
        self.id + u64::from(n)
    }

    #[cached(key = n, skip(self), tenant = self.owner)]
    fn owned(&self, n: u32) -> String {
        format!("{} {n}", self.owner)
    }

    #[cached(skip(self, fresh), force_refresh = *fresh || self.id == 0)]
    fn forced(&self, n: u32, fresh: bool) -> u32 {
        let _ = fresh;
        n
    }
}

/// G1: concurrent calls of one key on two instances run the body once.
#[test]
fn instances_with_one_key_share_a_flight() {
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                let shop = Shop { id: 7, owner: "ada" };
                CALLERS.again();
                assert_eq!(shop.cold(1), 8);
            });
        }
    });
    assert_eq!(RUNS.count(), 1);
    assert_eq!((Shop::cold_stats().calls, Shop::cold_stats().computed), (16, 1));
}

/// D1, D8: a tenant may be what an instance says, and is invalidated by its own companion.
#[test]
fn a_tenant_may_be_read_off_the_instance() {
    let [ada, bob] = ["ada", "bob"].map(|owner| Shop { id: 1, owner });
    assert_eq!((ada.owned(1), bob.owned(1)), ("ada 1".to_owned(), "bob 1".to_owned()));
    Shop::owned_invalidate_tenant("ada").expect("is local");
    assert_eq!(ada.owned_peek(1).expect("is local"), None);
    assert_eq!(bob.owned_detailed(1).source, Source::L1);
}

/// N9: every expression sees the instance.
#[test]
fn an_instance_may_ask_for_a_refresh() {
    let [zero, one] = [0, 1].map(|id| Shop { id, owner: "" });
    assert_eq!(one.forced_detailed(1, false).source, Source::Computed);
    assert_eq!(one.forced_detailed(1, false).source, Source::L1);
    assert_eq!(one.forced_detailed(1, true).source, Source::Computed);
    assert_eq!(zero.forced_detailed(1, false).source, Source::Computed);
}
