//! Draws a plan from a seed.

use std::time::Duration;

use super::plan::{Actor, Befalls, Change, Plan, Pull, Step};
use super::subject::KINDS;
use crate::checker::{Ask, Dice, What};

/// Every change but an update, which begins with what is known to be there.
const BLIND: [What; 5] = [What::Invalidate, What::Tenant, What::All, What::Prime, What::Refresh];

/// How slow a network may be, in microseconds.
const SLOWEST: [u64; 4] = [50, 2_000, 2_000, 150_000];

impl Plan {
    /// The plan of a seed.
    pub fn of(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let kind = dice.pick(&KINDS.iter().collect::<Vec<_>>());
        let nodes = if kind.is_local() { 1 } else { 1 + dice.below(3) };
        let builds = if dice.one_in(3) { 2 } else { 1 };
        let nodes: Vec<usize> = (0..nodes).map(|_| small(dice.below(builds))).collect();
        let mut plan = Self {
            seed,
            kind,
            keys: 1 + dice.below(3),
            slowest: Duration::from_micros(dice.pick(&SLOWEST)),
            actors: Vec::new(),
            befalls: Vec::new(),
            moods: [2, 8, 16, if dice.one_in(4) { 24 } else { 0 }],
            nodes,
        };
        for key in 0..plan.keys {
            let changes = (0..4 + dice.below(8)).map(|_| plan.change(&mut dice)).collect();
            plan.actors.push(Actor::Writer { key, changes });
        }
        for node in 0..plan.nodes.len() {
            for _ in 0..2 + dice.below(3) {
                let steps = (0..6 + dice.below(12)).map(|_| plan.step(&mut dice)).collect();
                plan.actors.push(Actor::Caller { node, steps });
            }
        }
        if !plan.kind.is_local() && !dice.one_in(4) {
            for _ in 0..=dice.below(5) {
                let at = Duration::from_micros(dice.below(200_000));
                let befalls = plan.befalls(&mut dice);
                plan.befalls.push((at, befalls));
            }
            plan.befalls.sort_by_key(|(at, _)| *at);
        }
        plan
    }

    fn step(&self, dice: &mut Dice) -> Step {
        Step {
            pause: pause(dice),
            key: dice.below(self.keys),
            how: dice.pick(&[Ask::Call, Ask::Call, Ask::Detailed, Ask::Detailed, Ask::Peek]),
            leash: if dice.one_in(5) { pull(dice) } else { Pull::Free },
        }
    }

    fn change(&self, dice: &mut Dice) -> Change {
        let pause = pause(dice);
        if dice.one_in(5) {
            let by = 1 + dice.below(3);
            let all = (0..by).map(|_| (self.node(dice), What::Update, Pull::Free)).collect();
            return Change { pause, by, all, detached: false };
        }
        let count = if dice.one_in(4) { 2 } else { 1 };
        let mut all: Vec<(usize, What, Pull)> = Vec::new();
        for _ in 0..count {
            let mut what = dice.pick(&BLIND);
            // Two primes could come to pass in either order, and one that was given up at any time.
            if what == What::Prime && all.iter().any(|(_, other, _)| *other == What::Prime) {
                what = What::Refresh;
            }
            let leash = if dice.one_in(3) { pull(dice) } else { Pull::Free };
            all.push((self.node(dice), what, leash));
        }
        let detached = all.iter().all(|(_, what, _)| *what == What::Refresh) && dice.one_in(2);
        Change { pause, by: 1, all, detached }
    }

    fn node(&self, dice: &mut Dice) -> usize {
        let all = u64::try_from(self.nodes.len()).unwrap_or(1);
        small(dice.below(all))
    }

    fn befalls(&self, dice: &mut Dice) -> Befalls {
        let node = self.node(dice);
        let time = Duration::from_micros(dice.below(2_000_000));
        match dice.below(20) {
            0..=4 => Befalls::Cut(node),
            5..=8 => Befalls::Away(node, time),
            9..=11 => Befalls::Hang(time),
            12 if self.nodes.len() > 1 => Befalls::Kill(node),
            13..=14 => Befalls::Suspend(node, time * 4),
            15 => Befalls::Step(node, time * 30, dice.one_in(2)),
            16 => Befalls::StepServer(time * 30, dice.one_in(2)),
            17 => Befalls::Flush,
            _ => Befalls::Delete(dice.below(self.keys)),
        }
    }
}

/// Most things happen at once; some are seconds apart, so that lives end.
fn pause(dice: &mut Dice) -> Duration {
    Duration::from_micros(match dice.below(16) {
        0..=7 => dice.below(500),
        8..=14 => dice.below(20_000),
        _ => dice.below(4_000_000),
    })
}

fn pull(dice: &mut Dice) -> Pull {
    match dice.below(3) {
        0 => Pull::After(Duration::from_micros(dice.below(5_000))),
        _ => Pull::Polls(1 + dice.below(6)),
    }
}

fn small(number: u64) -> usize {
    usize::try_from(number).unwrap_or_default()
}
