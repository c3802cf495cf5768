//! The crate under another path, as a library that re-exports it hands it on.

use super::runs;

mod facade {
    pub(super) mod hidden {
        pub(crate) use cachekit as kit;
    }
}

#[facade::hidden::kit::cached(crate = crate::hygiene::reexport::facade::hidden::kit)]
fn plain(n: u64) -> u64 {
    runs::note("re-exported");
    n
}

#[derive(Clone, serde::Serialize, serde::Deserialize, facade::hidden::kit::Fingerprint)]
#[fingerprint(crate = facade::hidden::kit)]
struct Stored<T> {
    number: T,
}

#[facade::hidden::kit::cached(crate = facade::hidden::kit, l1 = "encoded", ttl = 60)]
fn encoded(n: u64) -> Stored<u64> {
    runs::note("re-exported and encoded");
    Stored { number: n }
}

#[test]
fn the_crate_may_come_by_another_path() {
    for _ in 0..2 {
        assert_eq!(plain(1), 1);
        assert_eq!(encoded(1).number, 1);
    }
    assert_eq!(runs::of("re-exported"), 1);
    assert_eq!(runs::of("re-exported and encoded"), 1);
}
