//! The directory: its root, its locks, what is known of it, and what its operations share.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, SystemTime};

use crate::l2::Fault;
use crate::l2::breaker::Thresholds;
use crate::l2::io::Wanted;
use crate::observe::event::Sink;
use crate::random;
use crate::sync::plain;
use crate::time::clock::{self, Clock};

use super::alerts::Told;
use super::files::{self, At, File, Root, lock::Held};
use super::index::Index;
use super::path::{self, Spot};
use super::writes::Writes;

/// Parts that digests fall into, by their second digit, with a lock each: enough that the few
/// threads seldom meet, and few enough to keep their files open.
const PARTS: usize = 16;

/// How long to leave a lock to another process before asking for it again. Its holder needs it for
/// a few system calls.
const AGAIN: Duration = Duration::from_micros(500);

/// The directory of one runtime.
#[derive(Debug)]
pub(super) struct Folder {
    /// As it was given.
    given: PathBuf,
    /// The format's directory, once the directory was found to be ours.
    root: Mutex<Option<Root>>,
    locks: [Mutex<Option<Arc<File>>>; PARTS],
    pub(super) index: Mutex<Index>,
    pub(super) writes: Writes,
    pub(super) told: Told,
    pub(super) clock: Clock,
    pub(super) max_bytes: u64,
    /// How long to wait for a lock.
    patience: Duration,
    pub(super) evictions: AtomicU64,
}

/// What a directory is made of.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) path: PathBuf,
    pub(crate) max_bytes: u64,
    pub(crate) op_timeout: Duration,
    pub(crate) thresholds: Thresholds,
    pub(crate) clock: Clock,
    pub(crate) sink: Sink,
}

impl Folder {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            given: settings.path,
            root: Mutex::new(None),
            locks: Default::default(),
            index: Mutex::default(),
            writes: Writes::new(settings.thresholds),
            told: Told::new(settings.sink, settings.clock.clone()),
            clock: settings.clock,
            max_bytes: settings.max_bytes,
            patience: settings.op_timeout,
            evictions: AtomicU64::new(0),
        }
    }

    /// The format's directory.
    ///
    /// # Errors
    ///
    /// If the directory cannot be made, is none, or belongs to somebody else.
    pub(super) fn root(&self) -> Result<Root, Fault> {
        let known = plain(&self.root).clone();
        match known {
            Some(root) if root.is_in_place() => Ok(root),
            // Nobody has looked yet, or somebody has moved or removed it.
            _ => self.settle(),
        }
    }

    /// Looks at the directory anew.
    fn settle(&self) -> Result<Root, Fault> {
        let settled = files::settle(&self.given).and_then(|given| {
            let root = files::settle_below(&given, path::FORMAT)?;
            files::make_directory(&root.join(path::LOCKS))?;
            files::make_directory(&root.join(path::TRASH))?;
            Ok(root)
        });
        let named = |error| files::fault(&error).at(self.given.display());
        let root = settled.map_err(named)?;
        *plain(&self.root) = Some(root.clone());
        Ok(root)
    }

    /// Sees that the directory can be read and written.
    ///
    /// One that can only be read is there; that it takes no writes is remembered.
    pub(super) fn probe(&self) -> Result<(), Fault> {
        let full = |fault: Fault| {
            if !fault.is_read_only() {
                return Err(fault);
            }
            self.writes.stop(&fault);
            Ok(())
        };
        let root = match (self.settle(), &*plain(&self.root)) {
            (Ok(root), _) => root,
            // It was ours before, and only cannot be written.
            (Err(fault), Some(_)) => return full(fault),
            (Err(fault), None) => return Err(fault),
        };
        files::list(&root.join("")).map_err(|error| files::fault(&error))?;
        let probe = root.join(path::probe(&random::token().ok_or_else(Fault::random)?));
        let now = self.now();
        let written =
            files::create(&probe).and_then(|file| files::fill(file, &[0; 4096], now, now));
        let removed = files::remove(&probe);
        match written.and(removed) {
            Ok(_) => {
                self.writes.resume();
                Ok(())
            }
            Err(error) => full(files::fault(&error)),
        }
    }

    /// Milliseconds of the host's own clock.
    pub(super) fn now(&self) -> u64 {
        let since = self.clock.wall().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    /// Runs `change` while no other thread or process changes the entries of the spot's part.
    ///
    /// # Errors
    ///
    /// If another process holds the lock for as long as an operation may take, or whoever asked
    /// has given up.
    pub(super) fn locked<T>(
        &self,
        spot: &Spot,
        wanted: &Wanted,
        change: impl FnOnce() -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let root = self.root()?;
        let path = root.join(path::LOCKS).join(format!("{:x}", spot.part()));
        let until = clock::now() + self.patience;
        let mut lock = plain(&self.locks[spot.part()]);
        loop {
            let file = match &*lock {
                Some(file) => Arc::clone(file),
                None => Arc::new(opened(&path).map_err(|error| files::fault(&error))?),
            };
            *lock = Some(Arc::clone(&file));
            match hold(&file).map_err(|error| files::fault(&error))? {
                Hold::Held(held) => {
                    let result = if wanted.still() { change() } else { Err(Fault::timeout()) };
                    drop(held);
                    return result;
                }
                Hold::Astray => {
                    *lock = None;
                    continue;
                }
                Hold::Others => {}
            }
            if !wanted.still() {
                return Err(Fault::timeout());
            }
            if clock::now() >= until {
                return Err(Fault::busy("another process holds a lock of the directory"));
            }
            thread::park_timeout(AGAIN);
        }
    }

    pub(super) fn index(&self) -> MutexGuard<'_, Index> {
        plain(&self.index)
    }

    /// An entry made room for another.
    pub(super) fn evicted(&self) {
        // Relaxed: a counter orders nothing.
        self.evictions.fetch_add(1, Ordering::Relaxed);
    }
}

/// What came of asking for a lock.
enum Hold<'a> {
    Held(Held<'a>),
    /// Another process has it.
    Others,
    /// The lock's file was removed, so that it keeps nobody out.
    Astray,
}

fn hold(file: &File) -> io::Result<Hold<'_>> {
    let Some(held) = files::lock::attempt(file)? else { return Ok(Hold::Others) };
    Ok(if files::lock::is_linked(file)? { Hold::Held(held) } else { Hold::Astray })
}

/// The lock's file, and the directory that it is in.
fn opened(at: &At) -> io::Result<File> {
    files::lock::open(at).or_else(|error| match at.parent() {
        Some(parent) if files::is_absent(&error) => {
            files::make_directory(&parent)?;
            files::lock::open(at)
        }
        _ => Err(error),
    })
}
