//! The other macros of `cached`.

#[cachekit::once(time = 10)]
fn config() -> u64 {
    1
}

#[cachekit::io_cached(redis = true)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    config();
    cost(1);
}
