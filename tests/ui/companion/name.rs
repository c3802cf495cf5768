//! A companion's name is a name, and shadows no type that everybody uses.

use cachekit::cached;

#[cached]
fn u8(n: u64) -> u64 {
    n
}

#[cached]
fn str(n: u64) -> u64 {
    n
}

#[cached(companion = bool)]
fn primitive(n: u64) -> u64 {
    n
}

#[cached(companion = "Users")]
fn text(n: u64) -> u64 {
    n
}

#[cached(companion = true)]
fn switched_on(n: u64) -> u64 {
    n
}

#[cached(companion = users::Users)]
fn path(n: u64) -> u64 {
    n
}

#[cached(companion)]
fn without_a_value(n: u64) -> u64 {
    n
}

fn main() {
    u8(str(primitive(text(switched_on(path(without_a_value(1)))))));
}
