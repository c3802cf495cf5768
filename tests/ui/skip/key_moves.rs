//! Expressions see parameters by reference.

use cachekit::cached;

fn sum(list: Vec<u64>) -> u64 {
    list.into_iter().sum()
}

#[cached(key = sum(list))]
fn cost(list: Vec<u64>) -> u64 {
    list.len() as u64
}

fn main() {
    cost(Vec::new());
}
