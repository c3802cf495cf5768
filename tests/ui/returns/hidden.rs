//! What may be a `Result` or an `Option` and cannot be asked is said, and never cached by accident.

use cachekit::cached;

type Fallible<T> = Result<T, String>;
type Found<T> = Option<T>;

#[cached]
fn parameter<T: Clone + Default + Send + Sync + 'static>(n: u64) -> T {
    drop(n);
    T::default()
}

#[cached]
fn associated<I: IntoIterator<Item: Default> + 'static>(n: u64) -> I::Item {
    drop(n);
    I::Item::default()
}

#[cached]
fn generic<T: Clone + Default + Send + Sync + 'static>(n: u64) -> Fallible<T> {
    Err(n.to_string())
}

#[cached]
fn inside(n: u64) -> Result<Found<u64>, String> {
    Ok(Some(n))
}

fn main() {}
