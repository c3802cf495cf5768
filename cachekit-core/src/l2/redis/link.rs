//! The supervisor of the connection: fails fast, replaces what does not answer, never blocks a caller.
//!
//! ```text
//!            opened                lost, or replaced
//!   Gone <---------> Mending <---------------------------- Live
//!    ^       failed     |                                   ^
//!    |                  +-------------- opened -------------+
//!    +-- told to the gate when a lost connection could not be opened again at once
//! ```

mod liveness;
mod time;

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use ::redis::aio::MultiplexedConnection;
use ::redis::{ConnectionInfo, Pipeline, Value};

use crate::l2::io::{self, Cancel, Notify};
use crate::l2::{Fault, Spawn};
use crate::sync::plain;
use crate::time::clock;
use crate::time::timer;

use super::bounded::Ledger;
use super::offset::Offset;
use super::{classify, open};
use liveness::{Pulse, Sent};
use time::Doubts;

/// How long opening a connection may take. A handshake that hangs is a reconnect that failed.
const OPEN_WITHIN: Duration = Duration::from_millis(500);

/// The supervisor of one server's connection.
pub(super) struct Link {
    info: ConnectionInfo,
    probe: String,
    op_timeout: Duration,
    /// The most bytes that a text of an answer may have.
    most: usize,
    spawner: Arc<dyn Spawn>,
    state: Mutex<State>,
    /// Tells of the end of `Mending`.
    mended: Notify,
    offset: Offset,
    telling_time: AtomicBool,
    ids: AtomicU64,
    lost: OnceLock<Arc<dyn Fn(Fault) + Send + Sync>>,
    doubts: Doubts,
    unsound: OnceLock<Arc<dyn Fn(String) + Send + Sync>>,
}

enum State {
    Gone(Fault),
    Mending,
    Live(Live),
}

/// A connection that answers, as far as anybody knows.
#[derive(Clone)]
struct Live {
    id: u64,
    connection: MultiplexedConnection,
    pulse: Arc<Pulse>,
    cancel: Cancel,
    ledger: Ledger,
}

/// Why a connection is opened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    /// Somebody asks whether the server is there; who asks is told.
    Asked,
    /// The one that was there is lost; the gate is told if this fails.
    Lost,
}

impl Link {
    pub(super) fn new(
        info: ConnectionInfo,
        probe: String,
        op_timeout: Duration,
        most: usize,
        spawner: Arc<dyn Spawn>,
    ) -> Arc<Self> {
        Arc::new(Self {
            info,
            probe,
            op_timeout,
            most,
            spawner,
            state: Mutex::new(State::Gone(Fault::down())),
            mended: Notify::new(),
            offset: Offset::default(),
            telling_time: AtomicBool::new(false),
            ids: AtomicU64::new(0),
            lost: OnceLock::new(),
            doubts: Doubts::default(),
            unsound: OnceLock::new(),
        })
    }

    pub(super) fn watch(&self, lost: Arc<dyn Fn(Fault) + Send + Sync>) {
        // A link has one gate.
        drop(self.lost.set(lost));
    }

    pub(super) fn watch_clock(&self, unsound: Arc<dyn Fn(String) + Send + Sync>) {
        drop(self.unsound.set(unsound));
    }

    /// Sends commands and waits for their answers.
    pub(super) async fn send(self: &Arc<Self>, commands: &Pipeline) -> Result<Vec<Value>, Fault> {
        let mut live = self.live().await?;
        let sent = Sent::new(self, &live);
        live.ledger.asks(commands.len());
        let answer = live.connection.send_packed_commands(commands, 0, commands.len()).await;
        sent.answered();
        match answer {
            Ok(values) => {
                if values.iter().any(classify::dooms) {
                    self.discard(live.id);
                } else if live.pulse.is_old() {
                    self.renew(live.id);
                }
                Ok(values)
            }
            Err(error) => {
                if error.is_unrecoverable_error() {
                    self.discard(live.id);
                }
                Err(live.ledger.fault(&error))
            }
        }
    }

    /// Makes sure that the server reads and writes, opening a connection if there is none.
    pub(super) async fn probe(self: &Arc<Self>) -> Result<(), Fault> {
        let gone = matches!(&*plain(&self.state), State::Gone(_));
        if gone {
            self.open_in_background(Why::Asked, 0);
        }
        let live = self.live().await?;
        let sent = Sent::new(self, &live);
        let probed = self.probe_on(&live.connection, &live.ledger).await;
        sent.answered();
        probed
    }

    /// The connection; waits while one is being opened, fails at once while there is none.
    async fn live(&self) -> Result<Live, Fault> {
        loop {
            // Whoever waits from before a look misses nothing that comes after it.
            let mended = self.mended.notified();
            match &*plain(&self.state) {
                State::Live(live) => return Ok(live.clone()),
                State::Gone(why) => return Err(why.clone()),
                State::Mending => {}
            }
            mended.await;
        }
    }

    /// The number of the connection; `None` while there is none.
    pub(super) fn connection(&self) -> Option<u64> {
        match &*plain(&self.state) {
            State::Live(live) => Some(live.id),
            State::Gone(_) | State::Mending => None,
        }
    }

    /// Gives up a connection, whose operations in flight then fail, and opens another.
    fn discard(self: &Arc<Self>, id: u64) {
        let mut state = plain(&self.state);
        let State::Live(live) = &*state else { return };
        if live.id != id {
            return;
        }
        live.cancel.now();
        let before = std::mem::replace(&mut *state, State::Mending);
        drop(state);
        drop(before);
        self.spawn_open(Why::Lost, 0);
    }

    /// Opens a connection beside one that has grown old: names are resolved anew, and a server
    /// behind a load balancer gets its share.
    fn renew(self: &Arc<Self>, id: u64) {
        self.spawn_open(Why::Asked, id);
    }

    fn open_in_background(self: &Arc<Self>, why: Why, replaces: u64) {
        let mut state = plain(&self.state);
        if matches!(*state, State::Gone(_)) {
            *state = State::Mending;
            drop(state);
            self.spawn_open(why, replaces);
        }
    }

    fn spawn_open(self: &Arc<Self>, why: Why, replaces: u64) {
        let link = Arc::clone(self);
        self.spawner.spawn(Box::pin(async move {
            let until = clock::now() + OPEN_WITHIN;
            let opened = timer::until(until, link.open()).await.unwrap_or(Err(Fault::timeout()));
            link.opened(opened, why, replaces);
        }));
    }

    async fn open(self: &Arc<Self>) -> Result<Live, Fault> {
        let opened = open::open(&self.info, self.most).await?;
        let id = self.ids.fetch_add(1, Ordering::Relaxed) + 1;
        let (cancel, driver) = io::cancellable(opened.driver);
        let link = Arc::clone(self);
        self.spawner.spawn(Box::pin(async move {
            driver.await;
            link.discard(id);
        }));
        // A connection counts from its first answer: a server may take it and still refuse.
        self.probe_on(&opened.connection, &opened.ledger).await?;
        let pulse = Arc::new(Pulse::new(opened.at, self.op_timeout));
        Ok(Live { id, connection: opened.connection, pulse, cancel, ledger: opened.ledger })
    }

    fn opened(&self, opened: Result<Live, Fault>, why: Why, replaces: u64) {
        let mut state = plain(&self.state);
        let (next, failed) = match (&*state, opened) {
            (State::Live(old), Ok(new)) if old.id == replaces => (State::Live(new), None),
            // Another came first, or the old one stays.
            (State::Live(old), _) => {
                old.pulse.stays();
                return;
            }
            (_, Ok(new)) => (State::Live(new), None),
            (_, Err(fault)) => (State::Gone(fault.clone()), Some(fault)),
        };
        let before = std::mem::replace(&mut *state, next);
        drop(state);
        drop(before);
        self.mended.notify_waiters();
        if let (Some(fault), Why::Lost, Some(lost)) = (failed, why, self.lost.get()) {
            lost(fault);
        }
    }
}

/// Shows no URL: it may hold a password.
impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("server", &self.info.addr().to_string())
            .finish_non_exhaustive()
    }
}
