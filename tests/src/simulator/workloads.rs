//! For each guard the mix in which it matters: what is needed for an order that it keeps.

use cachekit::testing::{Guard, without};

use super::draw::{Befall, Mix};
use super::plan::{Moods, Plan};
use super::run::run;
use crate::checker::What;

const NOTHING: Moods =
    Moods { slow: 0, pause: 1, fails: 0, panics: 0, stuck: 0, large: 0, unfit: 0 };

/// Bodies that take their time.
const SLOW: Moods = Moods { slow: 2, pause: 20_000, ..NOTHING };

/// Calls and changes of one key that meet, from two nodes, while nothing befalls.
const MEET: Mix = Mix {
    kinds: &["strict"],
    nodes: (2, 2),
    keys: 1,
    callers: 6,
    changes: &[What::Invalidate, What::Prime],
    updates: 0,
    pairs: 4,
    pulls: 0,
    pause: 3_000,
    slowest: &[4_000],
    befalls: (&[], 0),
    lasts: 1,
    moods: SLOW,
};

/// The same, with bodies that are done at once, so that most of a call is its commit.
const COMMITS: Mix = Mix { changes: &[What::Invalidate], moods: NOTHING, ..MEET };

/// The same where every entry of a tenant or of the function goes at once.
const GENERATIONS: Mix = Mix { changes: &[What::Tenant, What::All], ..MEET };

/// The same where no value can be stored.
const LARGE: Mix = Mix { moods: Moods { large: 1, ..NOTHING }, ..COMMITS };

/// The same where every other value does not serialise.
const UNFIT: Mix = Mix { moods: Moods { unfit: 2, ..SLOW }, ..COMMITS };

/// One process that has nothing but its L1.
const HERE: Mix = Mix { kinds: &["local", "local-encoded"], nodes: (1, 1), ..MEET };

/// Two processes with an L1 each.
const L1S: Mix = Mix { kinds: &["degraded", "degraded-encoded"], ..MEET };

/// A process whose tier comes and goes while its bodies run.
const OUTAGES: Mix = Mix {
    kinds: &["degraded", "degraded-encoded", "degraded-bare"],
    nodes: (1, 1),
    changes: &[What::Invalidate, What::Prime, What::Refresh],
    befalls: (&[Befall::Away], 12),
    lasts: 60_000,
    pause: 40_000,
    moods: Moods { slow: 2, pause: 300_000, ..NOTHING },
    ..MEET
};

/// Connections that are cut while much is under way, and callers that give up.
const CUTS: Mix = Mix {
    changes: &[What::Invalidate, What::Prime],
    befalls: (&[Befall::Cut, Befall::Cut, Befall::Hang], 12),
    lasts: 400_000,
    slowest: &[20_000, 100_000],
    pairs: 2,
    pulls: 3,
    pause: 20_000,
    ..MEET
};

/// A network that is slower than anybody waits.
const LATE: Mix = Mix { slowest: &[1_500_000], pulls: 0, pause: 400_000, ..CUTS };

/// Values that are returned although nobody confirmed that they are stored.
const RETURNED: Mix = Mix {
    kinds: &["strict-returning"],
    callers: 16,
    befalls: (&[Befall::Cut], 24),
    slowest: &[60_000],
    pause: 30_000,
    ..COMMITS
};

/// The mix in which a guard matters.
fn made_for(guard: Guard) -> Mix {
    match guard {
        Guard::ReadMark | Guard::LostRestarts | Guard::FillerCheck => MEET,
        Guard::CommitMark => COMMITS,
        Guard::AbortMark => LARGE,
        Guard::AbortVerdict => Mix { moods: Moods { large: 2, ..SLOW }, ..COMMITS },
        Guard::ErrorVerdict => UNFIT,
        Guard::ReadGeneration | Guard::CommitGeneration => GENERATIONS,
        Guard::AbortGeneration => Mix { moods: Moods { large: 2, ..SLOW }, ..GENERATIONS },
        Guard::Detach | Guard::Insertion => HERE,
        Guard::LostUnkept => L1S,
        Guard::RefreshEnds => Mix { changes: &[What::Refresh], ..L1S },
        Guard::RefreshInvalidates => {
            Mix { changes: &[What::Refresh], moods: Moods { large: 2, ..SLOW }, ..MEET }
        }
        Guard::Unconfirmed => RETURNED,
        Guard::Brought => Mix { moods: Moods { stuck: 4, ..SLOW }, pause: 100_000, ..HERE },
        Guard::OutageOver | Guard::OneOutage | Guard::OutageAlone | Guard::DebtBlocks => OUTAGES,
        Guard::SoleCommit => Mix { changes: &[What::Refresh], ..MEET },
        Guard::ReplaceFence => Mix { changes: &[What::Prime], ..MEET },
        Guard::SwapFence | Guard::SwapCompare => Mix { updates: 2, ..MEET },
        Guard::DroppedOwes
        | Guard::DebtNumber
        | Guard::Outlasts
        | Guard::TakeBack
        | Guard::TakeBackDate => CUTS,
        Guard::ClaimDate | Guard::ReplaceDate => LATE,
        _ => Mix::EVERYTHING,
    }
}

/// The first of so many seeds at which a rule is broken while a guard is off, and none while it
/// stands.
pub fn shown(guard: Guard, count: u64) -> Option<u64> {
    let mix = made_for(guard);
    let breaks = |seed: &u64| run(&Plan::from(&mix, *seed), false).violations > 0;
    (0..count).find(|seed| without(guard, || breaks(seed)) && !breaks(seed))
}
