//! The two edges of a tier, there and away: what each raises, and who is told.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::l2::breaker::Reading;
use crate::l2::{Fault, Usage};
use crate::observe::event::{Event, EventKind};
use crate::sync::plain;
use crate::time::clock;

use super::Gate;

/// Whether the tier is there.
#[derive(Debug)]
pub(super) enum Line {
    /// Nobody knows yet.
    Starting,
    Up,
    Down {
        since: Instant,
        why: Fault,
    },
    /// Not any more: the runtime was shut down.
    Ended {
        since: Instant,
    },
}

/// The state of a gate, for reports.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    pub(crate) up: bool,
    pub(crate) starting: bool,
    pub(crate) why: Option<String>,
    pub(crate) away_for: Option<Duration>,
    pub(crate) breaker: Reading,
    pub(crate) owed: usize,
    /// Operations that the tier was asked for and did not serve.
    pub(crate) faults: u64,
    /// What the tier keeps, where it counts that itself.
    pub(crate) usage: Option<Usage>,
}

impl Report {
    /// Why the tier takes no writes although it is read.
    pub(crate) fn refuses(&self) -> Option<String> {
        Some(self.usage.as_ref()?.refuses.as_ref()?.to_string())
    }
}

impl Gate {
    /// The tier is gone.
    pub(crate) fn lost(self: &Arc<Self>, why: Fault) {
        let mut line = plain(&self.line);
        let kind = match &*line {
            Line::Down { .. } => {
                self.lost_again.store(true, Ordering::Release);
                return;
            }
            Line::Ended { .. } => return,
            Line::Starting => EventKind::UnavailableAtStartup,
            Line::Up => EventKind::UnavailableAtRuntime,
        };
        let edge = self.event(kind).saying(why.to_string());
        let before = std::mem::replace(&mut *line, Line::Down { since: clock::now(), why });
        self.outage.fetch_add(1, Ordering::Release);
        self.edges.come(|| Some(edge));
        drop(line);
        drop(before);
        self.edges.tell(&self.sink);
        self.known.notify_waiters();
        self.recover_in_background();
    }

    /// The tier is there.
    pub(crate) fn found(&self) {
        let mut line = plain(&self.line);
        if matches!(*line, Line::Up | Line::Ended { .. }) {
            return;
        }
        plain(&self.breaker).close();
        let before = std::mem::replace(&mut *line, Line::Up);
        let recovered = match &before {
            Line::Down { since, .. } => Some(clock::now().saturating_duration_since(*since)),
            _ => None,
        };
        if recovered.is_some() {
            self.outage.fetch_add(1, Ordering::Release);
            plain(&self.relapses).recovered(clock::now());
        }
        if let Some(away) = recovered {
            let detail = format!("away for {:.1} s", away.as_secs_f64());
            self.edges.come(|| Some(self.event(EventKind::Recovered).saying(detail)));
        }
        drop(line);
        self.edges.tell(&self.sink);
        self.known.notify_waiters();
    }

    pub(crate) fn event(&self, kind: EventKind) -> Event {
        let modes: Vec<_> = plain(&self.modes).iter().cloned().collect();
        let modes = (!modes.is_empty()).then(|| modes.join(","));
        Event::new(kind, self.backend.name(), self.clock.wall()).of_mode(modes)
    }

    /// The state, read without changing it.
    pub(crate) fn report(&self) -> Report {
        let away = |since, why: &Fault| {
            let away = clock::now().saturating_duration_since(since);
            (false, false, Some(why.to_string()), Some(away))
        };
        let (up, starting, why, away_for) = match &*plain(&self.line) {
            Line::Up => (true, false, None, None),
            Line::Starting => (false, true, None, None),
            Line::Down { since, why } => away(*since, why),
            Line::Ended { since } => away(*since, &Fault::shut_down()),
        };
        let breaker = plain(&self.breaker).read();
        let faults = self.faults.load(Ordering::Relaxed);
        let (owed, usage) = (self.ledger.len(), self.backend.usage());
        Report { up, starting, why, away_for, breaker, owed, faults, usage }
    }
}
