//! Tells once: of what many callers meet at the same time, one tells.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::sync::plain;

/// Told when it begins, and again only after it has ended.
#[derive(Debug, Default)]
pub(crate) struct Alarm(AtomicBool);

impl Alarm {
    pub(crate) const fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    /// Whether this is the first since it ended, and is to be told.
    pub(crate) fn begins(&self) -> bool {
        // Relaxed: what is told is in the event, and nothing is read because of the flag.
        !self.0.swap(true, Ordering::Relaxed)
    }

    pub(crate) fn ends(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// Told at most once in a length of time: whoever can cause it must not be able to flood whoever is
/// paged.
#[derive(Debug, Default)]
pub(crate) struct Paced(Mutex<Option<Instant>>);

impl Paced {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Whether it is to be told at `now`.
    pub(crate) fn is_due(&self, now: Instant, every: Duration) -> bool {
        let mut told = plain(&self.0);
        let due = told.is_none_or(|at| now.saturating_duration_since(at) >= every);
        if due {
            *told = Some(now);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::clock;

    #[test]
    fn an_alarm_is_told_once_until_it_ends() {
        let alarm = Alarm::new();
        assert!(alarm.begins());
        assert!(!alarm.begins());
        alarm.ends();
        assert!(alarm.begins());
    }

    #[test]
    fn what_is_paced_is_told_again_when_its_time_is_over() {
        let (paced, start, every) = (Paced::new(), clock::now(), Duration::from_secs(60));
        assert!(paced.is_due(start, every));
        assert!(!paced.is_due(start + every / 2, every));
        assert!(paced.is_due(start + every, every));
    }
}
