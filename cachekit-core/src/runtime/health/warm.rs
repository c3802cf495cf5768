//! The report of a memory level over a directory, under the names that its operators know.

use crate::l2::gate::Report;
use crate::observe::json::Object;
use crate::runtime::registered::Registered;

/// The hit rate that is aimed at, in per cent; alerts compare with it.
const TARGET: f64 = 90.0;

const MIB: f64 = 1_048_576.0;

/// What the functions of a runtime came to, summed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Warm {
    requests: u64,
    hits: u64,
    from_memory: u64,
    from_disk: u64,
    evictions: u64,
    corruptions: u64,
    hot_bytes: usize,
}

impl Warm {
    pub(super) fn of(functions: &[&'static dyn Registered]) -> Self {
        let mut sum = Self::default();
        for function in functions {
            let stats = function.stats();
            sum.requests += stats.calls;
            sum.hits += stats.hits;
            sum.from_memory += stats.l1 + stats.fallback;
            sum.from_disk += stats.l2;
            sum.evictions += stats.evictions;
            sum.hot_bytes += stats.bytes;
            for store in function.stores() {
                let found = store.counts().rejected.all().into_iter();
                let here = found.filter(|((tier, _), _)| *tier == "disk");
                sum.corruptions += here.map(|(_, count)| count).sum::<u64>();
            }
        }
        sum
    }

    /// Adds the fields: statuses, the breaker's state, and the metrics as an object of their own.
    pub(super) fn fields(
        &self,
        object: Object,
        status: &str,
        report: &Report,
        breaker: &str,
    ) -> Object {
        let usage = report.usage.clone().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "a rate needs no last bits")]
        let [requests, hits, errors, hot, warm] =
            [self.requests, self.hits, report.faults, self.hot_bytes as u64, usage.bytes]
                .map(|many| many as f64);
        let metrics = Object::new()
            .plain("hit_rate", hundredths(hits / requests.max(1.0)))
            .plain("hot_cache_size_mb", hundredths(hot / MIB))
            .plain("warm_cache_size_mb", hundredths(warm / MIB))
            .plain("warm_cache_files", usage.entries)
            .plain("total_requests", self.requests)
            .plain("hits", self.hits)
            .plain("misses", self.requests - self.hits)
            .plain("hot_hits", self.from_memory)
            .plain("warm_hits", self.from_disk)
            .plain("evictions", self.evictions + usage.evictions)
            .plain("target_hit_rate", TARGET)
            .plain("warm_errors", report.faults)
            .plain("warm_corruptions", self.corruptions)
            .plain("circuit_breaker_opens", report.breaker.opened)
            .raw("warm_circuit_breaker", breaker)
            .text("cache_health", status)
            .plain("error_rate", hundredths(errors / requests.max(1.0) * 100.0))
            .end();
        object
            .text("hot_cache_status", "healthy")
            .text("warm_cache_status", status)
            .text("circuit_breaker_state", report.breaker.state)
            .raw("metrics", &metrics)
    }
}

/// Rounded to two places.
fn hundredths(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_rounded_to_two_places() {
        assert_eq!(hundredths(2.0 / 3.0).to_string(), "0.67");
        assert_eq!(hundredths(0.0).to_string(), "0");
    }
}
