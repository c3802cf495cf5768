//! Health: how the shared tier is, and what every function's calls came to; as data and as JSON.

#[cfg(feature = "disk")]
mod warm;

use std::time::{Duration, SystemTime};

use crate::error::Error;
#[cfg(feature = "encrypt")]
use crate::keyring::KeyUse;
use crate::l2::gate::Report;
use crate::observe::json::{self, Object};
use crate::observe::stats::Stats;
use crate::policy::switch;
use crate::runtime::registered::Registered;
use crate::time::clock::{self, text};

#[cfg(feature = "disk")]
pub(crate) use warm::Warm;

/// How a runtime's shared tier is.
///
/// Reading it asks the tier nothing and changes nothing.
///
/// ```
/// # fn main() -> Result<(), cachekit::Error> {
/// let runtime = cachekit::Runtime::builder().build()?;
/// assert!(!runtime.health().is_degraded());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Health {
    backend: Option<&'static str>,
    report: Option<Report>,
    problem: Option<String>,
    read_only: bool,
    at: SystemTime,
    #[cfg(feature = "encrypt")]
    keys: Vec<KeyUse>,
    /// What the functions' calls came to, where the tier is a directory.
    #[cfg(feature = "disk")]
    warm: Option<Warm>,
}

impl Health {
    pub(crate) fn new(
        backend: Option<&'static str>,
        report: Option<Report>,
        problem: Option<&Error>,
        at: SystemTime,
    ) -> Self {
        Self {
            backend,
            report,
            problem: problem.map(Error::reason),
            read_only: false,
            at,
            #[cfg(feature = "encrypt")]
            keys: Vec::new(),
            #[cfg(feature = "disk")]
            warm: None,
        }
    }

    /// Says whether nothing is filled.
    pub(crate) fn of_fills(mut self, withheld: bool) -> Self {
        self.read_only = withheld;
        self
    }

    #[cfg(feature = "encrypt")]
    pub(crate) fn with_keys(mut self, keys: Vec<KeyUse>) -> Self {
        self.keys = keys;
        self
    }

    /// How often each key was used to seal and to open, in the order of their ids.
    #[cfg(feature = "encrypt")]
    pub fn keys(&self) -> &[KeyUse] {
        &self.keys
    }

    /// Adds what the functions of a runtime over a directory came to.
    #[cfg(feature = "disk")]
    pub(crate) fn of_functions(mut self, functions: &[&'static dyn Registered]) -> Self {
        let counts = self.report.as_ref().is_some_and(|report| report.usage.is_some());
        self.warm = counts.then(|| Warm::of(functions));
        self
    }

    /// Whether the whole cache is switched off (`CACHEKIT_OFF=1`): each call runs its body.
    pub fn is_off(&self) -> bool {
        switch::is_off()
    }

    /// `"healthy"`, or `"degraded"` where the tier that was asked for does not serve.
    pub fn status(&self) -> &'static str {
        if self.is_degraded() { "degraded" } else { "healthy" }
    }

    /// Whether the tier that was asked for does not serve, takes no writes, or is owed an
    /// invalidation; and whether the whole cache is off.
    pub fn is_degraded(&self) -> bool {
        self.is_off()
            || self.problem.is_some()
            || self
                .report
                .as_ref()
                .is_some_and(|report| !report.up || report.owed > 0 || report.refuses().is_some())
    }

    /// Whether nothing is filled, as [`Runtime::read_only`](crate::Runtime::read_only) asks; that
    /// is no fault, and the status does not depend on it.
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// `"up"`, `"down"` (also once the runtime was shut down), `"starting"`, or `"none"` without a
    /// shared tier.
    pub fn availability(&self) -> &'static str {
        match &self.report {
            None => "none",
            Some(report) if report.up => "up",
            Some(report) if report.starting => "starting",
            Some(_) => "down",
        }
    }

    /// The breaker's state: `"closed"`, `"open"` or `"half_open"`; `None` without a shared tier.
    pub fn breaker(&self) -> Option<&'static str> {
        self.report.as_ref().map(|report| report.breaker.state)
    }

    /// Times the breaker has opened.
    pub fn breaker_opens(&self) -> u64 {
        self.report.as_ref().map_or(0, |report| report.breaker.opened)
    }

    /// Failures in a row that the breaker has counted.
    pub fn breaker_failures(&self) -> u32 {
        self.report.as_ref().map_or(0, |report| report.breaker.failures)
    }

    /// Operations that the tier was asked for and did not serve.
    pub fn faults(&self) -> u64 {
        self.report.as_ref().map_or(0, |report| report.faults)
    }

    /// Changes that L2 has not confirmed and that are owed: of entries, tenants and functions.
    pub fn owed(&self) -> usize {
        self.report.as_ref().map_or(0, |report| report.owed)
    }

    /// The same, as a JSON object.
    pub fn to_json(&self) -> String {
        let mut object = Object::new()
            .text("status", self.status())
            .maybe("backend", self.backend)
            .text("availability", self.availability())
            .plain("read_only", self.read_only)
            .plain("off", self.is_off())
            .maybe("problem", self.problem.as_deref());
        if let Some(report) = &self.report {
            let ago = |at| clock::now().saturating_duration_since(at);
            let failed = report.breaker.last_failure.map(|at| text::date(self.at - ago(at)));
            let failed = failed.as_deref();
            let breaker = Object::new()
                .text("state", report.breaker.state)
                .plain("failure_count", report.breaker.failures)
                .plain("success_count", report.breaker.successes)
                .maybe("last_failure_time", failed)
                .end();
            object = object
                .maybe("why", report.why.clone().or(report.refuses()).as_deref())
                .plain("away_for_ms", report.away_for.unwrap_or(Duration::ZERO).as_millis())
                .raw("circuit_breaker", &breaker)
                .plain("circuit_breaker_opens", report.breaker.opened)
                .plain("owed_invalidations", report.owed);
            #[cfg(feature = "disk")]
            if let Some(warm) = &self.warm {
                object = warm.fields(object, self.status(), report, &breaker);
            }
        }
        #[cfg(feature = "encrypt")]
        if !self.keys.is_empty() {
            object = object.raw("keys", &json::array(self.keys.iter().map(KeyUse::to_json)));
        }
        object.text("last_check", &text::date(self.at)).end()
    }
}

/// Functions with their statistics.
///
/// ```
/// # fn main() -> Result<(), cachekit::Error> {
/// let runtime = cachekit::Runtime::builder().build()?;
/// for (name, stats) in runtime.functions().iter() {
///     println!("{name}: {:.0} % hits", stats.hit_rate * 100.0);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Functions(Vec<(&'static str, Stats)>);

impl Functions {
    pub(crate) fn of(functions: Vec<&'static dyn Registered>) -> Self {
        let mut all: Vec<_> = functions
            .into_iter()
            .map(|function| (function.spec().identity, function.stats()))
            .collect();
        all.sort_by_key(|(name, _)| *name);
        Self(all)
    }

    /// Each function's name and statistics, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Stats)> {
        self.0.iter().map(|(name, stats)| (*name, stats))
    }

    /// The statistics of one function.
    pub fn get(&self, name: &str) -> Option<&Stats> {
        self.iter().find(|(other, _)| *other == name).map(|(_, stats)| stats)
    }

    /// The same, as a JSON array of objects.
    pub fn to_json(&self) -> String {
        let object = |(name, stats): &(&str, Stats)| {
            stats.fields(Object::new().text("function", name)).end()
        };
        json::array(self.0.iter().map(object))
    }
}
