//! The server's time, as the last answer told it.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::l2::TierTime;
use crate::sync::plain;
use crate::time::clock;

use super::pipe::Micros;

/// What is known of the server's clock.
#[derive(Debug, Default)]
pub(super) struct Offset(Mutex<Option<(Micros, Micros)>>);

impl Offset {
    /// Learns the time that an answer told, which was asked for at `sent`.
    pub(super) fn learn(&self, server: Micros, sent: Duration) {
        let received = clock::unbroken();
        *plain(&self.0) = Some((server - micros(received), server - micros(sent)));
    }

    /// The server's time now; anything at all before it was told.
    pub(super) fn now(&self) -> TierTime {
        self.at(Duration::ZERO).unwrap_or(TierTime { earliest: 0, latest: u64::MAX })
    }

    /// The earliest that the server's time may be at a moment to come, in milliseconds.
    pub(super) fn earliest_at(&self, until: Instant) -> Option<u64> {
        let left = until.saturating_duration_since(clock::now());
        self.at(left).map(|time| time.earliest)
    }

    fn at(&self, later: Duration) -> Option<TierTime> {
        let (least, most) = (*plain(&self.0))?;
        let now = micros(clock::unbroken() + later);
        Some(TierTime { earliest: millis(now + least), latest: millis(now + most + 999) })
    }
}

fn micros(time: Duration) -> Micros {
    i128::try_from(time.as_micros()).unwrap_or(i128::MAX)
}

fn millis(micros: Micros) -> u64 {
    u64::try_from(micros / 1000).unwrap_or_default()
}
