//! Tells of faults once a kind and place, however many callers meet them; bounded.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::l2::Fault;
use crate::observe::event::{Event, EventKind, Sink};
use crate::sync::plain;
use crate::time::clock::{self, Clock};

/// How long a fault that was told is only counted.
const WINDOW: Duration = Duration::from_secs(60);

/// Faults that are told apart. What comes beside them is counted as one further place, so that a
/// disk that fails everywhere tells few lines and takes little memory.
const PLACES: usize = 128;

/// What was told lately.
#[derive(Debug)]
pub(super) struct Told {
    places: Mutex<HashMap<(String, u64), Place>>,
    sink: Sink,
    clock: Clock,
}

#[derive(Debug)]
struct Place {
    since: Instant,
    more: u64,
}

impl Told {
    pub(super) fn new(sink: Sink, clock: Clock) -> Self {
        Self { places: Mutex::default(), sink, clock }
    }

    /// A fault happened at a place, which is known by a number alone.
    pub(super) fn tell(&self, fault: &Fault, place: u64) {
        let Some(before) = self.count(fault, place, clock::now()) else { return };
        let detail = match before {
            0 => fault.to_string(),
            more => format!("{fault}; {more} more like it in the last window"),
        };
        let event = Event::new(EventKind::DiskFault, super::NAME, self.clock.wall());
        self.sink.raise(&event.saying(detail));
    }

    /// How many were only counted since the last that was told, if this one is to be told.
    fn count(&self, fault: &Fault, place: u64, now: Instant) -> Option<u64> {
        let mut places = plain(&self.places);
        let kind = fault.to_string();
        let mut key = (kind, place);
        if places.len() >= PLACES && !places.contains_key(&key) {
            places.retain(|_, place| now.saturating_duration_since(place.since) < WINDOW);
            if places.len() >= PLACES {
                key = (String::from("others"), 0);
            }
        }
        let Some(known) = places.get_mut(&key) else {
            places.insert(key, Place { since: now, more: 0 });
            return Some(0);
        };
        if now.saturating_duration_since(known.since) < WINDOW {
            known.more += 1;
            return None;
        }
        let more = std::mem::take(&mut known.more);
        known.since = now;
        Some(more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told() -> Told {
        Told::new(Sink::default(), Clock::System)
    }

    /// L25: one line a kind and place and window, with the number of the others.
    #[test]
    fn a_fault_is_told_once_a_window_and_the_rest_are_counted() {
        let (told, start) = (told(), clock::now());
        let fault = Fault::unreachable("input/output error");
        assert_eq!(told.count(&fault, 1, start), Some(0));
        for _ in 0..99 {
            assert_eq!(told.count(&fault, 1, start), None);
        }
        assert_eq!(told.count(&fault, 2, start), Some(0), "another place");
        assert_eq!(told.count(&Fault::unreachable("gone"), 1, start), Some(0), "another kind");
        assert_eq!(told.count(&fault, 1, start + WINDOW), Some(99));
    }

    /// L32: a disk that fails everywhere fills no memory.
    #[test]
    fn a_fault_at_every_place_is_told_a_bounded_number_of_times() {
        let (told, start) = (told(), clock::now());
        let fault = Fault::unreachable("input/output error");
        let lines = (0..10_000).filter(|place| told.count(&fault, *place, start).is_some()).count();
        assert_eq!(lines, PLACES + 1);
        assert_eq!(plain(&told.places).len(), PLACES + 1);
    }
}
