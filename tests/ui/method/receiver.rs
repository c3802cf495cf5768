//! An instance is in the key, or is left out of it because somebody said so.

use std::sync::Arc;

use cachekit::cached;

struct Shop {
    id: u64,
}

#[cached]
impl Shop {
    #[cached]
    fn in_a_cached_block(&self, n: u64) -> u64 {
        n + self.id
    }

    #[cached(key = n)]
    fn with_a_key_of_others(&mut self, n: u64) -> u64 {
        n
    }

    #[cached(tenant = self.id)]
    async fn with_a_tenant(self: Arc<Self>, n: u64) -> u64 {
        n
    }

    #[cached(key = self.id, skip(self))]
    fn twice(&self) -> u64 {
        1
    }

    #[cached(skip(self))]
    fn without_a_receiver(n: u64) -> u64 {
        n
    }

    #[cached(key = (self.id, n))]
    fn fine(&self, n: u64) -> u64 {
        n
    }
}

impl Shop {
    #[cached]
    fn alone(self) -> u64 {
        self.id
    }
}

fn main() {
    let mut shop = Shop { id: 1 };
    shop.in_a_cached_block(shop.fine(shop.twice()));
    let _ = shop.fine_peek(1);
    shop.with_a_key_of_others(Shop::without_a_receiver(1));
    drop(Arc::new(Shop { id: 1 }).with_a_tenant(1));
    shop.alone();
}
