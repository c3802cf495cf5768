//! `Self` in what is one for all instantiations, and a type that does not outlive the program.

use std::time::Duration;

use cachekit::cached;

struct Shop<T>(T);

#[cached]
impl<T: 'static> Shop<T> {
    const LIFE: Duration = Duration::from_secs(60);

    #[cached(skip(self), ttl = Self::LIFE)]
    fn generic(&self, n: u64) -> u64 {
        n
    }
}

impl Shop<u8> {
    #[cached(skip(self), max_size = Self::MOST)]
    fn alone(&self, n: u64) -> u64 {
        n
    }

    const MOST: usize = 5;
}

fn main() {
    Shop(1_u8).generic(Shop(1_u8).alone(1));
}
