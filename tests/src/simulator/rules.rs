//! Rules beside the one of rows: what an answer may say of itself, and what is left when all is quiet.

use std::time::Duration;

use cachekit::{Answer, Error, Mode, Source};

use super::actors::{Answered, Theatre};
use super::leash::Fate;
use super::plan::Befalls;
use super::run::Left;
use super::stage::Stage;
use super::subject::{NEVER, Row};

/// How long an entry lives.
pub(super) const TTL: Duration = Duration::from_secs(5);

/// The most bodies of one key that run at a time behind one flight that came loose (G13).
const MOST: u64 = 8;

/// How long after its body's end a value may still be on its way to who waits for it.
const UNDER_WAY: Duration = Duration::from_secs(1);

/// Whether something in a run explains a refusal: L2 is away, the leader outlasts all patience, or the
/// value does not serialise.
pub(super) fn is_explained(error: &Error) -> bool {
    error.is_unavailable() || error.is_timeout() || error.is_serialize() || error.is_too_large()
}

/// Holds an operation to how it may end.
pub(super) fn fated<T>(stage: &Stage, fate: &Fate<T>) {
    if matches!(fate, Fate::Panicked(false)) {
        stage.record.odd("N5: the cache panicked");
    }
}

/// Holds an answer to what its mode says of it.
pub(super) fn answered(
    theatre: &Theatre,
    node: usize,
    key: u64,
    began: Duration,
    answered: &Answered,
) {
    let record = &theatre.stage.record;
    let Answered::Told(told) = answered else { return };
    kept(theatre, node, key, told);
    let is_stored = matches!(told.source, Source::L1 | Source::L2 | Source::Fallback);
    let end = Duration::from_micros(told.value.born) + TTL;
    if is_stored && end < began && keeps_time(theatre, node) {
        record.odd("F: an entry was served after its end");
    }
    let brought = Duration::from_micros(told.value.ended) + UNDER_WAY;
    if told.source == Source::Coalesced && brought < began && keeps_time(theatre, node) {
        record.odd("G13: a caller was served what had ended before it came");
    }
    let may = match theatre.plan.kind.mode {
        Mode::Strict => !matches!(told.source, Source::L1 | Source::Fallback),
        Mode::Degraded => told.degraded || told.source != Source::Fallback,
        Mode::Local => !told.degraded && !matches!(told.source, Source::L2 | Source::Fallback),
    };
    if !may {
        let told = (told.source, told.degraded);
        record.odd(&format!("B: a {} answer is {told:?}", theatre.plan.kind.mode));
    }
    if theatre.plan.is_quiet() && told.degraded {
        record.odd("B: an answer is marked although nothing happened");
    }
}

/// Holds an entry of this process to what may be kept there.
fn kept(theatre: &Theatre, node: usize, key: u64, told: &Answer<Row>) {
    let (stage, row) = (&theatre.stage, &told.value);
    let is_own = matches!(told.source, Source::L1 | Source::Fallback);
    if !is_own || theatre.plan.kind.is_local() || row.ended == NEVER {
        return;
    }
    let is_l1 = told.source == Source::L1;
    if is_l1 && row.number < stage.promised_before(key, row.ended) {
        stage.record.odd("H3: L1 keeps what an invalidation overtook before its body ended");
    }
    if row.node == node && stage.was_away(node, row.born) {
        stage.record.odd("B31: a node keeps what was made in an outage that is over");
    }
}

/// Whether no clock that ends an entry was stopped or stepped.
fn keeps_time(theatre: &Theatre, node: usize) -> bool {
    theatre.plan.befalls.iter().all(|(_, befalls)| match befalls {
        Befalls::Suspend(other, _) => *other != node,
        Befalls::StepServer(..) => false,
        _ => true,
    })
}

/// Holds what is left of a run to what must be, once all is quiet.
pub(super) fn left(theatre: &Theatre, left: &Left) {
    let record = &theatre.stage.record;
    for (node, one) in left.nodes.iter().enumerate() {
        let Some(one) = one else { continue };
        if one.flights > 0 {
            record.odd(&format!("G7: {} flights are left on a node", one.flights));
        }
        if one.owed > 0 {
            record.odd("H14: a debt is left on a node whose server is there");
        }
        if !one.is_up && !theatre.plan.kind.is_local() {
            record.odd("B: a node did not find its server again");
        }
        let stats = &one.stats;
        let adds_up = stats.calls == stats.hits + stats.misses + stats.errors
            && stats.hits == stats.l1 + stats.l2 + stats.fallback
            && stats.misses == stats.computed + stats.coalesced;
        if !adds_up {
            record.odd(&format!("C11: counters do not add up: {stats:?}"));
        }
        let calls = theatre.stage.calls(node);
        if stats.calls < calls {
            let counted = stats.calls;
            record.odd(&format!("C11: {calls} calls were answered, and {counted} were counted"));
        }
    }
    let killed = theatre.plan.befalls.iter().any(|(_, what)| matches!(what, Befalls::Kill(_)));
    if left.fillers > 0 && !killed {
        record.odd("G14: a filler is left in the server");
    }
    let changes = theatre.plan.changes();
    if changes == 0 && theatre.stage.most_running() > MOST {
        record.odd("G13: more than eight bodies of one key ran at a time");
    }
}
