//! Shrinks a plan that breaks a rule to the part of it that still does.

use super::plan::{Actor, Moods, Plan};
use super::run::run;

/// The smallest part of a plan that still breaks a rule, as far as leaving things out leads to it.
pub fn shrink(plan: &Plan) -> Plan {
    let mut best = plan.clone();
    loop {
        let smaller = candidates(&best).find(|candidate| run(candidate, false).violations > 0);
        match smaller {
            Some(smaller) => best = smaller,
            None => return best,
        }
    }
}

/// The plan without one thing each, the largest first.
fn candidates(plan: &Plan) -> impl Iterator<Item = Plan> + '_ {
    let with = |change: &dyn Fn(&mut Plan)| {
        let mut smaller = plan.clone();
        change(&mut smaller);
        smaller
    };
    let actors =
        (0..plan.actors.len()).map(move |actor| with(&|plan| drop(plan.actors.remove(actor))));
    let befalls = (0..plan.befalls.len()).map(move |at| with(&|plan| _ = plan.befalls.remove(at)));
    let moods = [
        Moods { slow: 0, ..plan.moods },
        Moods { fails: 0, ..plan.moods },
        Moods { panics: 0, ..plan.moods },
        Moods { stuck: 0, ..plan.moods },
        Moods { large: 0, unfit: 0, ..plan.moods },
    ];
    let moods = moods.into_iter().filter(|moods| *moods != plan.moods);
    let moods = moods.map(move |moods| with(&|plan| plan.moods = moods));
    let steps = (0..plan.actors.len()).flat_map(move |actor| {
        halves(length(&plan.actors[actor])).map(move |(from, to)| {
            with(&|plan| match &mut plan.actors[actor] {
                Actor::Caller { steps, .. } => drop(steps.drain(from..to)),
                Actor::Writer { changes, .. } => drop(changes.drain(from..to)),
            })
        })
    });
    actors.chain(befalls).chain(moods).chain(steps)
}

fn length(actor: &Actor) -> usize {
    match actor {
        Actor::Caller { steps, .. } => steps.len(),
        Actor::Writer { changes, .. } => changes.len(),
    }
}

/// Both halves of so many things, then each alone.
fn halves(all: usize) -> impl Iterator<Item = (usize, usize)> {
    let halves = [(0, all / 2), (all / 2, all)].into_iter().filter(move |_| all > 2);
    halves.chain((0..all).map(|at| (at, at + 1)))
}
