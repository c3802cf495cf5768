//! Cached functions over a directory, which is corrupted, replaced, filled up, shared and killed.

mod disk {
    mod contract;
    mod entries;
    mod faults;
    mod limits;
    mod others;
    mod overtaken;
    mod poison;
    mod report;
    mod sealed;
    mod shared;
}

/// What a runtime over a directory reports, as its operators read it.
fn report(runtime: &cachekit::Runtime) -> serde_json::Value {
    serde_json::from_str(&runtime.health().to_json()).expect("health is JSON")
}
