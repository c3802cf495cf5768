//! What a trait object is cannot be compared.

use cachekit::cached;

use std::fmt::Display;

#[cached]
fn length(text: &dyn Display) -> usize {
    text.to_string().len()
}

fn main() {
    length(&1);
}
