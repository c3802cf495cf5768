//! A future runs once; what it ends in is what is cached.

use std::future::Future;
use std::pin::Pin;

use cachekit::cached;

#[cached]
fn opaque(n: u64) -> impl Future<Output = u64> {
    async move { n }
}

#[cached]
fn boxed(n: u64) -> Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async move { n })
}

fn main() {}
