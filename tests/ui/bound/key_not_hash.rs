//! What a key is made of is found by its hash.

use cachekit::cached;

#[derive(Clone)]
struct Point(f64, f64);

#[cached(key = (n, point))]
fn height(n: u64, point: &Point) -> f64 {
    point.0 + point.1 + n as f64
}

fn main() {
    height(1, &Point(1.0, 2.0));
}
