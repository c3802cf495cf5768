//! The tier in memory, by a clock that a sequence moves.

use std::time::{Duration, SystemTime};

use cachekit::backend::Backend as _;
use cachekit::testing::{Kept, ManualClock, Memory};

use super::{Side, Waiter};
use crate::differential::content::{Content, Held};
use crate::differential::scene::Scene;
use crate::differential::step::{CROWD, Client, Fate, Hand, Strange};
use crate::differential::task::{Came, Task, ask};
use crate::differential::{by_hand, value};

/// The tier in memory.
#[derive(Debug)]
pub(in crate::differential) struct MemorySide {
    memory: Memory,
    clock: ManualClock,
    waiter: Waiter,
}

impl MemorySide {
    pub(in crate::differential) fn new(clock: &ManualClock) -> Self {
        let clock = clock.clone();
        Self { memory: Memory::with_clock(&clock), clock, waiter: Waiter::new() }
    }

    pub(in crate::differential) fn content(&self) -> Content {
        let row = |key: String| {
            let kept = self.memory.look(&key)?;
            let left = self.memory.left(&key).map(|left| u64::try_from(left.as_millis()));
            Some((key, Held { kept, left: left.map(|left| left.unwrap_or(u64::MAX)) }))
        };
        let held = self.memory.keys().into_iter().filter_map(row).collect();
        Content { now: self.time(), held }
    }

    /// Milliseconds of the clock that a sequence moves.
    pub(in crate::differential) fn time(&self) -> u64 {
        self.memory.time().earliest
    }

    /// An operation of a caller that goes before it is sent, as if it had been asked.
    pub(in crate::differential) fn ask_eagerly(&self, task: &Task) {
        drop(ask(&self.memory, task));
    }
}

impl Side for MemorySide {
    fn begin(&mut self) {
        self.memory.flush();
        self.clock.set_wall(SystemTime::UNIX_EPOCH + BEGINNING);
    }

    fn now(&mut self) -> u64 {
        self.time()
    }

    fn pass(&mut self, time: Duration) {
        self.clock.advance(time);
    }

    fn ask(&mut self, _client: Client, fate: Fate, task: &Task) -> Came {
        match fate {
            Fate::Answered | Fate::Late => Came::of(self.waiter.wait(ask(&self.memory, task))),
            Fate::Unsent => Came::Nothing,
            Fate::Lost | Fate::Cut => Came::Unknown(self.waiter.wait(ask(&self.memory, task)).ok()),
            Fate::Away => {
                self.memory.kill();
                let answer = self.waiter.wait(ask(&self.memory, task));
                self.memory.revive();
                Came::of_away(answer)
            }
        }
    }

    fn hand(&mut self, scene: Scene, hand: Hand) {
        let now = self.now();
        match hand {
            Hand::Delete(entry) => drop(self.memory.delete(&scene.entry(entry))),
            Hand::Ungenerate(generation) => {
                self.memory.delete(&scene.generation(generation));
            }
            Hand::Flush => self.memory.flush(),
            Hand::Occupy(entry) => self.memory.put(&scene.entry(entry), Kept::Foreign),
            Hand::Damage(spot) => {
                let field = by_hand::value_field(spot);
                self.memory.edit(&scene.entry(spot.entry), |fields| {
                    fields.entry(field).and_modify(|bytes| value::damage(bytes));
                });
            }
            Hand::Stain(spot) => self.memory.edit(&scene.entry(spot.entry), |fields| {
                fields.remove(&by_hand::value_field(spot));
                fields.insert(by_hand::mark_field(spot), by_hand::STAIN.to_vec());
            }),
            Hand::Degenerate(generation, strange) => {
                let kept = match by_hand::text(strange) {
                    Some(text) => Kept::Text(text.into()),
                    None if strange == Strange::Fields => {
                        Kept::Fields([("field".to_owned(), Vec::new())].into())
                    }
                    None => Kept::Foreign,
                };
                self.memory.put(&scene.generation(generation), kept);
            }
            Hand::Mark(spot, mark) => self.memory.edit(&scene.entry(spot.entry), |fields| {
                let (field, above) = (by_hand::mark_field(spot), scene.above(spot.entry).len());
                let before = fields.get(&field).map(Vec::as_slice);
                let text = by_hand::mark(mark, above, before, now);
                fields.insert(field, text);
                let value = fields.entry(by_hand::value_field(spot));
                value.or_insert_with(|| by_hand::FORGED.to_vec());
            }),
            Hand::Litter(entry, litter) => {
                self.memory.edit(&scene.entry(entry), |fields| match by_hand::field(litter, now) {
                    Some((field, bytes)) => drop(fields.insert(field, bytes)),
                    None => fields.extend((0..CROWD).map(|n| (format!("x{n}"), Vec::new()))),
                });
            }
            Hand::Persist(entry) => {
                let key = scene.entry(entry);
                if let Some(kept) = self.memory.look(&key) {
                    self.memory.put(&key, kept);
                }
            }
        }
    }
}

/// Where every sequence's time begins: before any date that this machine's own files have, so that
/// none of a sequence's is taken for one that its process left behind an hour ago.
const BEGINNING: Duration = Duration::from_secs(1_700_000_000);
