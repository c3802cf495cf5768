//! Two builds of one function: a change by one of them leaves nothing of the other's value.

use std::sync::atomic::{AtomicUsize, Ordering};

use cachekit::cached;
use cachekit_tests::{Directory, Failure, Slot, World};

/// One row, as two builds of a service read it, and how each of them changes it.
macro_rules! builds {
    ($module:ident, $name:literal) => {
        mod $module {
            use super::{AtomicUsize, Failure, Ordering, Slot, cached};

            // A runtime refuses two functions of one name: each build has its own.
            pub(super) static OLDER: Slot = Slot::new();
            pub(super) static NEWER: Slot = Slot::new();
            pub(super) static ROW: AtomicUsize = AtomicUsize::new(1);

            #[cached(mode = "strict", ttl = 60, name = $name, version = 1, runtime = OLDER)]
            pub(super) fn older(n: u32) -> Result<usize, Failure> {
                let _ = n;
                Ok(ROW.load(Ordering::SeqCst))
            }

            #[cached(mode = "strict", ttl = 60, name = $name, version = 2, runtime = NEWER)]
            pub(super) fn newer(n: u32) -> Result<usize, Failure> {
                let _ = n;
                Ok(ROW.load(Ordering::SeqCst))
            }

            /// Reads through both builds, so that each has stored its value.
            pub(super) fn both(n: u32) -> (usize, usize) {
                (older(n).expect("the tier is there"), newer(n).expect("the tier is there"))
            }

            /// After a refresh by one build, and an update, the other sees what it put.
            pub(super) fn changes_hold_for_both() {
                assert_eq!(both(1), (1, 1));
                ROW.store(2, Ordering::SeqCst);
                assert_eq!(newer::refresh(1).expect("the tier is there"), 2);
                assert_eq!(both(1), (2, 2), "a refresh");
                ROW.store(3, Ordering::SeqCst);
                assert_eq!(older::update(1, |row| *row = 3).expect("the tier is there"), Some(3));
                assert_eq!(both(1), (3, 3), "an update");
                ROW.store(4, Ordering::SeqCst);
                older::prime(1, 4).expect("the tier is there");
                assert_eq!(both(1), (4, 4), "a prime");
                ROW.store(5, Ordering::SeqCst);
                newer::invalidate(1).expect("the tier is there");
                assert_eq!(both(1), (5, 5), "an invalidation");
            }
        }
    };
}

builds!(server, "versions.server");
builds!(directory, "versions.directory");
builds!(memory, "versions.memory");

/// I6, J12: on a server, in a directory and in memory.
#[test]
fn a_change_by_one_build_holds_for_the_other() {
    let world = World::new(&server::OLDER);
    server::NEWER.set(world.runtime(|builder| builder));
    server::changes_hold_for_both();
    let shared = Directory::with(&directory::OLDER, |builder| builder);
    directory::NEWER.set(shared.runtime(|builder| builder));
    directory::changes_hold_for_both();
    let tier = cachekit::testing::Memory::new();
    for slot in [&memory::OLDER, &memory::NEWER] {
        let built = cachekit::Runtime::builder().backend(tier.clone()).build();
        slot.set(built.expect("memory is there"));
    }
    memory::changes_hold_for_both();
}
