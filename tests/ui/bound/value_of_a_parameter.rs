//! A type parameter that is returned is a value.

use cachekit::cached;

#[cached(returns = "value")]
fn same<T: Default + 'static>(n: u64) -> T {
    drop(n);
    T::default()
}

fn main() {
    same::<u64>(1);
}
