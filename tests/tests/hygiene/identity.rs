//! One function is never taken for another, wherever both are written.

use cachekit::cached;

use super::runs;

mod left {
    #[cachekit::cached]
    pub(super) fn twin(n: u64) -> &'static str {
        super::runs::note("left");
        if n == 0 { "none" } else { "left" }
    }
}

mod right {
    #[cachekit::cached]
    pub(super) fn twin(n: u64) -> &'static str {
        super::runs::note("right");
        if n == 0 { "none" } else { "right" }
    }
}

fn first(n: u64) -> u64 {
    #[cached]
    fn inside(n: u64) -> u64 {
        runs::note("inside first");
        n + 1
    }
    inside(n) + u64::from(matches!(inside::peek(n), Ok(Some(_))))
}

fn second(n: u64) -> u64 {
    #[cached(ttl = LIFE)]
    fn inside(n: u64) -> u64 {
        runs::note("inside second");
        n + 2
    }
    const LIFE: std::time::Duration = std::time::Duration::from_secs(60);
    inside(n)
}

fn third<T: Default>() -> u64 {
    #[cached(companion = false)]
    fn inside(n: u64) -> u64 {
        runs::note("inside third");
        n + 3
    }
    let _ = T::default();
    inside(0)
}

#[test]
fn two_modules_may_have_a_function_of_one_name() {
    for _ in 0..2 {
        assert_eq!((left::twin(1), right::twin(1)), ("left", "right"));
    }
    assert_eq!((runs::of("left"), runs::of("right")), (1, 1));
    assert_eq!((left::twin::stats().calls, right::twin::stats().calls), (2, 2));
}

#[test]
fn two_functions_may_hold_one_of_one_name() {
    for _ in 0..2 {
        assert_eq!((first(1), second(1), third::<u8>(), third::<String>()), (3, 3, 3, 3));
    }
    let runs = ["inside first", "inside second", "inside third"].map(runs::of);
    assert_eq!(runs, [1, 1, 1]);
}
