//! A tenant is a text or a number.

use cachekit::cached;

#[cached(tenant = (shop, 1))]
fn user(shop: &str, id: u64) -> u64 {
    id + shop.len() as u64
}

fn main() {
    user("", 1);
}
