//! Guards: what keeps events in order, each with a switch by which a simulator shows that it is needed.
//!
//! Only a build with `--cfg cachekit_sim` and the feature `testing` has the switches. Elsewhere every
//! guard holds, which the compiler knows. It is no feature, because whoever turns a feature on turns
//! it on for every crate of a build.

#[cfg(all(cachekit_sim, feature = "testing"))]
use std::cell::Cell;

/// Makes the guards and the list of them from one list.
macro_rules! guards {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What keeps events in order, in a call, a change, an outage or a tier.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[cfg_attr(
            not(all(cachekit_sim, feature = "testing")),
            expect(unreachable_pub, reason = "only a simulator tells one from another")
        )]
        #[cfg_attr(
            not(all(cachekit_sim, feature = "testing")),
            allow(dead_code, reason = "which of them are asked depends on the features")
        )]
        pub enum Guard {
            $($(#[$doc])* $name,)*
        }

        #[cfg(all(cachekit_sim, feature = "testing"))]
        impl Guard {
            /// Every guard.
            pub const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

guards! {
    // Who may take what a leader brings.
    /// Who joins after a read was sent takes nothing that it finds.
    ReadMark,
    /// Who joins after a commit was sent takes nothing that it stores.
    CommitMark,
    /// Who joins after a filler was to be taken back takes nothing of its fill.
    AbortMark,
    /// The followers of a fill that an invalidation overtook start over.
    LostRestarts,
    /// A value that an invalidation overtook is not kept in this process.
    LostUnkept,
    /// Followers take a value that is not stored only if its filler was still there.
    AbortVerdict,
    /// Followers take an error about a value only if the value was not overtaken.
    ErrorVerdict,
    /// A value whose store nobody confirmed is the leader's alone.
    Unconfirmed,
    /// What was brought beside a leader serves those alone that waited for it.
    Brought,

    // What a revocation reaches in this process.
    /// A revocation detaches the flight: nobody joins it, and its value is not kept.
    Detach,
    /// The value of a detached flight is not kept in this process.
    Insertion,
    /// A change revokes after it was confirmed, failed or given up.
    RevokeAfter,

    // What a fill and a refresh are.
    /// A life begins when the fill does.
    FillBegins,
    /// A refresh that has its value ends the older entry here.
    RefreshEnds,
    /// A refresh whose value is not stored invalidates what is.
    RefreshInvalidates,
    /// A filler that is left behind is taken back.
    TakeBack,
    /// A filler whose claim was not answered is taken back after the claim's date.
    TakeBackDate,

    // Outages.
    /// What an outage left is not read once it is over.
    OutageOver,
    /// The fallback keeps no value whose call began in another outage.
    OneOutage,
    /// A value that the tier did not accept outlives no outage.
    OutageAlone,

    // Debts.
    /// What is owed is neither read nor filled.
    DebtBlocks,
    /// A change that is given up under way is owed.
    DroppedOwes,
    /// A change waits until nothing older that is owed of the same can be obeyed after it.
    Outlasts,
    /// A confirmation ends the debts alone that began before its own change.
    DebtNumber,

    // What a tier compares.
    /// A value is read only under the generations that it was stored under.
    ReadGeneration,
    /// A commit stores only under the generations of its claim.
    CommitGeneration,
    /// A filler was still wanted only under the generations of its claim.
    AbortGeneration,
    /// A commit stores only while its filler is there.
    FillerCheck,
    /// The commit of a refresh revokes every other filler.
    SoleCommit,
    /// A replacement revokes every filler.
    ReplaceFence,
    /// A swap revokes every filler.
    SwapFence,
    /// A swap changes only the bytes that were read.
    SwapCompare,
    /// A claim does nothing after its date.
    ClaimDate,
    /// A replacement does nothing after its date.
    ReplaceDate,
}

impl Guard {
    /// Whether it stands.
    #[cfg(not(all(cachekit_sim, feature = "testing")))]
    #[inline]
    #[expect(clippy::unused_self, reason = "a simulator switches them off one by one")]
    pub(crate) const fn holds(self) -> bool {
        true
    }

    /// Whether it stands, on this thread.
    #[cfg(all(cachekit_sim, feature = "testing"))]
    pub(crate) fn holds(self) -> bool {
        OFF.get() & self.bit() == 0
    }

    #[cfg(all(cachekit_sim, feature = "testing"))]
    const fn bit(self) -> u64 {
        1 << self as u32
    }
}

#[cfg(all(cachekit_sim, feature = "testing"))]
thread_local! {
    /// The guards that are switched off.
    static OFF: Cell<u64> = const { Cell::new(0) };
}

/// Runs something on this thread while a guard is switched off. Other threads keep it.
///
/// ```
/// use cachekit::testing::{Guard, without};
///
/// for guard in Guard::ALL {
///     without(*guard, || ());
/// }
/// ```
#[cfg(all(cachekit_sim, feature = "testing"))]
pub fn without<R>(guard: Guard, then: impl FnOnce() -> R) -> R {
    let _restored = Restored(OFF.replace(OFF.get() | guard.bit()));
    then()
}

/// The guards as they were, once this is dropped.
#[cfg(all(cachekit_sim, feature = "testing"))]
struct Restored(u64);

#[cfg(all(cachekit_sim, feature = "testing"))]
impl Drop for Restored {
    fn drop(&mut self) {
        OFF.set(self.0);
    }
}

#[cfg(all(test, cachekit_sim, feature = "testing"))]
mod tests {
    use std::panic::catch_unwind;
    use std::thread;

    use super::*;

    fn off() -> Vec<Guard> {
        Guard::ALL.iter().copied().filter(|guard| !guard.holds()).collect()
    }

    #[test]
    fn a_guard_is_off_alone_and_only_meanwhile() {
        for guard in Guard::ALL {
            assert_eq!(without(*guard, off), [*guard]);
        }
        assert_eq!(off(), []);
    }

    #[test]
    fn several_guards_are_off_together() {
        without(Guard::Detach, || {
            let both = without(Guard::Insertion, off);
            assert_eq!(both, [Guard::Detach, Guard::Insertion]);
            assert_eq!(without(Guard::Detach, off), [Guard::Detach]);
            assert_eq!(off(), [Guard::Detach]);
        });
    }

    #[test]
    fn a_guard_stands_again_after_a_panic() {
        catch_unwind(|| without(Guard::Detach, || panic!("a run fails"))).unwrap_err();
        assert_eq!(off(), []);
    }

    #[test]
    fn other_threads_keep_a_guard() {
        let theirs = without(Guard::Detach, || thread::spawn(off).join().unwrap());
        assert_eq!(theirs, []);
    }
}
