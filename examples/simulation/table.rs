//! The database as a simulation has it: a table in memory, whose transactions take simulated time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cachekit::testing::sleep;

use crate::ledger::Ledger;

/// How long a statement or its answer is under way at most, in microseconds.
const SLOWEST: u64 = 4_000;

/// Tickets sold, by show.
#[derive(Debug)]
pub(crate) struct Table {
    sold: Mutex<BTreeMap<u32, u64>>,
    /// What the next trip takes is random, and follows from the seed as everything does.
    dice: Mutex<u64>,
    ledger: Arc<Ledger>,
}

impl Table {
    pub(crate) fn new(seed: u64, ledger: Arc<Ledger>) -> Self {
        // A generator of this kind stays at zero for ever.
        Self { sold: Mutex::default(), dice: Mutex::new(seed | 1), ledger }
    }

    /// Reads how many are sold.
    pub(crate) async fn sold(&self, show: u32) -> u64 {
        self.trip().await;
        let sold = lock(&self.sold).get(&show).copied().unwrap_or_default();
        self.ledger.tell(&format!("the database reads {sold}"));
        self.trip().await;
        sold
    }

    /// Sells one more, and answers how many are sold with it. It is committed in the middle, where
    /// readers begin to see it, and the caller hears of that later.
    pub(crate) async fn sell(&self, show: u32) -> u64 {
        self.trip().await;
        let sold = {
            let mut all = lock(&self.sold);
            let sold = all.entry(show).or_default();
            *sold += 1;
            *sold
        };
        self.ledger.tell(&format!("the database commits {sold}"));
        self.trip().await;
        sold
    }

    /// A statement on its way there, or its answer on the way back.
    async fn trip(&self) {
        let time = {
            let mut dice = lock(&self.dice);
            *dice ^= *dice << 13;
            *dice ^= *dice >> 7;
            *dice ^= *dice << 17;
            *dice % SLOWEST
        };
        sleep(Duration::from_micros(time)).await;
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
