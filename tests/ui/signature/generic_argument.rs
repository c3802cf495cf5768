//! What converts and what borrows has no name of its own; each has another way out.

use std::collections::{HashMap, HashSet};

use cachekit::cached;

pub trait Executor<'e> {}

#[cached]
fn length(name: impl AsRef<str>) -> usize {
    name.as_ref().len()
}

#[cached(key = name)]
fn owned(name: impl Into<String>) -> String {
    name.into()
}

#[cached(skip(on))]
fn rows<'e, E: Executor<'e>>(on: E, n: u64) -> u64 {
    drop(on);
    n
}

#[cached]
fn wide(names: &HashSet<&str>) -> usize {
    names.len()
}

#[cached]
fn sum(prices: HashMap<&str, u64>) -> u64 {
    prices.values().sum()
}

fn main() {}
