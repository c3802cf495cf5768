//! A proxy before a server, which refuses, cuts, swallows, delays, fails, holds and keeps what passes.

mod command;
mod resp;
mod rules;
mod wire;

use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

pub use command::Command;
pub use rules::{Held, Kept};

use crate::patience::until;
use crate::ports::free_port;
use crate::server::RedisGuard;
use rules::{Rules, Traffic};

/// A TCP proxy before a Redis server.
///
/// ```no_run
/// use cachekit_tests::{Chaos, RedisGuard};
///
/// let redis = RedisGuard::start();
/// let chaos = Chaos::before(&redis);
/// chaos.fail("commit");
/// // .. a cached function that is configured with `chaos.url()` cannot store now.
/// ```
#[derive(Debug)]
pub struct Chaos {
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// What the proxy's threads share.
#[derive(Debug)]
pub(crate) struct Shared {
    server: SocketAddr,
    rules: Rules,
    accepted: AtomicUsize,
    /// Whether anybody listens; the listening thread ends when it is cleared.
    listens: AtomicBool,
}

impl Chaos {
    /// A proxy that passes everything, before a server.
    ///
    /// # Panics
    ///
    /// If the machine has no free port.
    pub fn before(redis: &RedisGuard) -> Self {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let server = SocketAddr::from((Ipv4Addr::LOCALHOST, redis.port()));
        let shared = Arc::new(Shared {
            server,
            rules: Rules::default(),
            accepted: AtomicUsize::new(0),
            listens: AtomicBool::new(false),
        });
        let chaos = Self { address, shared };
        chaos.restore();
        chaos
    }

    /// The URL that goes through it.
    pub fn url(&self) -> String {
        format!("redis://{}/", self.address)
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// New connections are refused by the system; old ones stay.
    pub fn refuse(&self) {
        if self.shared.listens.swap(false, Ordering::SeqCst) {
            // Wakes the listening thread, which then closes its socket.
            drop(TcpStream::connect(self.address));
            until("nobody listens any more", || TcpStream::connect(self.address).is_err());
        }
    }

    /// Every connection is closed, as a server's crash does; new ones are taken.
    pub fn hang_up(&self) {
        self.shared.rules.hang_up();
    }

    /// Every client's end is closed, as a broken network does; what the proxy keeps of a connection
    /// is still under way to the server.
    pub fn strand(&self) {
        self.shared.rules.strand();
    }

    /// Every connection is closed and new ones are refused.
    pub fn cut(&self) {
        self.refuse();
        self.hang_up();
    }

    /// Connections are taken and kept, and nothing passes either way.
    pub fn blackhole(&self) {
        self.shared.rules.set(Traffic::Swallowed);
    }

    /// Every answer is late by `time`.
    pub fn delay(&self, time: Duration) {
        self.shared.rules.set(Traffic::Late(time));
    }

    /// Everything passes again. What was swallowed stays so: connections that lost bytes close.
    ///
    /// # Panics
    ///
    /// If the port was taken meanwhile.
    pub fn restore(&self) {
        self.shared.rules.restore();
        self.listen();
    }

    /// New connections are taken again; what was to be failed, held or delayed still is.
    ///
    /// # Panics
    ///
    /// If the port was taken meanwhile.
    pub fn listen(&self) {
        if !self.shared.listens.swap(true, Ordering::SeqCst) {
            let listener = TcpListener::bind(self.address).expect("the proxy's port is free");
            let shared = Arc::clone(&self.shared);
            thread::spawn(move || accept(&listener, &shared));
        }
    }

    /// Commands called `what` are answered with an error instead of being passed on.
    ///
    /// `what` is a command's name (`HMGET`) or that of one of the cache's scripts (`commit`).
    pub fn fail(&self, what: &str) {
        self.answer(what, "-ERR failed by the proxy");
    }

    /// Commands called `what` are answered with `line` instead of being passed on.
    pub fn answer(&self, what: &str, line: &str) {
        self.shared.rules.answer(what, format!("{line}\r\n").into_bytes());
    }

    /// Commands called `what` are answered with `line` and then, for as long as the client takes it,
    /// with `more` over and over.
    pub fn flood(&self, what: &str, line: &str, more: &str) {
        // In pieces, so that a client that takes all is not held up by the writing of it.
        let more = more.repeat((64 << 10) / more.len());
        self.shared.rules.flood(what, line.as_bytes().to_vec(), more.into_bytes());
    }

    /// Holds back the answer to the next command called `what`, which the server has obeyed.
    pub fn hold(&self, what: &str) -> Held {
        self.shared.rules.hold(what)
    }

    /// Keeps the next command called `what` from the server, and what follows it on its connection.
    pub fn keep(&self, what: &str) -> Kept {
        self.shared.rules.keep(what)
    }

    /// Every command that came, the oldest first.
    pub fn log(&self) -> Vec<Command> {
        self.shared.rules.log()
    }

    /// Forgets the commands that came so far.
    pub fn forget(&self) {
        self.shared.rules.forget();
    }

    /// How many commands called `what` came.
    pub fn count(&self, what: &str) -> usize {
        self.log().iter().filter(|command| command.is(what)).count()
    }

    /// How many connections were taken.
    pub fn accepted(&self) -> usize {
        self.shared.accepted.load(Ordering::SeqCst)
    }
}

impl Drop for Chaos {
    fn drop(&mut self) {
        self.shared.rules.restore();
        self.cut();
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for client in listener.incoming() {
        if !shared.listens.load(Ordering::SeqCst) {
            return;
        }
        if let Ok(client) = client {
            shared.accepted.fetch_add(1, Ordering::SeqCst);
            // A client that came while the server is away is closed, which is what it expects.
            drop(connect(client, shared));
        }
    }
}

fn connect(client: TcpStream, shared: &Arc<Shared>) -> io::Result<()> {
    let server = match TcpStream::connect(shared.server) {
        Ok(server) => server,
        Err(error) => {
            client.shutdown(Shutdown::Both)?;
            return Err(error);
        }
    };
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    shared.rules.opened(client.try_clone()?, server.try_clone()?);
    let (answers, awaited) = wire::queue();
    let there = Arc::clone(shared);
    let back = Arc::clone(shared);
    let (from, to) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || wire::commands(&from, &to, &answers, &there.rules));
    thread::spawn(move || wire::answers(&server, &client, &awaited, &back.rules));
    Ok(())
}
