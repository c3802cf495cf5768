//! What the derive of `CacheKey` cannot do, and what it does not understand.

use cachekit::CacheKey;

#[derive(CacheKey)]
union Bits {
    number: u32,
    float: f32,
}

#[derive(CacheKey)]
enum Event {
    #[cache_key(skip)]
    Created,
    Removed {
        #[cache_key(ignore)]
        by: String,
        #[cache_key(skip = true)]
        at: u64,
    },
}

#[derive(CacheKey)]
#[cache_key(skip)]
struct Type {
    id: u64,
}

fn main() {}
