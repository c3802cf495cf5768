//! The server's time, as the connection learns it: from probes, and from scripts that refuse.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use ::redis::aio::MultiplexedConnection;
use ::redis::{Pipeline, Value, cmd};

use crate::l2::{Fault, TierTime};
use crate::time::clock::{self, Clock, HOST_GRACE};
use crate::time::timer;

use super::super::bounded::Ledger;
use super::super::classify;
use super::{Link, State, plain};

impl Link {
    /// Asks for the time, and deletes what never exists: a server that only reads refuses that.
    pub(super) async fn probe_on(
        self: &Arc<Self>,
        connection: &MultiplexedConnection,
        ledger: &Ledger,
    ) -> Result<(), Fault> {
        let mut commands = Pipeline::with_capacity(2);
        commands.add_command(cmd("TIME"));
        commands.add_command(cmd("UNLINK").arg(&self.probe).take());
        ledger.asks(commands.len());
        let sent = clock::unbroken();
        let mut connection = connection.clone();
        let answer = connection.send_packed_commands(&commands, 0, 2).await;
        let received = clock::unbroken();
        let mut told = None;
        for value in answer.map_err(|error| ledger.fault(&error))? {
            if let Value::Array(time) = classify::sound(value)? {
                told = micros(&time);
            }
        }
        // A connection does not count without it: dates are reckoned by it.
        self.learn(told.ok_or(Fault::protocol("TIME told no time"))?, sent, received);
        Ok(())
    }

    /// Learns the server's time, told between two readings of the clock.
    pub(in super::super) fn learn(&self, server: i128, sent: Duration, received: Duration) {
        let behind = self.offset.learn(server, sent, received);
        let apart = apart(server, Clock::System.wall());
        let said = self.doubts.begin(behind, apart);
        if let (Some(said), Some(unsound)) = (said, self.unsound.get()) {
            unsound(said);
        }
    }

    /// The server's time; renewed in the background before it is too old.
    pub(in super::super) fn time(self: &Arc<Self>) -> TierTime {
        self.renew_time();
        self.offset.now()
    }

    /// The date in the server's time, in milliseconds, that has come wherever `until` has.
    ///
    /// Waits for a connection: the first one tells the time before it counts.
    pub(in super::super) async fn date(self: &Arc<Self>, until: Instant) -> Result<u64, Fault> {
        drop(self.live().await?);
        self.renew_time();
        self.offset.earliest_at(until).ok_or(Fault::protocol("the server's time is not known"))
    }

    fn renew_time(self: &Arc<Self>) {
        // A server that is gone is asked by its supervisor alone, at its own pace.
        let gone = matches!(&*plain(&self.state), State::Gone(_));
        if !gone && self.offset.is_stale() && !self.telling_time.swap(true, Ordering::AcqRel) {
            let link = Arc::clone(self);
            self.spawner.spawn(Box::pin(async move {
                let until = clock::now() + link.op_timeout;
                // A server that does not tell is found out by whoever needs it.
                drop(timer::until(until, link.probe()).await);
                link.telling_time.store(false, Ordering::Release);
            }));
        }
    }
}

/// How far behind what may be, or from this machine's own date, a server's time is an event.
const BEHIND: Duration = Duration::from_secs(1);
const APART: Duration = HOST_GRACE;

/// What is wrong with the clocks, as was told last.
#[derive(Debug, Default)]
pub(super) struct Doubts {
    behind: AtomicBool,
    apart: AtomicBool,
}

impl Doubts {
    /// What is to be told of a reading, if that begins with it.
    fn begin(&self, behind: Duration, apart: Duration) -> Option<String> {
        let begins = |state: &AtomicBool, is: bool| !state.swap(is, Ordering::AcqRel) && is;
        let apart_begins = begins(&self.apart, apart > APART);
        if begins(&self.behind, behind > BEHIND) {
            let behind = behind.as_secs_f64();
            return Some(format!(
                "the server's clock went back or stood still, by {behind:.1} s; values end as if \
                 it had gone on"
            ));
        }
        apart_begins.then(|| {
            let apart = apart.as_secs_f64();
            format!(
                "the clocks of this host and of the server are {apart:.0} s apart; values of \
                 `encrypt` and `mac` end by whichever is ahead"
            )
        })
    }
}

/// How far a server's time, in microseconds since the Unix epoch, is from this machine's date.
fn apart(server: i128, host: SystemTime) -> Duration {
    let host = host.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_micros();
    let apart = server.abs_diff(i128::try_from(host).unwrap_or(i128::MAX));
    Duration::from_micros(u64::try_from(apart).unwrap_or(u64::MAX))
}

/// `TIME`'s answer in microseconds since the Unix epoch.
fn micros(time: &[Value]) -> Option<i128> {
    let number = |value: &Value| match value {
        Value::BulkString(digits) => str::from_utf8(digits).ok()?.parse::<i64>().ok(),
        Value::Int(number) => Some(*number),
        _ => None,
    };
    let [seconds, micros] = time else { return None };
    // Sixty-four bits hold what is ours; a sum of what is not fits twice as many.
    Some(i128::from(number(seconds)?) * 1_000_000 + i128::from(number(micros)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// J11: a server may tell any time, and none of them panics.
    #[test]
    fn a_time_that_cannot_be_is_none_or_is_reckoned_with() {
        let text = |digits: &str| Value::BulkString(digits.as_bytes().to_vec());
        assert_eq!(micros(&[text("17"), text("5")]), Some(17_000_005));
        for huge in ["9".repeat(19), "9".repeat(39), format!("-{}", "9".repeat(39))] {
            assert_eq!(micros(&[text(&huge), text("0")]), None, "{huge}");
        }
        let offset = super::super::super::offset::Offset::default();
        for extreme in [i64::MIN, i64::MAX] {
            let told = micros(&[Value::Int(extreme), Value::Int(extreme)]).expect("two numbers");
            offset.learn(told, Duration::from_secs(1), Duration::from_secs(2));
            let now = offset.now();
            assert!(now.earliest <= now.latest, "{now:?}");
            let _ = offset.earliest_at(clock::now() + Duration::from_secs(3_600));
        }
    }
}
