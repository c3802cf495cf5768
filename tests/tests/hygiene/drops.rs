//! Parameters are dropped as the function itself drops them: the last one first.

use std::sync::{Arc, Mutex};

use cachekit::cached;

type Told = Arc<Mutex<Vec<&'static str>>>;

struct Noisy(&'static str, Told);

impl Drop for Noisy {
    fn drop(&mut self) {
        self.1.lock().expect("nobody panicked").push(self.0);
    }
}

fn two(told: &Told) -> (Noisy, Noisy) {
    (Noisy("first", Arc::clone(told)), Noisy("last", Arc::clone(told)))
}

#[cached(skip(a, b))]
fn free(n: u64, a: Noisy, b: Noisy) -> u64 {
    n + b.0.len() as u64 + a.0.len() as u64
}

trait Priced {
    fn price(&self, n: u64, a: Noisy, b: Noisy) -> u64;
    async fn later(&self, n: u64, a: Noisy, b: Noisy) -> u64;
}

struct Shop;

#[cached]
impl Shop {
    #[cached(skip(self, a, b))]
    fn own(&self, n: u64, a: Noisy, b: Noisy) -> u64 {
        n + b.0.len() as u64 + a.0.len() as u64
    }
}

#[cached]
impl Priced for Shop {
    #[cached(skip(self, a, b))]
    fn price(&self, n: u64, a: Noisy, b: Noisy) -> u64 {
        n + a.0.len() as u64 + b.0.len() as u64
    }

    #[cached(skip(self, a, b))]
    async fn later(&self, n: u64, a: Noisy, b: Noisy) -> u64 {
        n + a.0.len() as u64 + b.0.len() as u64
    }
}

/// N1: a cached function drops its parameters in the order of any other, on a miss and on a hit.
#[tokio::test]
async fn parameters_are_dropped_as_a_function_drops_them() {
    let told = Told::default();
    for call in ["a miss", "a hit"] {
        let dropped = |form: &str| {
            let order = std::mem::take(&mut *told.lock().expect("nobody panicked"));
            assert_eq!(order, ["last", "first"], "{form}, {call}");
        };
        let (a, b) = two(&told);
        free(1, a, b);
        dropped("a free function");
        let (a, b) = two(&told);
        Shop.own(1, a, b);
        dropped("a method");
        let (a, b) = two(&told);
        Shop.price(1, a, b);
        dropped("a method of a trait");
        let (a, b) = two(&told);
        Shop.later(1, a, b).await;
        dropped("an async method of a trait");
    }
}
