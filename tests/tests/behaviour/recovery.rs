//! A tier of somebody else's that panics where nobody waits, and listeners that take their time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use cachekit::{Invalidated, Runtime, Source, cached};
use cachekit_tests::patience::PATIENCE;
use cachekit_tests::{Failure, Slot, Stalled, until};

fn is(slot: &'static Slot, availability: &str) {
    until("the tier is found or lost", || slot.health().availability() == availability);
}

/// K5: a probe that panics is a probe that failed, and the next one finds the tier.
#[test]
fn a_tier_whose_probe_panics_is_found_again() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn probed(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let tier = Stalled::default();
    let builder = Runtime::builder().backend(tier.clone()).on_event(|_| ());
    RUNTIME.set(builder.build().expect("it is in memory"));
    probed(1).expect("the tier is there");
    tier.memory().kill();
    is(&RUNTIME, "down");
    tier.panics("ping", 3);
    tier.memory().revive();
    is(&RUNTIME, "up");
    assert_eq!(tier.panics_left(), 0, "it was probed meanwhile");
    assert_eq!(probed(1).expect("the tier is there"), 1);
}

/// H14, K5: a debt whose settling panics stays owed, and is settled by the next that does not.
#[test]
fn a_debt_whose_settling_panics_is_settled_all_the_same() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, l1 = "off", runtime = RUNTIME)]
    fn owed(n: u32) -> u32 {
        n
    }

    let tier = Stalled::default();
    let builder = Runtime::builder().backend(tier.clone()).on_event(|_| ());
    RUNTIME.set(builder.build().expect("it is in memory"));
    owed(1);
    assert_eq!(owed::detailed(1).source, Source::L2);
    tier.memory().kill();
    is(&RUNTIME, "down");
    assert_eq!(owed::invalidate_all().expect("it is owed"), Invalidated::Pending);
    tier.panics("bump", 3);
    tier.memory().revive();
    until("the debt is settled", || RUNTIME.health().owed() == 0);
    is(&RUNTIME, "up");
    assert_eq!(tier.panics_left(), 0, "it was tried meanwhile");
    assert_eq!(owed::detailed(1).source, Source::Computed, "the old value is gone");
}

/// C5: a listener that takes its time over a recovery hears of the next loss after it.
#[test]
fn a_slow_listener_hears_of_losses_and_recoveries_in_their_order() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn heard(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let ((tell, told), (go, wait)) = (channel(), channel::<()>());
    let names: Arc<Mutex<Vec<&'static str>>> = Arc::default();
    let (list, wait) = (Arc::clone(&names), Mutex::new(Some(wait)));
    let listener = move |event: &cachekit::Event| {
        if event.name() == "BACKEND_RECOVERED"
            && let Some(wait) = wait.lock().expect("nothing panics").take()
        {
            tell.send(()).expect("the test waits for it");
            wait.recv().expect("the test lets it go");
        }
        list.lock().expect("nothing panics").push(event.name());
    };
    let tier = Stalled::default();
    let builder = Runtime::builder().backend(tier.clone()).on_event(listener);
    RUNTIME.set(builder.build().expect("it is in memory"));
    heard(1).expect("the tier is there");
    tier.memory().kill();
    is(&RUNTIME, "down");
    tier.memory().revive();
    told.recv_timeout(PATIENCE).expect("the recovery is told");
    assert_eq!(RUNTIME.health().availability(), "up");
    tier.memory().kill();
    is(&RUNTIME, "down");
    go.send(()).expect("the listener waits");
    until("both losses are told", || names.lock().expect("nothing panics").len() >= 3);
    let names = names.lock().expect("nothing panics")[..3].to_vec();
    let away = "BACKEND_UNAVAILABLE_AT_RUNTIME";
    assert_eq!(names, [away, "BACKEND_RECOVERED", away]);
}

/// B5: `on_store_error = "return"` gives a value that the body brought, and a refresh of a tier that
/// is away has none.
#[test]
fn a_refresh_of_a_function_that_returns_what_is_not_stored_is_refused_while_the_tier_is_away() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: AtomicUsize = AtomicUsize::new(0);

    #[cached(mode = "strict", ttl = 60, on_store_error = "return", runtime = RUNTIME)]
    fn returning(n: u32) -> Result<u32, Failure> {
        RUNS.fetch_add(1, Ordering::SeqCst);
        Ok(n)
    }

    let tier = Stalled::default();
    let builder = Runtime::builder().backend(tier.clone()).on_event(|_| ());
    RUNTIME.set(builder.build().expect("it is in memory"));
    returning(1).expect("the tier is there");
    tier.memory().kill();
    is(&RUNTIME, "down");
    let refused = returning::refresh(1).expect_err("nothing can be replaced");
    assert!(refused.cache().is_unavailable());
    assert_eq!(RUNS.load(Ordering::SeqCst), 1, "the body was not run again");
}
