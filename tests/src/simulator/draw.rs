//! Draws a plan from a seed: of everything, or of a mix that is made for one question.

use std::time::Duration;

use super::plan::{Actor, Befalls, Change, Moods, Plan, Pull, Step};
use super::subject::{KINDS, Kind};
use crate::checker::{Ask, Dice, What};

/// Every change but an update, which begins with what is known to be there.
const BLIND: &[What] = &[What::Invalidate, What::Tenant, What::All, What::Prime, What::Refresh];

/// How slow a network may be, in microseconds.
const SLOWEST: &[u64] = &[50, 2_000, 2_000, 20_000, 150_000];

/// What a plan is drawn from.
#[derive(Debug, Clone, Copy)]
pub struct Mix {
    /// The kinds of functions, by name.
    pub kinds: &'static [&'static str],
    /// How many nodes there are at least and at most.
    pub nodes: (u64, u64),
    /// How many keys there are at most.
    pub keys: u64,
    /// How many callers a node has.
    pub callers: u64,
    /// The changes beside updates.
    pub changes: &'static [What],
    /// Once in so many times a change is one of updates; zero for never.
    pub updates: u64,
    /// Once in so many times two changes begin at once.
    pub pairs: u64,
    /// Once in so many times an operation is given up; zero for never.
    pub pulls: u64,
    /// How long a pause is at most, in microseconds.
    pub pause: u64,
    /// How slow the network may be, in microseconds.
    pub slowest: &'static [u64],
    /// What befalls, and how often at most.
    pub befalls: (&'static [Befall], u64),
    /// For how long it lasts at most, in microseconds.
    pub lasts: u64,
    /// How bodies behave.
    pub moods: Moods,
}

/// A sort of what befalls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is what `Befalls` says of it")]
pub enum Befall {
    Cut,
    Away,
    Hang,
    Kill,
    Suspend,
    Step,
    StepServer,
    Flush,
    Delete,
}

/// What befalls where anything may: the likelier ones several times.
const ANYTHING: &[Befall] = {
    use Befall::{Away, Cut, Delete, Flush, Hang, Kill, Step, StepServer, Suspend};
    &[Cut, Cut, Cut, Away, Away, Away, Hang, Hang, Kill, Suspend, Step, StepServer, Flush, Delete]
};

impl Mix {
    /// A bit of everything.
    pub const EVERYTHING: Self = Self {
        kinds: &[],
        nodes: (1, 3),
        keys: 3,
        callers: 4,
        changes: BLIND,
        updates: 5,
        pairs: 4,
        pulls: 4,
        pause: 20_000,
        slowest: SLOWEST,
        befalls: (ANYTHING, 6),
        lasts: 2_000_000,
        moods: Moods {
            slow: 2,
            pause: 20_000,
            fails: 8,
            panics: 16,
            stuck: 96,
            large: 24,
            unfit: 7,
        },
    };

    fn kind(&self, dice: &mut Dice) -> &'static Kind {
        let may = |kind: &&Kind| self.kinds.is_empty() || self.kinds.contains(&kind.name);
        dice.pick(&KINDS.iter().filter(may).collect::<Vec<_>>())
    }

    fn step(&self, keys: u64, dice: &mut Dice) -> Step {
        Step {
            pause: self.pause(dice),
            key: dice.below(keys),
            how: dice.pick(&[Ask::Call, Ask::Call, Ask::Detailed, Ask::Detailed, Ask::Peek]),
            leash: self.pull(dice),
        }
    }

    fn change(&self, nodes: usize, dice: &mut Dice) -> Change {
        let pause = self.pause(dice);
        if self.updates > 0 && dice.one_in(self.updates) {
            let by = 1 + dice.below(3);
            let all = (0..by).map(|_| (one_of(nodes, dice), What::Update, Pull::Free)).collect();
            return Change { pause, by, all, detached: false };
        }
        let mut all: Vec<(usize, What, Pull)> = Vec::new();
        for _ in 0..if dice.one_in(self.pairs) { 2 } else { 1 } {
            let mut what = dice.pick(self.changes);
            // Two primes could come to pass in either order, and one that was given up at any time.
            if what == What::Prime && all.iter().any(|(_, other, _)| *other == What::Prime) {
                what = What::Refresh;
            }
            let pull = self.pull(dice);
            all.push((one_of(nodes, dice), what, pull));
        }
        // A prime that comes to pass later than the next change would undo it.
        let detached = all.iter().all(|(_, what, _)| *what != What::Prime) && dice.one_in(3);
        Change { pause, by: 1, all, detached }
    }

    /// Most things happen at once; some are seconds apart, so that lives end.
    fn pause(&self, dice: &mut Dice) -> Duration {
        Duration::from_micros(match dice.below(16) {
            0..=7 => dice.below(self.pause / 32 + 1),
            8..=14 => dice.below(self.pause),
            _ => dice.below(self.pause * 200),
        })
    }

    fn pull(&self, dice: &mut Dice) -> Pull {
        if self.pulls == 0 || !dice.one_in(self.pulls) {
            return Pull::Free;
        }
        match dice.below(3) {
            0 => Pull::After(Duration::from_micros(dice.below(5_000))),
            _ => Pull::Polls(1 + dice.below(6)),
        }
    }

    fn befalls(&self, plan: &Plan, dice: &mut Dice) -> Befalls {
        let node = one_of(plan.nodes.len(), dice);
        let time = Duration::from_micros(dice.below(self.lasts));
        match dice.pick(self.befalls.0) {
            Befall::Kill if plan.nodes.len() > 1 => Befalls::Kill(node),
            Befall::Cut | Befall::Kill => Befalls::Cut(node),
            Befall::Away => Befalls::Away(node, time),
            Befall::Hang => Befalls::Hang(time),
            Befall::Suspend => Befalls::Suspend(node, time * 4),
            Befall::Step => Befalls::Step(node, time * 30, dice.one_in(2)),
            Befall::StepServer => Befalls::StepServer(time * 30, dice.one_in(2)),
            Befall::Flush => Befalls::Flush,
            Befall::Delete => Befalls::Delete(dice.below(40)),
        }
    }
}

impl Plan {
    /// The plan of a seed, of everything.
    pub fn of(seed: u64) -> Self {
        Self::from(&Mix::EVERYTHING, seed)
    }

    /// The plan of a seed from a mix.
    pub fn from(mix: &Mix, seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let kind = mix.kind(&mut dice);
        let (least, most) = if kind.is_local() { (1, 1) } else { mix.nodes };
        let builds = if dice.one_in(3) { 2 } else { 1 };
        let nodes = (0..least + dice.below(most - least + 1)).map(|_| small(dice.below(builds)));
        let nodes: Vec<usize> = nodes.collect();
        let mut plan = Self {
            seed,
            kind,
            keys: 1 + dice.below(mix.keys),
            slowest: Duration::from_micros(dice.pick(mix.slowest)),
            actors: Vec::new(),
            befalls: Vec::new(),
            moods: mix.moods,
            nodes,
        };
        for key in 0..plan.keys {
            let count = 4 + dice.below(8);
            let changes = (0..count).map(|_| mix.change(plan.nodes.len(), &mut dice)).collect();
            plan.actors.push(Actor::Writer { key, changes });
        }
        for node in 0..plan.nodes.len() {
            for _ in 0..=dice.below(mix.callers) {
                let count = 6 + dice.below(12);
                let steps = (0..count).map(|_| mix.step(plan.keys, &mut dice)).collect();
                plan.actors.push(Actor::Caller { node, steps });
            }
        }
        if !plan.kind.is_local() && !mix.befalls.0.is_empty() && !dice.one_in(6) {
            for _ in 0..=dice.below(mix.befalls.1) {
                let at = Duration::from_micros(dice.below(mix.pause * 10));
                let befalls = mix.befalls(&plan, &mut dice);
                plan.befalls.push((at, befalls));
            }
            plan.befalls.sort_by_key(|(at, _)| *at);
        }
        plan
    }
}

fn one_of(all: usize, dice: &mut Dice) -> usize {
    small(dice.below(u64::try_from(all).unwrap_or(1)))
}

fn small(number: u64) -> usize {
    usize::try_from(number).unwrap_or_default()
}
