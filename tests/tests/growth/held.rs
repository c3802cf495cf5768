//! What asks for nothing that a hit holds: a hit is held inside the table, and the question answered.

use std::cell::RefCell;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use cachekit::cached;
use cachekit_tests::patience::PATIENCE;

thread_local! {
    /// Whom this thread's next clone tells, and whom it waits for.
    static HELD: RefCell<Option<(Sender<()>, Receiver<()>)>> = const { RefCell::new(None) };
}

/// A value whose clone may be held: a hit clones under the lock of its shard.
struct Held;

impl Clone for Held {
    fn clone(&self) -> Self {
        if let Some((tell, wait)) = HELD.take() {
            tell.send(()).expect("the test waits for it");
            wait.recv().expect("the test lets it go");
        }
        Self
    }
}

/// Runs `asked` on a thread of its own while a hit of `hit` is held.
fn while_held(hit: fn(), asked: fn()) {
    thread::scope(|scope| {
        let ((tell, told), (go, wait)) = (channel(), channel());
        scope.spawn(move || {
            HELD.set(Some((tell, wait)));
            hit();
        });
        told.recv_timeout(PATIENCE).expect("a hit clones");
        let (done, ended) = channel();
        scope.spawn(move || {
            asked();
            done.send(()).expect("the test waits for it");
        });
        let answered = ended.recv_timeout(PATIENCE);
        go.send(()).expect("the hit waits");
        answered.expect("it waits for no hit, and so no hit waits for it");
    });
}

/// C9: statistics wait for no hit, and so hold none up.
#[test]
fn statistics_take_no_lock_that_a_hit_has_to_wait_for() {
    #[cached(ttl = 60, max_size = 100)]
    fn counted(n: u32) -> Held {
        let _ = n;
        Held
    }

    for n in 0..50 {
        counted(n);
    }
    let hit = || {
        counted(7);
    };
    while_held(hit, || assert_eq!(counted::stats().entries, 50));
}

/// D8: what is removed of one tenant waits for no hit of another.
#[test]
fn invalidating_a_tenant_takes_no_lock_of_another_tenants_entries() {
    #[cached(tenant = t, skip(t), max_size = 20)]
    fn owned(t: &str, n: u32) -> Held {
        let _ = (t, n);
        Held
    }

    for n in 0..10 {
        owned("a", n);
    }
    let hit = || {
        owned("a", 7);
    };
    while_held(hit, || assert!(owned::invalidate_tenant("b").is_ok()));
    assert_eq!(owned::stats().entries, 10);
}
