//! Tells that the cache is switched off: each runtime as it is built, and functions that have none.

use crate::error::Error;
use crate::observe::alarms::Alarm;
use crate::observe::event::{Event, EventKind, NO_BACKEND, Sink};
use crate::policy::switch::{self, Switch};
use crate::runtime::registered::Spec;
use crate::time::clock::Clock;

/// Told to somebody in this process.
static TOLD: Alarm = Alarm::new();

const OFF: &str = "CACHEKIT_OFF is 1: every call runs its body, nothing is read and nothing is \
    filled; changes go out";

/// Tells the listeners of a runtime that is being built.
///
/// # Errors
///
/// Where the switch says neither on nor off.
pub(super) fn tell(sink: &Sink, clock: &Clock) -> Result<(), Error> {
    if switch::read()? == Switch::Off {
        TOLD.begins();
        sink.raise(&Event::new(EventKind::CacheOff, NO_BACKEND, clock.wall()).saying(OFF));
    }
    Ok(())
}

/// Tells on behalf of a function that needs no runtime, once a process, unless one has been told.
pub(crate) fn tell_alone(spec: &Spec) {
    let (kind, detail) = match switch::read() {
        Ok(Switch::On) => return,
        Ok(Switch::Off) => (EventKind::CacheOff, OFF.to_owned()),
        Err(why) => (EventKind::ConfigInvalid, why.reason()),
    };
    if !spec.is_remote() && spec.runtime.is_none() && TOLD.begins() {
        let event = Event::new(kind, NO_BACKEND, Clock::System.wall());
        Sink::default().raise(&event.saying(detail));
    }
}
