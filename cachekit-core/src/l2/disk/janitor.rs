//! Cleans up behind everybody: deletes what was invalidated as a whole, what is over, and what dead processes left.
//!
//! One janitor a directory deletes, by a lock that ends with its process; each process looks at the
//! directory for itself, so that its own index knows what others wrote.

use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

use crate::l2::Fault;
use crate::l2::io::{Pool, Wanted};
use crate::sync::plain;
use crate::time::clock;
use crate::time::timer;

use super::entry::{Life, life};
use super::files::{self, At, Kind, Root};
use super::folder::Folder;
use super::path::{self, Named, Spot};
use super::sweep::Sweep;

/// How often what is over is collected. What is not yet collected is not served either.
const EVERY: Duration = Duration::from_secs(5);

/// How often the whole directory is looked at again: what this process's accounting may be behind
/// by of what others write.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Files in one piece of work, so that a thread of the pool is soon free for somebody who waits.
const PIECE: usize = 256;

/// The part of the time that the janitor may spend on the disk once it knows the directory.
const REST: u32 = 4;

/// Wakes the janitor.
#[derive(Debug, Default)]
pub(super) struct Bell(Mutex<(bool, Option<Waker>)>);

impl Bell {
    pub(super) fn ring(&self) {
        let mut bell = plain(&self.0);
        bell.0 = true;
        let waker = bell.1.take();
        drop(bell);
        waker.into_iter().for_each(Waker::wake);
    }

    /// Waits to be rung, and at the latest until then.
    async fn wait(&self, until: Instant) -> Rung {
        let rung = std::future::poll_fn(|cx| match self.take() {
            Rung::Rung => Poll::Ready(()),
            Rung::Silent => {
                plain(&self.0).1 = Some(cx.waker().clone());
                // One that was rung between the two looks woke nobody.
                if self.take() == Rung::Rung { Poll::Ready(()) } else { Poll::Pending }
            }
        });
        timer::until(until, rung).await.map_or(Rung::Silent, |()| Rung::Rung)
    }

    fn take(&self) -> Rung {
        if std::mem::take(&mut plain(&self.0).0) { Rung::Rung } else { Rung::Silent }
    }
}

/// Whether somebody wants the janitor to come at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rung {
    Rung,
    Silent,
}

/// Tends the directory until the runtime ends.
pub(super) async fn tend(folder: Arc<Folder>, bell: Arc<Bell>, pool: Pool) {
    let mut sweep = Sweep::default();
    let (mut look, mut tidy) = (clock::now(), clock::now());
    let (mut rung, mut more, mut knows) = (Rung::Silent, More::Nothing, false);
    loop {
        let now = clock::now();
        if now >= look {
            look = now + LOOK_EVERY;
            sweep.begin();
        }
        if !sweep.is_done() {
            let (swept, took) = piece(&folder, &pool, sweep, Folder::sweep).await;
            sweep = swept;
            if sweep.has_failed() {
                look = now + EVERY;
            }
            if knows {
                timer::sleep_until(clock::now() + took * REST).await;
            } else if sweep.is_done() {
                // Only now is it known what is too much.
                (knows, tidy) = (true, now);
            }
        }
        if rung == Rung::Rung || more == More::ToDo || now >= tidy {
            tidy = now + EVERY;
            let tidied = piece(&folder, &pool, (), |folder, (), wanted| {
                folder.tidy(wanted).unwrap_or_default()
            });
            let took;
            (more, took) = tidied.await;
            timer::sleep_until(clock::now() + took).await;
        }
        rung = match more {
            More::Nothing if sweep.is_done() => bell.wait(tidy.min(look)).await,
            _ => bell.take(),
        };
    }
}

/// Whether a piece of work left something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum More {
    ToDo,
    #[default]
    Nothing,
}

/// One piece of work on a thread that may block, and what it took.
async fn piece<A: Send + 'static, T: Default + Send + 'static>(
    folder: &Arc<Folder>,
    pool: &Pool,
    with: A,
    work: impl FnOnce(&Folder, A, &Wanted) -> T + Send + 'static,
) -> (T, Duration) {
    let (started, folder) = (clock::now(), Arc::clone(folder));
    let done = pool.run(move |wanted| work(&folder, with, wanted)).await;
    (done.unwrap_or_default(), clock::now().saturating_duration_since(started))
}

impl Folder {
    /// Deletes one piece of what nobody needs.
    pub(super) fn tidy(&self, wanted: &Wanted) -> Result<More, Fault> {
        if self.writes.refused().is_some() {
            // Room is found again without anybody's having to write.
            self.probe()?;
        }
        let root = self.root()?;
        let surplus = self.index().surplus(self.max_bytes);
        self.evict(&surplus, wanted)?;
        let fault = |error: std::io::Error| files::fault(&error);
        let lock = root.join(path::LOCKS).join("janitor");
        let file = files::lock::open(&lock).map_err(fault)?;
        let Some(_held) = files::lock::attempt(&file).map_err(fault)? else {
            return Ok(More::Nothing);
        };
        let mut left = PIECE;
        empty(&root.join(path::TRASH), &mut left).map_err(fault)?;
        let over = self.collect(&root, wanted)?;
        let full = left == 0 || over == More::ToDo || !surplus.is_empty();
        Ok(if full { More::ToDo } else { More::Nothing })
    }

    /// Removes values whose life is over, as the index knows them.
    fn collect(&self, root: &Root, wanted: &Wanted) -> Result<More, Fault> {
        let now = self.now();
        let over = self.index().ended(now, PIECE);
        for (key, _) in &over {
            let spot = key.spot();
            let path = spot.value(root);
            self.locked(&spot, wanted, || {
                match life(&path, now) {
                    Ok(Life::Over) => {
                        files::remove(&path).map_err(|error| files::fault(&error))?;
                        self.index().drop_key(key);
                    }
                    Ok(Life::Until(end)) => self.index().lives_until(key, end),
                    Err(error) if files::is_absent(&error) => self.index().drop_key(key),
                    Err(error) => return Err(files::fault(&error)),
                }
                Ok(())
            })?;
        }
        Ok(if over.len() == PIECE { More::ToDo } else { More::Nothing })
    }

    /// Moves what depends on a generation out of everybody's reach, in one step.
    pub(super) fn bump(&self, generation: &str) -> Result<(), Fault> {
        let root = self.root()?;
        let from = root.join(generation);
        let to = root.join(path::TRASH).join(crate::random::token().ok_or_else(Fault::random)?);
        // Before the files go: an entry that is written after this is known anew.
        while !self.index().forget_below(generation, PIECE) {}
        match files::rename(&from, &to) {
            Err(error) if files::is_absent(&error) && files::facts(&from).is_ok() => {
                // The trash itself was removed.
                files::make_directory(&root.join(path::TRASH))
                    .and_then(|()| files::rename(&from, &to))
                    .map_err(|error| files::fault(&error))
            }
            // Nothing was ever stored.
            Err(error) if files::is_absent(&error) => Ok(()),
            moved => moved.map_err(|error| files::fault(&error)),
        }
    }
}

/// Deletes at most `left` of our files below a directory, and what is empty then.
///
/// What is not ours stays, and the directories that it is in.
fn empty(directory: &At, left: &mut usize) -> std::io::Result<()> {
    for listed in files::list_any(directory)? {
        let path = directory.join(&listed.name);
        match listed.kind {
            Kind::Directory => {
                empty(&path, left)?;
                if *left > 0 {
                    // One that holds what is not ours stays.
                    drop(files::remove_empty(&path));
                }
            }
            Kind::File if Named::read(&listed.name).is_some() => {
                if *left == 0 {
                    return Ok(());
                }
                files::remove(&path)?;
                *left -= 1;
            }
            Kind::File | Kind::Other => {}
        }
    }
    Ok(())
}

/// Where a value's file was found.
pub(super) fn spot(home: &str, named: Named<'_>) -> Option<Spot> {
    match named {
        Named::Value { digest, version } => Some(Spot::named(home, digest, version)),
        Named::Filler { .. } => None,
    }
}
