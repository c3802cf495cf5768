//! The fence: whatever revokes loses the fills from before it, and keeps those from after it.

use crate::l2::{Committed, Place, Replaced, Swapped};

use super::Rule;
use super::trial::{Company, Trial, Verdict, newer, same};

/// A way to revoke what is at a place.
#[derive(Clone, Copy)]
struct Way {
    name: &'static str,
    /// Another place, which it does not reach.
    neighbour: fn(&Trial<'_>) -> Place,
    revoke: fn(&Trial<'_>, &Place) -> Verdict,
}

const WAYS: [Way; 9] = [
    Way { name: "an invalidation", neighbour: beside, revoke: |trial, at| trial.invalidate(at) },
    Way {
        name: "an invalidation of several",
        neighbour: beside,
        revoke: |trial, at| trial.invalidate_many(std::slice::from_ref(at)),
    },
    Way {
        name: "a replacement",
        neighbour: beside,
        revoke: |trial, at| {
            same("it", &trial.replace(at, &trial.value("replaced"))?, &Replaced::Stored)
        },
    },
    Way {
        name: "a replacement whose value is over",
        neighbour: beside,
        revoke: |trial, at| {
            same("it", &trial.replace(at, &trial.ended("replaced"))?, &Replaced::Ended)
        },
    },
    Way {
        name: "a swap",
        neighbour: beside,
        revoke: |trial, at| {
            let old = trial.value("old");
            trial.store(at, &old)?;
            same("it", &trial.swap(at, &old, &trial.value("swapped"))?, &Swapped::Stored)
        },
    },
    Way {
        name: "a sole commit",
        neighbour: beside,
        revoke: |trial, at| {
            let claim = trial.claim(at)?;
            let committed = trial.commit(at, &claim, &trial.value("sole"), Company::Sole)?;
            same("it", &committed, &Committed::Stored)
        },
    },
    Way {
        name: "a sole commit whose value is over",
        neighbour: beside,
        revoke: |trial, at| {
            let claim = trial.claim(at)?;
            let committed = trial.commit(at, &claim, &trial.ended("sole"), Company::Sole)?;
            same("it", &committed, &Committed::Stored)
        },
    },
    Way {
        name: "a bump of the function's generation",
        neighbour: |trial| trial.place_of("other", "a", 1),
        revoke: |trial, at| trial.bump(std::slice::from_ref(&at.generation)),
    },
    Way {
        name: "a bump of the tenant's generation",
        neighbour: |trial| trial.place_of("function", "b", 2),
        revoke: |trial, at| {
            let generation = at.tenant_generation.clone();
            trial.bump(&generation.into_iter().collect::<Vec<_>>())
        },
    },
];

fn beside(trial: &Trial<'_>) -> Place {
    trial.place(2)
}

pub(super) fn rules() -> Vec<Rule> {
    let mut rules = Vec::new();
    for way in WAYS {
        let name = way.name;
        rules.push(Rule::new(format!("{name} loses the fills from before it"), move |trial| {
            before(trial, way)
        }));
        rules.push(Rule::new(format!("{name} keeps the fills from after it"), move |trial| {
            after(trial, way)
        }));
        rules.push(Rule::new(format!("{name} leaves no other version's value"), move |trial| {
            versions(trial, way)
        }));
        rules.push(Rule::new(format!("{name} reaches nothing else"), move |trial| {
            elsewhere(trial, way)
        }));
    }
    rules
}

fn before(trial: &Trial<'_>, way: Way) -> Verdict {
    let at = trial.place(1);
    let (own, other) = (trial.claim(&at)?, trial.claim(&newer(&at))?);
    (way.revoke)(trial, &at)?;
    let left = trial.read(&at)?;
    for (at, claim) in [(&at, &own), (&newer(&at), &other)] {
        let committed = trial.commit(at, claim, &trial.value("before"), Company::Beside)?;
        same("a commit from before it", &committed, &Committed::Lost)?;
    }
    if trial.read(&at)? != left {
        return Err("a commit from before it changed what is read".to_owned());
    }
    trial.lacks("what another build's fill stored", &newer(&at))
}

fn after(trial: &Trial<'_>, way: Way) -> Verdict {
    let (at, value) = (trial.place(1), trial.value("after"));
    trial.store(&at, &trial.value("before"))?;
    (way.revoke)(trial, &at)?;
    trial.store(&at, &value)?;
    trial.holds("what was stored after it", &at, &value)
}

fn versions(trial: &Trial<'_>, way: Way) -> Verdict {
    let at = trial.place(1);
    trial.store(&at, &trial.value("older"))?;
    trial.store(&newer(&at), &trial.value("newer"))?;
    (way.revoke)(trial, &at)?;
    trial.lacks("the other version's value", &newer(&at))
}

fn elsewhere(trial: &Trial<'_>, way: Way) -> Verdict {
    let (at, other, value) = (trial.place(1), (way.neighbour)(trial), trial.value("other"));
    trial.store(&at, &trial.value("own"))?;
    trial.store(&other, &value)?;
    let claim = trial.claim(&other)?;
    (way.revoke)(trial, &at)?;
    trial.holds("the value of another", &other, &value)?;
    let committed = trial.commit(&other, &claim, &trial.value("more"), Company::Beside)?;
    same("a commit of another", &committed, &Committed::Stored)
}
