//! Rules about what lies there: it is read as it was stored, and removed only as it was seen.

use crate::l2::{Committed, Read, Rejected, Seen};

use super::Rule;
use super::trial::{Company, Trial, Verdict, newer, same};

pub(super) fn rules() -> Vec<Rule> {
    vec![
        Rule::new("what was never stored is absent", |trial| {
            trial.lacks("a read of nothing", &trial.place(1))
        }),
        Rule::new("a value is read byte for byte", read_back),
        Rule::new("versions lie beside each other", versions),
        Rule::new("the tier's time is within what it says, and begins a value's life", time),
        Rule::new("a value of no more than it may have is read", |trial| {
            let (at, value) = (trial.place(1), trial.value("one"));
            trial.store(&at, &value)?;
            trial.holds("a value of just so many bytes", &at.within(value.bytes.len()), &value)
        }),
        Rule::new("a value that is too large goes, and only such a one", too_large),
        Rule::new("a rejection removes what was seen", |trial| {
            let (at, value) = (trial.place(1), trial.value("one"));
            trial.store(&at, &value)?;
            let rejected = trial.reject(&at, Seen::Bytes(&value.bytes))?;
            same("a rejection", &rejected, &Rejected::Removed)?;
            trial.lacks("what was rejected", &at)
        }),
        Rule::new("a rejection leaves newer bytes", newer_bytes),
        Rule::new("a rejection of another type leaves an entry", |trial| {
            let (at, value) = (trial.place(1), trial.value("one"));
            trial.store(&at, &value)?;
            let rejected = trial.reject(&at, Seen::WrongType)?;
            same("a rejection", &rejected, &Rejected::Changed)?;
            trial.holds("the entry", &at, &value)
        }),
        Rule::new("a rejection leaves other versions and fillers", company),
    ]
}

fn read_back(trial: &Trial<'_>) -> Verdict {
    let at = trial.place(1);
    for text in ["", "one", "\u{fffd}\0\r\n{}%s'\"", &"long".repeat(10_000)] {
        let value = trial.value(text);
        trial.store(&at, &value)?;
        trial.holds("a value", &at, &value)?;
    }
    Ok(())
}

fn versions(trial: &Trial<'_>) -> Verdict {
    let (older, (one, two)) = (trial.place(1), (trial.value("one"), trial.value("two")));
    let newer = newer(&older);
    trial.store(&older, &one)?;
    trial.lacks("another version of it", &newer)?;
    trial.store(&newer, &two)?;
    trial.holds("the older version", &older, &one)?;
    trial.holds("the newer version", &newer, &two)
}

fn time(trial: &Trial<'_>) -> Verdict {
    let before = trial.tier().time();
    let claim = trial.claim(&trial.place(1))?;
    let after = trial.tier().time();
    if before.earliest > before.latest {
        return Err(format!("{before:?} is earliest after it is latest"));
    }
    // A tier that is asked in whole milliseconds may round either way.
    let (first, last) = (before.earliest.saturating_sub(1), after.latest.saturating_add(1));
    if claim.now < first || claim.now > last {
        return Err(format!("a claim between {before:?} and {after:?} begins at {}", claim.now));
    }
    Ok(())
}

/// A tier may transfer what is too large and leave it to its reader; one that does not removes it.
fn too_large(trial: &Trial<'_>) -> Verdict {
    let (at, value) = (trial.place(1), trial.value("one"));
    trial.store(&at, &value)?;
    let tight = at.clone().within(value.bytes.len() - 1);
    match trial.read(&tight)? {
        Read::TooLarge => {
            let roomy = at.clone().within(value.bytes.len());
            same("a value that is not too large, shed", &trial.shed(&roomy)?, &Rejected::Changed)?;
            trial.holds("a value that is not too large", &at, &value)?;
            same("what was too large, shed", &trial.shed(&tight)?, &Rejected::Removed)?;
            trial.lacks("what was too large", &at)
        }
        _ => trial.holds("a value that is too large", &tight, &value),
    }
}

fn newer_bytes(trial: &Trial<'_>) -> Verdict {
    let (at, one, two) = (trial.place(1), trial.value("one"), trial.value("two"));
    let nothing = trial.reject(&at, Seen::Bytes(&one.bytes))?;
    same("a rejection of nothing", &nothing, &Rejected::Changed)?;
    trial.store(&at, &two)?;
    let rejected = trial.reject(&at, Seen::Bytes(&one.bytes))?;
    same("a rejection of older bytes", &rejected, &Rejected::Changed)?;
    let part = trial.reject(&at, Seen::Bytes(&two.bytes[..two.bytes.len() - 1]))?;
    same("a rejection of a part of the bytes", &part, &Rejected::Changed)?;
    trial.holds("the newer bytes", &at, &two)
}

fn company(trial: &Trial<'_>) -> Verdict {
    let (older, (one, two)) = (trial.place(1), (trial.value("one"), trial.value("two")));
    let newer = newer(&older);
    trial.store(&older, &one)?;
    trial.store(&newer, &two)?;
    let claim = trial.claim(&older)?;
    same("a rejection", &trial.reject(&older, Seen::Bytes(&one.bytes))?, &Rejected::Removed)?;
    trial.holds("the other version", &newer, &two)?;
    let committed = trial.commit(&older, &claim, &one, Company::Beside)?;
    same("a fill from before a rejection", &committed, &Committed::Stored)
}
