//! Options about L2 need a mode that has one; others need what the mode does not have.

use cachekit::{Error, cached};

#[cached(ttl = 60, compress)]
fn without_a_mode(n: u64) -> u64 {
    n
}

#[cached(mode = "local", codec = "postcard", on_store_error = "return", compress)]
fn local(n: u64) -> u64 {
    n
}

#[cached(ttl = 60, encrypt, mac, on_tamper = "raise")]
fn protected(n: u64) -> u64 {
    n
}

#[cached(l1 = "off")]
fn nowhere(n: u64) -> u64 {
    n
}

#[cached(mode = "degraded", ttl = 60, on_store_error = "raise")]
fn degraded(n: u64) -> u64 {
    n
}

#[cached(mode = "strict", ttl = 60, l1 = "typed")]
fn strict(n: u64) -> Result<u64, Error> {
    Ok(n)
}

fn main() {
    strict(without_a_mode(local(nowhere(protected(degraded(1)))))).ok();
}
