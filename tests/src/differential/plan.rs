//! Draws a sequence: the same seed, the same steps.

use crate::checker::Dice;

use super::scene::{ENTRIES, GENERATIONS, Spot, VERSIONS};
use super::step::{
    Ask, Bound, Client, Company, Fate, Hand, Litter, Mark, Reach, Saw, Sequence, Step, Strange,
    Value,
};

/// Every time that passes is a multiple of seventy seconds, and every life is fifty more than one. A
/// filler lives for an hour, which is thirty more. So whatever ends does so at least twenty seconds
/// from every moment that a tier is looked at, and the real time that a sequence takes decides nothing.
const TICK: u64 = 70;
const LIVES: [u64; 5] = [50, 2 * TICK + 50, 10 * TICK + 50, 50 * TICK + 50, 1_285 * TICK + 50];

/// Waits of a sequence that a directory takes: together less than a filler's life.
const SHORT: [u64; 4] = [TICK, 2 * TICK, 3 * TICK, 11 * TICK];
const MOST_SHORT: u64 = 50 * TICK;

/// Waits of one that it does not take.
const LONG: [u64; 6] = [TICK, 3 * TICK, 11 * TICK, 52 * TICK, 120 * TICK, 1_300 * TICK];

/// What may go wrong in a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weather {
    Calm,
    /// Callers and connections go.
    Lossy,
    /// The server forgets its scripts, and learns them anew by an answer that must not be lost.
    Forgetful,
}

/// What is drawn next depends on what was.
struct Plan {
    dice: Dice,
    reach: Reach,
    weather: Weather,
    /// The entry that most steps are about, so that they meet.
    home: usize,
    /// Fillers that were claimed, and where.
    claimed: Vec<(Spot, u32)>,
    /// Values that were stored, and where.
    stored: Vec<(Spot, u32)>,
    /// The next number of a filler or a value.
    next: u32,
    passed: u64,
}

/// The sequence of a seed.
pub fn draw(seed: u64) -> Sequence {
    let mut dice = Dice::new(seed);
    let reach = if dice.one_in(3) { Reach::Far } else { Reach::Near };
    let weather = dice.pick(&[Weather::Calm, Weather::Lossy, Weather::Lossy, Weather::Forgetful]);
    let length = 12 + dice.below(28);
    let home = usize::try_from(dice.below(ENTRIES as u64)).unwrap_or_default();
    let (claimed, stored) = (Vec::new(), Vec::new());
    let mut plan = Plan { dice, reach, weather, home, claimed, stored, next: 0, passed: 0 };
    let steps = (0..length).map(|_| plan.step()).collect();
    Sequence { seed, reach, steps }
}

impl Plan {
    fn step(&mut self) -> Step {
        match self.dice.below(100) {
            0..9 => Step::Hand(self.hand()),
            9..16 => self.pass(),
            16..18 if self.weather == Weather::Lossy => Step::HangUp,
            16..19 if self.weather == Weather::Forgetful => Step::Forget,
            _ => {
                let ask = self.ask();
                let client = self.dice.pick(&[Client::First, Client::Second]);
                let fate = self.fate(client, &ask);
                Step::Ask(client, ask, fate)
            }
        }
    }

    fn pass(&mut self) -> Step {
        let time = match self.reach {
            Reach::Far => self.dice.pick(&LONG),
            Reach::Near => self.dice.pick(&SHORT),
        };
        if self.reach == Reach::Near && self.passed + time > MOST_SHORT {
            return Step::Ask(Client::First, Ask::Read(self.spot(), Bound::None), Fate::Answered);
        }
        self.passed += time;
        Step::Pass(time)
    }

    fn entry(&mut self) -> usize {
        let any = usize::try_from(self.dice.below(ENTRIES as u64)).unwrap_or_default();
        if self.dice.one_in(4) { any } else { self.home }
    }

    fn spot(&mut self) -> Spot {
        let version = if self.dice.one_in(4) { VERSIONS - 1 } else { 0 };
        Spot { entry: self.entry(), version }
    }

    /// Where something was stored or written by hand, mostly.
    fn known(&mut self) -> Spot {
        if self.dice.one_in(5) { self.spot() } else { self.recent(|plan| &plan.stored).0 }
    }

    /// The same, where something is then.
    fn written(&mut self) -> Spot {
        let (at, id) = (self.known(), self.number());
        self.stored.push((at, id));
        at
    }

    fn number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    /// One of the last few, most often the last, or one that never was.
    fn recent(&mut self, of: fn(&Self) -> &[(Spot, u32)]) -> (Spot, u32) {
        let many = of(self).len();
        let last = many.min(3);
        if last == 0 || self.dice.one_in(16) {
            return (self.spot(), self.number());
        }
        let back = if self.dice.one_in(2) { 0 } else { self.dice.below(last as u64) };
        of(self)[many - 1 - usize::try_from(back).unwrap_or_default()]
    }

    /// A filler that was claimed; mostly it is not picked again.
    fn filler(&mut self) -> (Spot, u32) {
        let picked = self.recent(|plan| &plan.claimed);
        if !self.dice.one_in(4) {
            self.claimed.retain(|other| *other != picked);
        }
        picked
    }

    fn value(&mut self, at: Spot) -> Value {
        let id = self.number();
        self.stored.push((at, id));
        let life = (!self.dice.one_in(10)).then(|| self.dice.pick(&LIVES));
        Value { id, life, is_large: self.dice.one_in(4) }
    }

    fn ask(&mut self) -> Ask {
        match self.dice.below(90) {
            0..18 => Ask::Read(self.known(), self.bound()),
            18..32 => self.claim(),
            32..56 if self.claimed.is_empty() && !self.dice.one_in(8) => self.claim(),
            32..52 => {
                let (at, filler) = self.filler();
                // Fillers are of an entry, and another version's is as good.
                let at = if self.dice.one_in(8) { Spot { version: 0, ..at } } else { at };
                let company = self.dice.pick(&[Company::Beside, Company::Beside, Company::Sole]);
                Ask::Commit(at, filler, self.value(at), company)
            }
            52..56 => {
                let (at, filler) = self.filler();
                Ask::Abort(at, filler)
            }
            56..64 => self.rejection(),
            64..68 => Ask::Shed(self.known()),
            68..71 => Ask::Invalidate(self.spot()),
            71 => {
                let spots = [self.spot(), self.spot(), self.spot()];
                let many = usize::try_from(self.dice.below(4)).unwrap_or_default();
                Ask::InvalidateMany(spots[..many].to_vec())
            }
            72..79 => {
                let at = self.spot();
                Ask::Replace(at, self.value(at))
            }
            79..87 => {
                let (at, old) = self.recent(|plan| &plan.stored);
                let new = self.number();
                self.stored.push((at, new));
                Ask::Swap(at, old, new)
            }
            _ => {
                let generations = [self.dice.pick(&GENERATIONS), self.dice.pick(&GENERATIONS)];
                let many = usize::try_from(self.dice.below(3)).unwrap_or_default();
                Ask::Bump(generations[..many].to_vec())
            }
        }
    }

    fn claim(&mut self) -> Ask {
        let (at, filler) = (self.spot(), self.number());
        self.claimed.push((at, filler));
        Ask::Claim(at, filler)
    }

    fn bound(&mut self) -> Bound {
        self.dice.pick(&[Bound::None, Bound::None, Bound::Roomy, Bound::Tight])
    }

    fn rejection(&mut self) -> Ask {
        let (at, id) = self.recent(|plan| &plan.stored);
        let saw = [Saw::Sound(id), Saw::Sound(id), Saw::Damaged(id), Saw::Type];
        Ask::Reject(at, self.dice.pick(&saw))
    }

    fn fate(&mut self, client: Client, ask: &Ask) -> Fate {
        if ask.is_dated() && self.dice.one_in(10) {
            return Fate::Late;
        }
        let breaks = client == Client::Second && self.weather == Weather::Lossy && ask.is_single();
        match self.dice.below(40) {
            0..2 if breaks => Fate::Unsent,
            2..5 if breaks => Fate::Lost,
            5..8 if breaks => Fate::Cut,
            8 if breaks => Fate::Away,
            _ => Fate::Answered,
        }
    }

    fn hand(&mut self) -> Hand {
        let most = if self.reach == Reach::Near { 24 } else { 50 };
        match self.dice.below(most) {
            0..4 => Hand::Delete(self.entry()),
            4..8 => Hand::Ungenerate(self.dice.pick(&GENERATIONS)),
            8..10 => Hand::Flush,
            10..13 => Hand::Occupy(self.entry()),
            13..18 => Hand::Damage(self.known()),
            18..24 => Hand::Stain(self.written()),
            24..31 => {
                use Strange::{Empty, Fields, List, Long, Sound, Text};
                let strange = self.dice.pick(&[List, Fields, Empty, Text, Long, Sound]);
                Hand::Degenerate(self.dice.pick(&GENERATIONS), strange)
            }
            31..39 => {
                use Mark::{Digits, Empty, Endless, Long, Nothing, Others, Past};
                let marks = [Empty, Endless, Digits, Long, Nothing, Others, Past];
                Hand::Mark(self.written(), self.dice.pick(&marks))
            }
            39..47 => {
                use Litter::{Ahead, Crowd, Long, Other, Undated, Unmarked};
                let fields = [Other, Long, Undated, Ahead, Unmarked, Crowd];
                Hand::Litter(self.entry(), self.dice.pick(&fields))
            }
            _ => Hand::Persist(self.entry()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_its_sequence() {
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7).steps, draw(8).steps);
    }

    /// The clock: nothing ends within the seconds that a sequence may take.
    #[test]
    fn nothing_ends_near_a_moment_that_is_looked_at() {
        let far = |life: u64| (20..=TICK - 20).contains(&(life % TICK));
        assert!(LIVES.into_iter().chain([3_600]).all(far));
        assert!(SHORT.iter().chain(&LONG).all(|time| time % TICK == 0) && MOST_SHORT < 3_600);
        // Nor are two ends so near each other that one may be taken for the other.
        assert!(LIVES.iter().all(|life| (life % TICK).abs_diff(3_600 % TICK) >= 20));
    }
}
