//! The counters of a function's calls, which a hit may bump for next to nothing, and their sum.

mod stripes;

pub(crate) use stripes::Stripes;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::observe::alarms::{Alarm, Paced};
use crate::observe::json::Object;
use crate::policy::Mode;
use crate::sync::plain;
use crate::value::answer::Source;

/// One counter off the hit path.
///
/// Relaxed: counters order nothing, and a reader wants a sum, not a moment.
#[derive(Debug)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    pub(crate) fn add(&self, many: u64) {
        self.0.fetch_add(many, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    #[cfg(feature = "testing")]
    pub(crate) fn reset(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// Counters of what is rare, by label.
#[derive(Debug)]
pub(crate) struct Tally<L>(Mutex<BTreeMap<L, u64>>);

impl<L: Ord + Copy> Tally<L> {
    const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    pub(crate) fn add(&self, label: L) {
        *plain(&self.0).entry(label).or_default() += 1;
    }

    pub(crate) fn total(&self) -> u64 {
        plain(&self.0).values().sum()
    }

    #[cfg(any(feature = "disk", feature = "metrics"))]
    pub(crate) fn all(&self) -> Vec<(L, u64)> {
        plain(&self.0).iter().map(|(label, count)| (*label, *count)).collect()
    }

    #[cfg(feature = "testing")]
    fn reset(&self) {
        plain(&self.0).clear();
    }
}

/// The counters of one function.
#[derive(Debug)]
pub(crate) struct Counts {
    /// L1 hits, counted on the hit path.
    pub(crate) l1: Stripes,
    pub(crate) l2: Count,
    pub(crate) fallback: Count,
    pub(crate) computed: Stripes,
    pub(crate) coalesced: Count,
    /// Bodies that ran to warm an entry, which are no calls.
    pub(crate) warmed: Count,
    /// Calls that the cache refused.
    pub(crate) errors: Count,
    /// Stored entries that did not decode, by tier and reason.
    pub(crate) rejected: Tally<(&'static str, &'static str)>,
    /// What became of them.
    pub(crate) outcomes: Tally<&'static str>,
    /// Operations on L2 by name, and whether it served them.
    pub(crate) operations: Tally<(&'static str, bool)>,
    /// Whether the last removal of an undecodable entry failed, so that a failure is told once.
    pub(crate) reject_fails: Alarm,
    /// Whether the last store failed where its value was returned all the same.
    pub(crate) store_fails: Alarm,
    /// Whether an unfit value has been told of.
    pub(crate) unfit_told: Alarm,
    /// When tampering was told of last.
    pub(crate) tamper_told: Paced,
    /// Followers whose patience ended.
    pub(crate) expired_waits: Count,
    /// Values too large to store.
    pub(crate) too_large: Count,
    /// Values that weigh more than one entry of L1 may.
    pub(crate) too_heavy: Count,
    /// Values that did not survive their codec.
    pub(crate) unfit: Count,
    /// Fills that an invalidation overtook.
    pub(crate) lost: Count,
}

impl Counts {
    pub(crate) const fn new() -> Self {
        Self {
            l1: Stripes::new(),
            l2: Count::new(),
            fallback: Count::new(),
            computed: Stripes::new(),
            coalesced: Count::new(),
            warmed: Count::new(),
            errors: Count::new(),
            rejected: Tally::new(),
            outcomes: Tally::new(),
            operations: Tally::new(),
            reject_fails: Alarm::new(),
            store_fails: Alarm::new(),
            unfit_told: Alarm::new(),
            tamper_told: Paced::new(),
            expired_waits: Count::new(),
            too_large: Count::new(),
            too_heavy: Count::new(),
            unfit: Count::new(),
            lost: Count::new(),
        }
    }

    /// Counts one answered call.
    pub(crate) fn answered(&self, source: Source) {
        match source {
            Source::Computed => self.computed.bump(),
            Source::Coalesced => self.coalesced.add(1),
            Source::L1 => self.l1.bump(),
            Source::L2 => self.l2.add(1),
            Source::Fallback | Source::Stale => self.fallback.add(1),
        }
    }

    #[cfg(feature = "testing")]
    pub(crate) fn reset(&self) {
        self.l1.reset();
        self.computed.reset();
        for count in [
            &self.l2,
            &self.fallback,
            &self.coalesced,
            &self.warmed,
            &self.errors,
            &self.expired_waits,
            &self.too_large,
            &self.too_heavy,
            &self.unfit,
            &self.lost,
        ] {
            count.reset();
        }
        self.rejected.reset();
        self.outcomes.reset();
        self.operations.reset();
    }
}

/// What a cached function's calls came to since the process began.
///
/// `calls = hits + misses + errors`; `hits = l1 + l2 + fallback`; `misses = computed + coalesced`.
/// An entry that did not decode counts as a miss. Counters are exact once the calls they count
/// have returned. `entries` and `bytes` are kept as entries come and go: asking takes as long however
/// many there are, and holds no hit up.
///
/// ```
/// fn describe(stats: &cachekit::Stats) -> String {
///     format!("{} of {} calls were hits", stats.hits, stats.calls)
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Stats {
    /// Calls that consulted the cache and returned.
    pub calls: u64,
    /// Calls answered from an entry.
    pub hits: u64,
    /// Calls answered from L1.
    pub l1: u64,
    /// Calls answered from L2.
    pub l2: u64,
    /// Calls answered by this node while L2 was away.
    pub fallback: u64,
    /// Calls answered by a body.
    pub misses: u64,
    /// Calls that ran the body themselves.
    pub computed: u64,
    /// Calls that waited for another's body.
    pub coalesced: u64,
    /// Bodies that `warm` ran, which are no calls.
    pub warmed: u64,
    /// Calls that the cache refused.
    pub errors: u64,
    /// Stored entries found undecodable.
    pub rejected: u64,
    /// Entries that L1's bound pushed out.
    pub evictions: u64,
    /// Unexpired entries in L1. Those that end within the present 256th of a life are taken to end
    /// evenly spread over it.
    pub entries: usize,
    /// Bytes of L1's tables and entries; without what typed values point at, unless the function
    /// weighs them.
    pub bytes: usize,
    /// The function's mode.
    pub mode: Mode,
    /// The name of its L2, or `local_degraded` while this node answers instead; `None` without.
    pub backend: Option<&'static str>,
    /// Whether the fallback is answering now.
    pub degraded: bool,
    /// `hits / calls`, zero without calls.
    pub hit_rate: f64,
}

impl Stats {
    /// The same, as a JSON object.
    pub fn to_json(&self) -> String {
        self.fields(Object::new()).end()
    }

    pub(crate) fn fields(&self, object: Object) -> Object {
        object
            .plain("calls", self.calls)
            .plain("hits", self.hits)
            .plain("l1", self.l1)
            .plain("l2", self.l2)
            .plain("fallback", self.fallback)
            .plain("misses", self.misses)
            .plain("computed", self.computed)
            .plain("coalesced", self.coalesced)
            .plain("warmed", self.warmed)
            .plain("errors", self.errors)
            .plain("rejected", self.rejected)
            .plain("evictions", self.evictions)
            .plain("entries", self.entries)
            .plain("bytes", self.bytes)
            .text("mode", &self.mode.to_string())
            .maybe("backend", self.backend)
            .plain("degraded", self.degraded)
            .plain("hit_rate", self.hit_rate)
    }
}
