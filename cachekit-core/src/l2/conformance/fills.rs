//! Rules about fills: each commits once, beside the others, and is gone once it is taken back.

use crate::l2::{Bid, Claim, Committed, Fault};
use crate::time::clock;

use super::Rule;
use super::trial::{Company, Trial, Verdict, answer, in_time, newer, same};

pub(super) fn rules() -> Vec<Rule> {
    vec![
        Rule::new("a claim keeps the name of its filler", |trial| {
            let (filler, at) = ("0123456789abcdef".repeat(2), trial.place(1));
            let claimed =
                answer(trial.tier().claim(&at, Bid { filler: &filler, until: in_time() }));
            same("it", &claimed.map(|claim| claim.filler), &Ok(filler))
        }),
        Rule::new("a claim that comes too late registers nothing", late),
        Rule::new("two fillers of one entry both commit", both),
        Rule::new("a filler commits once", once),
        Rule::new("a fill whose value is over ends, and stores nothing", |trial| {
            let at = trial.place(1);
            let claim = trial.claim(&at)?;
            let committed = trial.commit(&at, &claim, &trial.ended("one"), Company::Beside)?;
            same("its commit", &committed, &Committed::Stored)?;
            trial.lacks("what it stored", &at)?;
            let again = trial.commit(&at, &claim, &trial.value("two"), Company::Beside)?;
            same("another commit of it", &again, &Committed::Lost)
        }),
        Rule::new("a filler that was never registered commits nothing", |trial| {
            let at = trial.place(1);
            let known = trial.claim(&at)?;
            let unknown = Claim { filler: "0".repeat(32), ..known };
            let committed = trial.commit(&at, &unknown, &trial.value("one"), Company::Beside)?;
            same("its commit", &committed, &Committed::Lost)?;
            trial.lacks("what it stored", &at)
        }),
        Rule::new("an abort takes its filler back and no other", aborted),
        Rule::new("an abort says whether its fill was still wanted", wanted),
        Rule::new("a filler is taken back without an answer to its claim", unanswered),
    ]
}

fn late(trial: &Trial<'_>) -> Verdict {
    let at = trial.place(1);
    let known = trial.claim(&at)?;
    let filler = "0123456789abcdef0123456789abcdef";
    let claimed = answer(trial.tier().claim(&at, Bid { filler, until: clock::now() }));
    same("a claim that nobody waits for", &claimed.map(drop), &Err(Fault::timeout()))?;
    let late = Claim { filler: filler.to_owned(), ..known.clone() };
    let committed = trial.commit(&at, &late, &trial.value("one"), Company::Beside)?;
    same("a commit of its filler", &committed, &Committed::Lost)?;
    let committed = trial.commit(&at, &known, &trial.value("two"), Company::Beside)?;
    same("a commit of another", &committed, &Committed::Stored)
}

fn both(trial: &Trial<'_>) -> Verdict {
    let at = trial.place(1);
    let (first, second) = (trial.claim(&at)?, trial.claim(&at)?);
    let other = trial.claim(&newer(&at))?;
    for (claim, text) in [(&second, "two"), (&first, "one")] {
        let value = trial.value(text);
        let committed = trial.commit(&at, claim, &value, Company::Beside)?;
        same("a commit", &committed, &Committed::Stored)?;
        trial.holds("what it stored", &at, &value)?;
    }
    let committed = trial.commit(&newer(&at), &other, &trial.value("other"), Company::Beside)?;
    same("a commit of another version", &committed, &Committed::Stored)
}

fn once(trial: &Trial<'_>) -> Verdict {
    let (at, one) = (trial.place(1), trial.value("one"));
    let claim = trial.claim(&at)?;
    let first = trial.commit(&at, &claim, &one, Company::Beside)?;
    same("its first commit", &first, &Committed::Stored)?;
    let second = trial.commit(&at, &claim, &trial.value("two"), Company::Beside)?;
    same("its second commit", &second, &Committed::Lost)?;
    trial.holds("what the first stored", &at, &one)
}

fn aborted(trial: &Trial<'_>) -> Verdict {
    let (at, one) = (trial.place(1), trial.value("one"));
    trial.store(&at, &one)?;
    let (first, second) = (trial.claim(&at)?, trial.claim(&at)?);
    same("an abort", &trial.abort(&at, &first)?, &true)?;
    let committed = trial.commit(&at, &first, &trial.value("two"), Company::Beside)?;
    same("a commit of what was taken back", &committed, &Committed::Lost)?;
    trial.holds("the value beside it", &at, &one)?;
    let committed = trial.commit(&at, &second, &trial.value("three"), Company::Beside)?;
    same("a commit of the other", &committed, &Committed::Stored)
}

fn wanted(trial: &Trial<'_>) -> Verdict {
    let at = trial.place(1);
    let claim = trial.claim(&at)?;
    same("the first abort", &trial.abort(&at, &claim)?, &true)?;
    same("a second abort", &trial.abort(&at, &claim)?, &false)?;
    let claim = trial.claim(&at)?;
    trial.invalidate(&at)?;
    same("an abort after an invalidation", &trial.abort(&at, &claim)?, &false)?;
    let claim = trial.claim(&at)?;
    trial.bump(std::slice::from_ref(&at.generation))?;
    same("an abort after a bump", &trial.abort(&at, &claim)?, &false)
}

/// Whoever was not answered knows the filler's name, and nothing of the generations.
fn unanswered(trial: &Trial<'_>) -> Verdict {
    let at = trial.place(1);
    let claim = trial.claim(&at)?;
    let known = Claim { filler: claim.filler.clone(), generation: String::new(), now: 0 };
    trial.abort(&at, &known)?;
    let committed = trial.commit(&at, &claim, &trial.value("one"), Company::Beside)?;
    same("a commit of what was taken back", &committed, &Committed::Lost)
}
