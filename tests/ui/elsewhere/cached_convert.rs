//! A key in a text, with its type in another, as `cached` wants it.

use cachekit::cached;

#[cached(key = "String", convert = r#"{ format!("{a}{b}") }"#)]
fn cost(a: u64, b: u64) -> u64 {
    a + b
}

fn main() {
    cost(1, 2);
}
