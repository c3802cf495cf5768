//! A server whose clock is not where this process takes it to be.

use std::time::{Duration, SystemTime};

use cachekit::{Source, cached};
use cachekit_tests::{Chaos, Failure, Slot, World};

/// Tells whoever connects a time that lies behind the server's, as if its clock were stepped
/// forward afterwards.
fn tell_the_past(chaos: &Chaos, behind: Duration) {
    let since = SystemTime::UNIX_EPOCH.elapsed().expect("after the epoch");
    let seconds = (since.as_secs() - behind.as_secs()).to_string();
    chaos.answer("TIME", &format!("*2\r\n${}\r\n{seconds}\r\n$1\r\n0", seconds.len()));
}

/// H16: a step of the server's clock does not make a claim late that is in time.
#[test]
fn a_call_after_the_servers_clock_was_stepped_forward_is_stored() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn stepped(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::bare();
    tell_the_past(&world.chaos, Duration::from_secs(3_600));
    RUNTIME.set(world.runtime(|builder| builder));
    world.chaos.restore();
    let first = stepped::detailed(1).expect("the server is there");
    assert_eq!((first.value, first.source), (1, Source::Computed));
    let second = stepped::detailed(1).expect("the server is there");
    assert_eq!(second.source, Source::L2);
    // The second claim of all is in time at once: the first has told what the time is.
    let before = world.chaos.count("claim");
    assert_eq!(stepped(2).expect("the server is there"), 2);
    assert_eq!(world.chaos.count("claim"), before + 1);
}
