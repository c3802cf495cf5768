//! What operators read: health and metrics under the names and by the formulas that they know.

use std::fs;

use cachekit::cached;
use cachekit_tests::{Directory, Failure, Metrics, Slot};
use serde_json::Value;

use crate::report;

/// L20, L21, L22: the report has every key, its sums add up, and rates are rounded to two places.
#[test]
fn the_report_of_a_directory_has_every_key_and_adds_up() {
    static FIRST: Slot = Slot::new();
    static SECOND: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, name = "reported", runtime = FIRST)]
    fn before(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }
    #[cached(mode = "degraded", ttl = 60, name = "reported", runtime = SECOND)]
    fn after(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let directory = Directory::new();
    FIRST.set(directory.runtime(|builder| builder));
    SECOND.set(directory.runtime(|builder| builder));
    let nothing = report(&SECOND);
    assert_eq!(nothing["metrics"]["hit_rate"], 0.0);
    assert_eq!(nothing["metrics"]["error_rate"], 0.0);
    before(1).expect("it is there");
    before(2).expect("it is there");
    // One from the disk, two from memory, one damaged, two computed, and one that fails.
    for n in [1, 1, 1, 3, 4] {
        after(n).expect("it is there");
    }
    fs::write(directory.file(&after::key(2)), b"damaged").expect("it can be written");
    after(2).expect("a miss");
    let file = directory.file(&after::key(4));
    fs::remove_file(&file).expect("it is there");
    fs::create_dir(&file).expect("a directory can be made");
    after::invalidate(7).expect("nothing is there");
    let failing = after::prime(4, 4).expect("it is owed");
    assert_eq!(failing, cachekit::Invalidated::Pending);

    let report = report(&SECOND);
    has_every_key(&report);
    let metrics = &report["metrics"];
    let expected = [
        ("total_requests", 6.0),
        ("hits", 3.0),
        ("misses", 3.0),
        ("hot_hits", 2.0),
        ("warm_hits", 1.0),
        ("evictions", 0.0),
        ("warm_corruptions", 1.0),
        ("circuit_breaker_opens", 0.0),
        ("target_hit_rate", 90.0),
        ("hit_rate", 0.5),
    ];
    for (key, value) in expected {
        assert_eq!(metrics[key].as_f64(), Some(value), "{key}: {report}");
    }
    let errors = metrics["warm_errors"].as_f64().expect("a number");
    assert!(errors >= 1.0, "{report}");
    let rate = (errors / 6.0 * 10_000.0).round() / 100.0;
    assert_eq!(metrics["error_rate"].as_f64(), Some(rate), "{report}");
}

fn has_every_key(report: &Value) {
    for key in ["status", "hot_cache_status", "warm_cache_status", "circuit_breaker_state"] {
        assert!(report[key].is_string(), "{key}: {report}");
    }
    let date = report["last_check"].as_str().expect("a date");
    assert!(date.len() == 24 && date.ends_with('Z') && date.contains('T'), "{date}");
    let metrics = &report["metrics"];
    for key in ["state", "failure_count", "success_count", "last_failure_time"] {
        assert!(!metrics["warm_circuit_breaker"][key].is_null(), "{key}: {report}");
    }
    for key in ["hot_cache_size_mb", "warm_cache_files", "cache_health"] {
        assert!(!metrics[key].is_null(), "{key}: {report}");
    }
}

/// L35: what the alert rules ask for is published.
#[test]
fn every_series_of_a_directory_is_published() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, name = "published", runtime = RUNTIME)]
    fn published(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let metrics = Metrics::install();
    let settings = |builder: cachekit::RuntimeBuilder| builder.namespace("published-disk");
    let _directory = Directory::with(&RUNTIME, settings);
    published(1).expect("the directory is there");
    cachekit::metrics::flush();
    let place = [("namespace", "published-disk"), ("backend", "disk")];
    for (series, value) in [
        ("cachekit_tier_up", 1.0),
        ("cachekit_tier_entries", 1.0),
        ("cachekit_tier_bytes", 4096.0),
        ("cachekit_tier_max_bytes", f64::from(1_u32 << 31)),
        ("cachekit_tier_refuses_writes", 0.0),
        ("cachekit_tier_evictions_total", 0.0),
        ("cachekit_tier_faults_total", 0.0),
    ] {
        let sum = metrics.sum(series, &place);
        assert!((sum - value).abs() < f64::EPSILON, "{series} is {sum}");
    }
}
