//! A hit is a clone.

use cachekit::cached;

struct Connection;

#[cached]
fn connect(n: u64) -> Connection {
    drop(n);
    Connection
}

fn main() {
    connect(1);
}
