//! Publishes every function's and every tier's counters; the names are listed in `docs/performance.md`.

#[cfg(feature = "l2")]
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};

use crate::l2::gate::Gate;
use crate::observe::recorder::{reached, stands};
use crate::runtime::Registry;
use crate::runtime::registered::{Erased, Registered};
use crate::sync::plain;

/// The gates of all runtimes, with their namespaces.
static GATES: Mutex<Vec<(Arc<str>, Weak<Gate>)>> = Mutex::new(Vec::new());

/// Publishes a gate from now on, and everything else with it.
#[cfg(feature = "l2")]
pub(crate) fn watch(namespace: &Arc<str>, gate: &Arc<Gate>) {
    let mut gates = plain(&GATES);
    gates.retain(|(_, gate)| gate.strong_count() > 0);
    gates.push((Arc::clone(namespace), Arc::downgrade(gate)));
    drop(gates);
    regularly();
}

/// How often a runtime publishes: what a scrape may be behind by.
#[cfg(feature = "l2")]
const EVERY: std::time::Duration = std::time::Duration::from_secs(1);

/// Whether a thread publishes already: one does for all runtimes.
#[cfg(feature = "l2")]
static PUBLISHES: AtomicBool = AtomicBool::new(false);

/// Publishes all counters regularly, for as long as a gate is in use.
///
/// On a thread of its own: a recorder may be slow.
#[cfg(feature = "l2")]
fn regularly() {
    if PUBLISHES.swap(true, Ordering::AcqRel) {
        return;
    }
    let publisher = std::thread::Builder::new().name("cachekit-metrics".to_owned());
    let started = publisher.spawn(|| {
        while is_watched() {
            flush();
            std::thread::park_timeout(EVERY);
        }
        PUBLISHES.store(false, Ordering::Release);
        // A gate that came between the last look and the flag found somebody publishing.
        if is_watched() {
            regularly();
        }
    });
    if started.is_err() {
        // Without a thread the counters are told whenever `flush` is called.
        PUBLISHES.store(false, Ordering::Release);
    }
}

#[cfg(feature = "l2")]
fn is_watched() -> bool {
    plain(&GATES).iter().any(|(_, gate)| gate.strong_count() > 0)
}

/// Publishes all counters to the recorder of the `metrics` facade.
///
/// A runtime with a shared tier does so every second; a process of local functions alone calls
/// this where it is scraped. Cheap enough for every scrape; records nothing on the hit path.
///
/// ```
/// fn scrape() -> String {
///     cachekit::metrics::flush();
///     String::from("the recorder's own rendering")
/// }
/// ```
pub fn flush() {
    for listed in Registry::everyone() {
        function(listed);
    }
    let gates: Vec<_> = plain(&GATES).clone();
    for (namespace, gate) in gates {
        if let Some(gate) = gate.upgrade() {
            tier(&namespace, &gate);
        }
    }
}

fn function(listed: &'static dyn Registered) {
    // Its namespace is known with its tier; until its first call there is nothing to tell.
    if !listed.is_settled() {
        return;
    }
    let stats = listed.stats();
    let (function, namespace) = (listed.spec().identity, listed.namespace());
    let place = [("function", function), ("namespace", &*namespace)];
    let sources = [
        ("l1", stats.l1),
        ("l2", stats.l2),
        ("fallback", stats.fallback),
        ("computed", stats.computed),
        ("coalesced", stats.coalesced),
    ];
    for (source, count) in sources {
        reached("cachekit_calls_total", &[place[0], place[1], ("source", source)], count);
    }
    reached("cachekit_errors_total", &place, stats.errors);
    reached("cachekit_evictions_total", &place, stats.evictions);
    let sum = |of: fn(&dyn Erased) -> u64| listed.stores().map(of).sum::<u64>();
    reached("cachekit_coalesce_timeout_total", &place, sum(|s| s.counts().expired_waits.get()));
    reached("cachekit_too_large_total", &place, sum(|s| s.counts().too_large.get()));
    reached("cachekit_too_heavy_total", &place, sum(|s| s.counts().too_heavy.get()));
    reached("cachekit_unfit_total", &place, sum(|s| s.counts().unfit.get()));
    reached("cachekit_lost_fills_total", &place, sum(|s| s.counts().lost.get()));
    #[expect(clippy::cast_precision_loss, reason = "a gauge needs no last bits")]
    let (entries, bytes) = (stats.entries as f64, stats.bytes as f64);
    stands("cachekit_entries", &place, entries);
    stands("cachekit_bytes", &place, bytes);
    stored(listed, function, &namespace);
}

/// What became of stored bytes, under the names that operators of cachekit's kin already graph.
fn stored(listed: &'static dyn Registered, function: &str, namespace: &str) {
    let serializer = listed.stores().find_map(Erased::codec).unwrap_or("none");
    let mut undecodable = 0;
    for ((tier, reason), count) in merged(listed, |s| s.counts().rejected.all()) {
        let labels =
            [("tier", tier), ("reason", reason), ("namespace", namespace), ("function", function)];
        reached("cache_get_deserialize", &labels, count);
        if ["corruption", "auth_tamper", "suspicious_envelope"].contains(&reason) {
            let labels = [("reason", reason), ("tier", tier), ("function", function)];
            reached("cachekit_decrypt_failures_total", &labels, count);
        }
        undecodable += count;
    }
    for (outcome, count) in merged(listed, |s| s.counts().outcomes.all()) {
        reached("cache_reject_total", &[("outcome", outcome), ("function", function)], count);
    }
    let mut operations: Vec<_> = merged(listed, |s| s.counts().operations.all());
    if undecodable > 0 {
        operations.push((("cache_get_deserialize", false), undecodable));
    }
    for ((operation, served), count) in operations {
        let labels = [
            ("operation", operation),
            ("namespace", namespace),
            ("success", if served { "true" } else { "false" }),
            ("serializer", serializer),
            ("function", function),
        ];
        reached("cache_operations_total", &labels, count);
    }
}

/// The tallies of all instantiations, summed by label.
fn merged<L: Ord>(
    listed: &'static dyn Registered,
    of: fn(&dyn Erased) -> Vec<(L, u64)>,
) -> Vec<(L, u64)> {
    let mut all = std::collections::BTreeMap::new();
    for (label, count) in listed.stores().flat_map(of) {
        *all.entry(label).or_default() += count;
    }
    all.into_iter().collect()
}

fn tier(namespace: &str, gate: &Gate) {
    let report = gate.report();
    for state in ["closed", "open", "half_open"] {
        let holds = f64::from(u8::from(report.breaker.state == state));
        stands("circuit_breaker_state", &[("namespace", namespace), ("state", state)], holds);
    }
    let place = [("namespace", namespace), ("backend", gate.backend().name())];
    reached("cachekit_breaker_opens_total", &place, report.breaker.opened);
    stands("cachekit_tier_up", &place, f64::from(u8::from(report.up)));
    #[expect(clippy::cast_precision_loss, reason = "a gauge needs no last bits")]
    stands("cachekit_owed_invalidations", &place, report.owed as f64);
    reached("cachekit_tier_faults_total", &place, report.faults);
    if let Some(usage) = report.usage {
        #[expect(clippy::cast_precision_loss, reason = "a gauge needs no last bits")]
        let [entries, bytes, most] =
            [usage.entries as u64, usage.bytes, usage.max_bytes].map(|many| many as f64);
        stands("cachekit_tier_entries", &place, entries);
        stands("cachekit_tier_bytes", &place, bytes);
        stands("cachekit_tier_max_bytes", &place, most);
        let refuses = f64::from(u8::from(usage.refuses.is_some()));
        stands("cachekit_tier_refuses_writes", &place, refuses);
        reached("cachekit_tier_evictions_total", &place, usage.evictions);
    }
}
