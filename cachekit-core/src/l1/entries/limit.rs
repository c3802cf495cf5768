//! The longest key that this process keeps, and the event of one that is longer.

use crate::observe::alarms::Alarm;
use crate::observe::event::{Event, EventKind, Sink};
use crate::policy::Policy;
use crate::time::clock::Clock;

/// How long the keys of one function's entries may be.
///
/// Arguments may come from strangers, and a bound on the number of entries bounds no memory if each
/// may have a key of a megabyte.
pub(crate) struct KeyLimit {
    most: usize,
    sink: Sink,
    told: Alarm,
}

impl KeyLimit {
    pub(crate) fn new(most: usize, sink: Sink) -> Self {
        Self { most, sink, told: Alarm::new() }
    }

    /// Whether a key that points at so many bytes may be kept; tells of the first that may not.
    pub(super) fn admits(
        &self,
        bytes: usize,
        function: &str,
        policy: &Policy,
        clock: &Clock,
    ) -> bool {
        if bytes <= self.most {
            return true;
        }
        if self.told.begins() {
            let event = Event::new(EventKind::KeyTooLong, "l1", clock.wall())
                .of_mode(Some(policy.mode.to_string()))
                .saying(format!(
                    "arguments of `{function}` take {bytes} bytes, and this process keeps no \
                     entry under more than max_key_bytes, which is {}",
                    self.most
                ));
            self.sink.raise(&event);
        }
        false
    }
}
