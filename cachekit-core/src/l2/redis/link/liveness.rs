//! Finds a connection that does not answer: by operations that went unanswered, and by its age.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::sync::plain;
use crate::time::clock;

use super::{Link, Live};

/// Operations in a row that go unanswered before the connection is replaced. One is an accident of
/// the server, two may be.
const UNANSWERED: u32 = 3;

/// How long a connection is used, give or take a fifth: long enough to cost nothing, short enough
/// that a changed address is followed within minutes.
const AGE: Duration = Duration::from_secs(10 * 60);

/// One connection's pulse.
pub(super) struct Pulse {
    op_timeout: Duration,
    renew_at: Instant,
    renewing: AtomicBool,
    silence: Mutex<Silence>,
}

#[derive(Default)]
struct Silence {
    unanswered: u32,
    /// When the last unanswered operation was given up.
    until: Option<Instant>,
}

impl Pulse {
    pub(super) fn new(opened: Instant, op_timeout: Duration) -> Self {
        // The spread keeps the processes of a fleet from reconnecting in step.
        let spread = f64::from(opened.elapsed().subsec_nanos() % 256) / 255.0;
        Self {
            op_timeout,
            renew_at: opened + AGE.mul_f64(0.8 + 0.4 * spread),
            renewing: AtomicBool::new(false),
            silence: Mutex::default(),
        }
    }

    /// Whether it is time for another connection; says so once.
    pub(super) fn is_old(&self) -> bool {
        clock::now() >= self.renew_at && !self.renewing.swap(true, Ordering::Relaxed)
    }

    /// The other connection could not be opened; it will be time again at the next look.
    pub(super) fn stays(&self) {
        self.renewing.store(false, Ordering::Relaxed);
    }

    fn beat(&self) {
        *plain(&self.silence) = Silence::default();
    }

    /// An operation went unanswered; whether the connection has been silent for too long.
    fn missed(&self, sent: Instant) -> bool {
        let mut silence = plain(&self.silence);
        // Two that were out together and both unanswered say as much as three in a row.
        let together = silence.until.is_some_and(|until| sent < until);
        silence.unanswered += 1;
        silence.until = Some(clock::now());
        together || silence.unanswered >= UNANSWERED
    }
}

/// An operation under way. Dropped unanswered, it counts against its connection, if it waited for
/// as long as an operation may: who gives up sooner says nothing of the server.
pub(super) struct Sent {
    link: Arc<Link>,
    id: u64,
    pulse: Arc<Pulse>,
    at: Instant,
    answered: bool,
}

impl Sent {
    pub(super) fn new(link: &Arc<Link>, live: &Live) -> Self {
        Self {
            link: Arc::clone(link),
            id: live.id,
            pulse: Arc::clone(&live.pulse),
            at: clock::now(),
            answered: false,
        }
    }

    /// The connection answered, or failed in a way that says more than silence.
    pub(super) fn answered(mut self) {
        self.answered = true;
        self.pulse.beat();
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        let waited = clock::now().saturating_duration_since(self.at);
        // An operation's share of its call's budget may be a little less than the whole.
        let patient = waited >= self.pulse.op_timeout.mul_f64(0.9);
        if !self.answered && patient && self.pulse.missed(self.at) {
            self.link.discard(self.id);
        }
    }
}
