//! One look at the whole directory, in pieces: what is there, and what dead processes left behind.

use crate::l2::io::Wanted;

use super::files::{self, At, Kind, Listed, Root};
use super::folder::Folder;
use super::index::Tracked;
use super::janitor;
use super::path::{self, Named};

/// How old a file that a fill was to be written into must be to belong to nobody. Longer than any
/// body worth waiting for.
const ORPHAN: u64 = 60 * 60 * 1000;

/// Directories in one piece of work.
const PIECE: usize = 16;

/// Where a look has got to.
#[derive(Debug, Default)]
pub(super) struct Sweep {
    state: State,
    /// What was known before it began.
    mark: u64,
    failed: bool,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Done,
    /// Nothing was looked at yet.
    Begun,
    /// Directories that are still to be looked at: their paths below the root.
    At(Vec<String>),
}

impl Sweep {
    pub(super) fn begin(&mut self) {
        *self = Self { state: State::Begun, ..Self::default() };
    }

    pub(super) fn is_done(&self) -> bool {
        matches!(self.state, State::Done)
    }

    /// Whether the directory could not be looked at.
    pub(super) fn has_failed(&self) -> bool {
        self.failed
    }
}

impl Folder {
    /// One piece of a look; whatever cannot be looked at is left out.
    pub(super) fn sweep(&self, mut sweep: Sweep, wanted: &Wanted) -> Sweep {
        let mut queue = match std::mem::take(&mut sweep.state) {
            State::Done => return sweep,
            State::Begun => {
                sweep.mark = self.index().mark();
                vec![String::new()]
            }
            State::At(queue) => queue,
        };
        let Ok(root) = self.root() else {
            sweep.failed = true;
            return sweep;
        };
        for _ in 0..PIECE {
            let Some(at) = queue.pop() else {
                let mut at = None;
                loop {
                    let next = self.index().forget_before(sweep.mark, at.as_ref(), PIECE);
                    let Some(next) = next else { break };
                    at = Some(next);
                }
                return sweep;
            };
            if !wanted.still() {
                return sweep;
            }
            let Ok(listed) = files::list(&root.join(&at)) else { continue };
            if at.is_empty() {
                self.drop_probes(&root, &listed);
            }
            let depth = if at.is_empty() { 0 } else { at.split('/').count() };
            if depth < 4 {
                let inner = listed.iter().filter(|inner| is_ours(depth, inner));
                let join = |inner: &Listed| match at.as_str() {
                    "" => inner.name.clone(),
                    above => format!("{above}/{}", inner.name),
                };
                queue.extend(inner.map(join));
            } else {
                self.look(&root.join(&at), &at, &listed, sweep.mark);
            }
        }
        sweep.state = State::At(queue);
        sweep
    }

    /// Removes what processes left that ended as they were probing.
    fn drop_probes(&self, root: &Root, listed: &[Listed]) {
        let now = self.now();
        let left = |file: &&Listed| file.kind == Kind::File && path::is_probe(&file.name);
        for file in listed.iter().filter(left) {
            let path = root.join(&file.name);
            if files::facts(&path).is_ok_and(|facts| facts.changed.saturating_add(ORPHAN) <= now) {
                drop(files::remove(&path));
            }
        }
    }

    /// Looks at the files of one directory.
    fn look(&self, folder: &At, at: &str, listed: &[Listed], mark: u64) {
        let home = at.rsplit_once('/').map_or(at, |(home, _)| home);
        let now = self.now();
        for file in listed.iter().filter(|file| file.kind == Kind::File) {
            let Some(named) = Named::read(&file.name) else { continue };
            let path = folder.join(&file.name);
            let Ok(facts) = files::facts(&path) else { continue };
            match janitor::spot(home, named) {
                Some(spot) => {
                    let (expires, used) = (facts.modified, facts.used.min(now));
                    let found = Tracked { bytes: facts.bytes, expires, used };
                    self.index().found(&spot, found, mark);
                }
                None if facts.changed.saturating_add(ORPHAN) <= now => {
                    drop(files::remove(&path));
                }
                None => {}
            }
        }
        if listed.is_empty() {
            // Whoever needs it makes it again.
            drop(files::remove_empty(folder));
        }
    }
}

/// Whether a directory at a depth below the root may be one of ours.
fn is_ours(depth: usize, listed: &Listed) -> bool {
    let fits = match depth {
        0 => path::is_namespace(&listed.name),
        1 => true,
        2 => path::is_tenant(&listed.name),
        _ => path::is_shard(&listed.name),
    };
    listed.kind == Kind::Directory && fits
}
