//! Methods with a shared tier: strict, degraded, and told apart by type as well as by name.

use async_trait::async_trait;
use cachekit::{Invalidated, Source, cached};
use cachekit_tests::{Failure, Runs, Slot, World};

static RUNTIME: Slot = Slot::new();
static RUNS: Runs = Runs::new();

struct Shop {
    id: u64,
}

#[cached]
impl Shop {
    #[cached(mode = "strict", ttl = 60, key = (self.id, n), runtime = RUNTIME)]
    fn firm(&self, n: u64) -> Result<u64, Failure> {
        RUNS.again();
        Ok(self.id + n)
    }

    #[cached(mode = "strict", ttl = 60, key = (self.id, n), runtime = RUNTIME)]
    async fn awaited(&self, n: u64) -> Result<u64, Failure> {
        RUNS.again();
        Ok(self.id + n)
    }

    #[cached(mode = "degraded", ttl = 60, skip(self), runtime = RUNTIME)]
    fn loose(&self, n: u64) -> u64 {
        RUNS.again();
        self.id + n
    }
}

struct Stall {
    id: u64,
}

#[cached]
impl Stall {
    #[cached(mode = "strict", ttl = 60, key = (self.id, n), runtime = RUNTIME)]
    fn firm(&self, n: u64) -> Result<u64, Failure> {
        Ok(self.id + n + 100)
    }
}

#[async_trait]
trait Stored {
    async fn load(&self, n: u64) -> Result<u64, Failure>;
}

#[cached]
#[async_trait]
impl Stored for Shop {
    #[cached(mode = "strict", ttl = 60, key = (self.id, n), runtime = RUNTIME)]
    async fn load(&self, n: u64) -> Result<u64, Failure> {
        RUNS.again();
        Ok(n)
    }
}

#[async_trait]
#[cached]
impl Stored for Stall {
    #[cached(mode = "strict", ttl = 60, key = (self.id, n), runtime = RUNTIME)]
    async fn load(&self, n: u64) -> Result<u64, Failure> {
        Ok(n + 100)
    }
}

struct Repo<T>(T);

#[cached]
impl<T: Copy + Into<u64> + 'static> Repo<T> {
    #[cached(mode = "strict", ttl = 60, skip(self), runtime = RUNTIME)]
    fn wide(&self, n: u64) -> Result<u64, Failure> {
        Ok(self.0.into() + n)
    }
}

/// N1, B4, B12, D15, H1: methods are strict, degraded and told apart, as free functions are.
#[tokio::test(flavor = "multi_thread")]
async fn methods_keep_the_promises_of_their_modes() {
    let world = World::new(&RUNTIME);
    let (shop, stall) = (Shop { id: 1 }, Stall { id: 1 });
    assert_eq!(shop.firm(1).expect("the server is there"), 2);
    assert_eq!(stall.firm(1).expect("the server is there"), 102);
    assert_ne!(shop.firm_key(1), stall.firm_key(1));
    assert!(shop.firm_key(1).contains(".methods.Shop.firm."), "{}", shop.firm_key(1));
    assert_eq!(shop.firm_detailed(1).expect("the server is there").source, Source::L2);
    assert_eq!(Shop { id: 2 }.firm(1).expect("the server is there"), 3);
    assert_eq!(shop.firm_invalidate(1).expect("the server is there"), Invalidated::Done);
    assert_eq!(shop.firm_peek(1).expect("the server is there"), None);
    assert_eq!(shop.firm_prime(1, 40).expect("the server is there"), Invalidated::Done);
    let updated = shop.firm_update(1, |value| *value += 2).expect("the server is there");
    assert_eq!((updated, shop.firm(1).expect("the server is there")), (Some(42), 42));

    assert_eq!(shop.awaited(1).await.expect("the server is there"), 2);
    let answer = shop.awaited_detailed(1).await.expect("the server is there");
    assert_eq!(answer.source, Source::L2);
    let done = Shop::awaited_invalidate_all().await.expect("the server is there");
    assert_eq!(done, Invalidated::Done);
    let runs = RUNS.count();
    for _ in 0..2 {
        assert_eq!(shop.load(5).await.expect("the server is there"), 5);
        assert_eq!(stall.load(5).await.expect("the server is there"), 105);
    }
    assert_eq!(RUNS.count(), runs + 1);

    assert_eq!(Repo(1_u8).wide(1).expect("the server is there"), 2);
    assert_eq!(Repo(7_u32).wide(1).expect("the server is there"), 8);
    assert_eq!(Repo(9_u8).wide(1).expect("the server is there"), 2);

    assert_eq!(shop.loose_detailed(1).source, Source::Computed);
    assert_eq!(Shop { id: 9 }.loose_detailed(1).source, Source::L1);
    world.outage();
    assert!(shop.firm(1).expect_err("strict refuses").cache().is_unavailable());
    assert!(shop.load(5).await.expect_err("strict refuses").cache().is_unavailable());
    assert!(shop.loose_detailed(2).degraded);
    assert_eq!(Shop::loose_stats().backend, Some("local_degraded"));
    world.recovery();
    assert_eq!(shop.firm(1).expect("the server is back"), 42);
}
