//! What each tier is asked: with its own claims, and with ends in its own time.

use cachekit::backend::Claim;

use super::{Run, Tier};
use crate::differential::scene::Spot;
use crate::differential::step::{Ask, Bound, Company, Fate, Saw, Value};
use crate::differential::task::{Stow, Task};
use crate::differential::value::{BOUND, Made, ROOMY, damage};
use crate::patience::{in_time, too_late};

impl Run<'_> {
    /// What a tier is asked.
    pub(super) fn task(&mut self, tier: Tier, ask: &Ask, fate: Fate) -> Task {
        let scene = self.scene();
        let until = if fate == Fate::Late { too_late() } else { in_time() };
        let place = |spot: &Spot| scene.place(*spot);
        match ask {
            Ask::Read(spot, bound) => Task::Read(match bound {
                Bound::None => place(spot),
                Bound::Roomy => place(spot).within(ROOMY),
                Bound::Tight => place(spot).within(BOUND),
            }),
            Ask::Claim(spot, number) => Task::Claim(place(spot), scene.filler(*number), until),
            Ask::Commit(spot, number, value, company) => {
                let made = self.make(tier, *value);
                let claim = self.claim(tier, *number);
                if self.slots.get(&(tier, *number)).is_some_and(|slot| slot.known.is_none()) {
                    // Who was not told that it has claimed takes back what it may have.
                    return Task::Abort(place(spot), claim);
                }
                Task::Commit(place(spot), claim, self.stow(tier, made), *company == Company::Sole)
            }
            Ask::Abort(spot, number) => Task::Abort(place(spot), self.claim(tier, *number)),
            Ask::Reject(spot, saw) => Task::Reject(place(spot), self.saw(*saw)),
            Ask::Shed(spot) => Task::Shed(place(spot).within(BOUND)),
            Ask::Invalidate(spot) => Task::Invalidate(place(spot)),
            Ask::InvalidateMany(spots) => Task::InvalidateMany(spots.iter().map(place).collect()),
            Ask::Replace(spot, value) => {
                let made = self.make(tier, *value);
                Task::Replace(place(spot), self.stow(tier, made), until)
            }
            Ask::Swap(spot, old, new) => {
                let old = self.values.made(*old, self.time());
                let new = self.values.heir(*new, &old);
                Task::Swap(place(spot), old, new, until)
            }
            Ask::Bump(generations) => {
                Task::Bump(generations.iter().map(|one| scene.generation(*one)).collect())
            }
        }
    }

    /// The bytes that a rejection is about.
    fn saw(&self, saw: Saw) -> Option<Vec<u8>> {
        let now = self.time();
        match saw {
            Saw::Type => None,
            Saw::Sound(id) => Some(self.values.made(id, now).bytes),
            Saw::Damaged(id) => {
                let mut bytes = self.values.made(id, now).bytes;
                damage(&mut bytes);
                Some(bytes)
            }
        }
    }

    /// A value that is made for the first tier that is asked, and the same for the others.
    fn make(&mut self, tier: Tier, value: Value) -> Made {
        let now = self.time();
        match tier {
            Tier::Memory => self.values.make(value, now),
            Tier::Server | Tier::Directory => self.values.made(value.id, now),
        }
    }

    /// A filler, as its caller knows it.
    fn claim(&self, tier: Tier, number: u32) -> Claim {
        let known = self.slots.get(&(tier, number)).and_then(|slot| slot.known.clone());
        known.unwrap_or_else(|| {
            let filler = self.scene().filler(number);
            Claim { filler, generation: String::new(), now: 0 }
        })
    }

    /// A value with its end in a tier's own time.
    fn stow(&mut self, tier: Tier, made: Made) -> Stow {
        let now = self.time();
        let own = self.side(tier).now();
        let expires = (own + made.end).saturating_sub(now);
        Stow { bytes: made.bytes, expires }
    }
}
