//! A breaker of writes alone, so that a full disk is read all the same.

use std::sync::Mutex;

use crate::l2::Fault;
use crate::l2::breaker::{Breaker, Permit, Thresholds, Verdict};
use crate::sync::plain;
use crate::time::clock;

/// Whether the disk takes writes.
#[derive(Debug)]
pub(super) struct Writes(Mutex<State>);

#[derive(Debug)]
struct State {
    breaker: Breaker,
    /// Why writes do not pass, while they do not.
    why: Option<Fault>,
    thresholds: Thresholds,
}

impl Writes {
    pub(super) fn new(thresholds: Thresholds) -> Self {
        let breaker = Breaker::new(thresholds);
        Self(Mutex::new(State { breaker, why: None, thresholds }))
    }

    /// Makes a name, unless the disk is known to take no writes.
    ///
    /// That a name could be made says nothing of whether there is room for bytes.
    pub(super) fn begin<T>(&self, name: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
        let permit = self.admit()?;
        let result = name();
        let verdict = result.as_ref().err().map_or(Verdict::GivenUp, verdict);
        self.settle(permit, verdict, result.as_ref().err());
        result
    }

    /// Writes bytes, unless the disk is known to take none.
    pub(super) fn write<T>(&self, bytes: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
        let permit = self.admit()?;
        let result = bytes();
        let verdict = result.as_ref().err().map_or(Verdict::Answered, verdict);
        self.settle(permit, verdict, result.as_ref().err());
        result
    }

    fn admit(&self) -> Result<Permit, Fault> {
        let mut state = plain(&self.0);
        let permit = state.breaker.admit(clock::now());
        permit.ok_or_else(|| {
            state.why.clone().unwrap_or(Fault::read_only("the disk takes no writes"))
        })
    }

    fn settle(&self, permit: Permit, verdict: Verdict, fault: Option<&Fault>) {
        let mut state = plain(&self.0);
        if verdict == Verdict::Failed {
            state.why = fault.cloned();
        }
        // Whether it opened is read where it matters.
        let _edge = state.breaker.settle(permit, verdict, clock::now());
    }

    /// A probe was refused for want of room: no more writes are tried until one passes.
    pub(super) fn stop(&self, why: &Fault) {
        let failures = plain(&self.0).thresholds.failures;
        for _ in 0..failures {
            let Ok(permit) = self.admit() else { return };
            self.settle(permit, Verdict::Failed, Some(why));
        }
    }

    /// A probe passed.
    pub(super) fn resume(&self) {
        let mut state = plain(&self.0);
        state.breaker.close();
        state.why = None;
    }

    /// Why the disk takes no writes, once enough of them have failed.
    pub(super) fn refused(&self) -> Option<Fault> {
        let state = plain(&self.0);
        if state.breaker.read().state == "closed" { None } else { state.why.clone() }
    }
}

/// Another kind of fault than a full disk says nothing of whether there is room.
fn verdict(fault: &Fault) -> Verdict {
    if fault.is_read_only() { Verdict::Failed } else { Verdict::GivenUp }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// L34: a full disk is asked three times, then no more, until a probe finds room.
    #[test]
    fn writes_stop_after_failures_in_a_row_and_resume_with_a_probe() {
        let writes = Writes::new(Thresholds::DISK);
        let full = || Err::<(), _>(Fault::read_only("full"));
        for _ in 0..Thresholds::DISK.failures {
            assert_eq!(writes.refused(), None);
            assert!(writes.begin(|| Ok(())).is_ok(), "a name can be made");
            assert!(writes.write(full).is_err());
        }
        assert_eq!(writes.refused(), Some(Fault::read_only("full")));
        let mut tried = false;
        let refused = writes.write(|| {
            tried = true;
            Ok(())
        });
        assert_eq!((refused, tried), (Err(Fault::read_only("full")), false));
        writes.resume();
        assert_eq!(writes.begin(|| Ok(7)), Ok(7));
        assert_eq!(writes.refused(), None);
    }

    #[test]
    fn other_faults_say_nothing_of_room() {
        let writes = Writes::new(Thresholds::DISK);
        for _ in 0..10 {
            assert!(writes.begin(|| Err::<(), _>(Fault::unreachable("gone"))).is_err());
        }
        assert_eq!(writes.refused(), None);
    }
}
