//! A companion would hide the module that its own function names.

use cachekit::cached;

mod engines {
    #[derive(Clone)]
    pub struct Regex;

    pub mod regex {
        pub use super::Regex;
    }

    pub mod pattern {
        pub mod engine {
            pub fn compile() -> usize {
                1
            }
        }
    }
}
use engines::*;

#[cached]
fn regex(n: u64) -> regex::Regex {
    let _ = n;
    Regex
}

#[cached]
fn pattern(n: usize) -> usize {
    n + pattern::engine::compile()
}

/// What its own companion has is no other's.
#[cached]
fn looked(n: u64) -> u64 {
    looked::stats().hits + n
}

fn main() {
    pattern(1);
    looked(1);
}
