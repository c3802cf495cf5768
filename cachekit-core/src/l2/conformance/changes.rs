//! Rules about changes by hand: what they store, what they compare, and that none comes too late.

use crate::l2::{Claim, Committed, Fault, Place, Replaced, Swapped};
use crate::time::clock;

use super::Rule;
use super::trial::{Company, Trial, Value, Verdict, answer, enclosed, newer, same};

pub(super) fn rules() -> Vec<Rule> {
    vec![
        Rule::new("a replacement stores its value", |trial| {
            let (at, one, two) = (trial.place(1), trial.value("one"), trial.value("two"));
            for value in [&one, &two] {
                same("a replacement", &trial.replace(&at, value)?, &Replaced::Stored)?;
                trial.holds("what it stored", &at, value)?;
            }
            Ok(())
        }),
        Rule::new("a replacement whose value is over says so, and leaves nothing", |trial| {
            let at = trial.place(1);
            trial.store(&at, &trial.value("one"))?;
            same("it", &trial.replace(&at, &trial.ended("two"))?, &Replaced::Ended)?;
            trial.lacks("what it left", &at)
        }),
        Rule::new("a replacement that comes too late does nothing", late_replacement),
        Rule::new("a swap changes what still holds the old bytes", |trial| {
            let (at, one, two) = (trial.place(1), trial.value("one"), trial.value("two"));
            trial.store(&at, &one)?;
            same("a swap", &trial.swap(&at, &one, &two)?, &Swapped::Stored)?;
            trial.holds("what it stored", &at, &two)
        }),
        Rule::new("a swap leaves newer bytes", newer_bytes),
        Rule::new("a swap of nothing stores nothing", of_nothing),
        Rule::new("a swap leaves a life as it was, and changes no value that is over", life),
        Rule::new("a swap that comes too late does nothing", late_swap),
        Rule::new("an invalidation of nothing is done", |trial| {
            let at = trial.place(1);
            trial.invalidate(&at)?;
            trial.invalidate_many(&[at.clone(), trial.place(2)])?;
            trial.invalidate_many(&[])?;
            trial.bump(&[])?;
            trial.lacks("nothing", &at)
        }),
        Rule::new("an invalidation of several removes each, and no other", several),
    ]
}

fn late_replacement(trial: &Trial<'_>) -> Verdict {
    let (at, one, two) = (trial.place(1), trial.value("one"), trial.value("two"));
    trial.store(&at, &one)?;
    let claim = trial.claim(&at)?;
    let replaced = answer(trial.tier().replace(&at, two.stored(), clock::now()));
    same("it", &replaced, &Err(Fault::timeout()))?;
    untouched(trial, &at, &one, &claim)
}

fn late_swap(trial: &Trial<'_>) -> Verdict {
    let (at, one, two) = (trial.place(1), trial.value("one"), trial.value("two"));
    trial.store(&at, &one)?;
    let claim = trial.claim(&at)?;
    let swapped = answer(trial.tier().swap(&at, &one.bytes, &two.bytes, clock::now()));
    same("it", &swapped, &Err(Fault::timeout()))?;
    untouched(trial, &at, &one, &claim)
}

/// Value and filler are as they were.
fn untouched(trial: &Trial<'_>, at: &Place, value: &Value, claim: &Claim) -> Verdict {
    trial.holds("the value", at, value)?;
    let committed = trial.commit(at, claim, &trial.value("three"), Company::Beside)?;
    same("a commit of what was claimed before it", &committed, &Committed::Stored)
}

fn newer_bytes(trial: &Trial<'_>) -> Verdict {
    let (at, one, two) = (trial.place(1), trial.value("one"), trial.value("two"));
    trial.store(&at, &two)?;
    let claim = trial.claim(&at)?;
    let swapped = trial.swap(&at, &one, &trial.value("three"))?;
    same("a swap of older bytes", &swapped, &Swapped::Changed)?;
    let swapped = trial.swap(&at, &trial.ended("one"), &trial.value("three"))?;
    same("a swap of older bytes whose life is over", &swapped, &Swapped::Changed)?;
    untouched(trial, &at, &two, &claim)
}

fn of_nothing(trial: &Trial<'_>) -> Verdict {
    let (at, one, two) = (trial.place(1), trial.value("one"), trial.value("two"));
    same("a swap of nothing", &trial.swap(&at, &one, &two)?, &Swapped::Absent)?;
    trial.store(&newer(&at), &one)?;
    same("a swap of another version", &trial.swap(&at, &one, &two)?, &Swapped::Absent)?;
    trial.store(&at, &one)?;
    trial.bump(std::slice::from_ref(&at.generation))?;
    let swapped = trial.swap(&at, &one, &two)?;
    same("a swap of what was bumped", &swapped, &Swapped::Absent)?;
    trial.lacks("what it stored", &at)
}

/// Lives that a rule waits out, in milliseconds: the first that a tier takes less to store in.
const LIVES: [u64; 3] = [300, 1_200, 4_800];

fn life(trial: &Trial<'_>) -> Verdict {
    let at = trial.place(1);
    for life in LIVES {
        let one = trial.brief("one", life);
        let two = enclosed("two", one.expires);
        let stored = trial.replace(&at, &one)?;
        let swapped = trial.swap(&at, &one, &two)?;
        if (stored, swapped) == (Replaced::Stored, Swapped::Stored) {
            trial.outlive(&two)?;
            let swapped = trial.swap(&at, &two, &trial.value("three"))?;
            return same("a swap of what is over", &swapped, &Swapped::Absent);
        }
    }
    Err("no value was replaced and swapped within its life".to_owned())
}

fn several(trial: &Trial<'_>) -> Verdict {
    let (places, other) = ([trial.place(1), trial.place(2), trial.place(3)], trial.place(4));
    let value = trial.value("one");
    for at in places.iter().chain([&other]) {
        trial.store(at, &value)?;
    }
    trial.invalidate_many(&places)?;
    places.iter().try_for_each(|at| trial.lacks("what was invalidated", at))?;
    trial.holds("what was not", &other, &value)
}
