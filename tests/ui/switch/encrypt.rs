//! What stands alone takes no key: keys are the runtime's.

use cachekit::cached;

#[cached(mode = "degraded", ttl = 60, encrypt = "AES-256-GCM")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}
