//! A trait computes nothing.

use cachekit::cached;

#[cached]
trait Users {
    fn user(&self, id: u64) -> u64;
}

fn main() {}
