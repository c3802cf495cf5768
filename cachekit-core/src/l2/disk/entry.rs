//! Reads, rejects and invalidates an entry that is there.

use crate::codec::envelope;
use crate::l2::io::Wanted;
use crate::l2::{Fault, Read, Rejected};

use super::files::{self, At, Opened, Root};
use super::folder::Folder;
use super::path::{Named, Spot};

/// The most bytes that a file of ours can have, where nobody asks for less: the most that a value may have, with its envelope
/// and some to spare.
pub(super) const MOST_BYTES: usize = (256 << 20) + 4096;

/// How long ago an entry's last use may be in its inode before it is written down again.
const USED_EVERY: u64 = 60_000;

impl Folder {
    /// Reads a value of at most `most` bytes.
    pub(super) fn read(&self, spot: &Spot, most: usize, wanted: &Wanted) -> Result<Read, Fault> {
        let path = spot.value(&self.root()?);
        match files::read(&path, most) {
            Ok(Opened::Contents(contents)) => {
                let now = self.now();
                let (bytes, facts) = (&contents.bytes, contents.facts);
                if envelope::is_over(bytes, now) {
                    self.drop_over(spot, bytes, wanted);
                    return Ok(Read::Absent);
                }
                // A copy of the directory may have lost the dates of its files.
                if let Some(end) = envelope::ends(bytes).filter(|end| *end != facts.modified) {
                    contents.mark_end(end);
                }
                if now.saturating_sub(facts.used) > USED_EVERY {
                    contents.mark_used(now);
                }
                self.index().touch(spot, now);
                Ok(Read::Bytes(contents.bytes))
            }
            Ok(Opened::Large) => Ok(Read::TooLarge),
            Ok(Opened::Strange) => Ok(Read::WrongType),
            Err(error) if files::is_absent(&error) => {
                self.index().forget(spot);
                Ok(Read::Absent)
            }
            Err(error) => Err(files::fault(&error)),
        }
    }

    /// Removes a value whose life is over; who comes first does, and a failure leaves it to others.
    fn drop_over(&self, spot: &Spot, bytes: &[u8], wanted: &Wanted) {
        drop(self.reject(spot, Some(bytes), wanted));
    }

    /// Removes a value that is still what was seen; `None` saw something that is no file of ours.
    pub(super) fn reject(
        &self,
        spot: &Spot,
        seen: Option<&[u8]>,
        wanted: &Wanted,
    ) -> Result<Rejected, Fault> {
        let path = spot.value(&self.root()?);
        self.locked(spot, wanted, || {
            let unchanged = match files::read(&path, MOST_BYTES) {
                Ok(Opened::Contents(now)) => seen.is_some_and(|seen| seen == now.bytes),
                Ok(Opened::Strange) => seen.is_none(),
                Ok(Opened::Large) => false,
                Err(error) if files::is_absent(&error) => false,
                Err(error) => return Err(files::fault(&error)),
            };
            if !unchanged {
                return Ok(Rejected::Changed);
            }
            files::remove(&path).map_err(|error| files::fault(&error))?;
            self.index().forget(spot);
            Ok(Rejected::Removed)
        })
    }

    /// Removes a value that is larger than it may be.
    pub(super) fn shed(
        &self,
        spot: &Spot,
        most: usize,
        wanted: &Wanted,
    ) -> Result<Rejected, Fault> {
        let path = spot.value(&self.root()?);
        self.locked(spot, wanted, || match files::read(&path, most) {
            Ok(Opened::Large) => {
                files::remove(&path).map_err(|error| files::fault(&error))?;
                self.index().forget(spot);
                Ok(Rejected::Removed)
            }
            Ok(Opened::Contents(_) | Opened::Strange) => Ok(Rejected::Changed),
            Err(error) if files::is_absent(&error) => Ok(Rejected::Changed),
            Err(error) => Err(files::fault(&error)),
        })
    }

    pub(super) fn invalidate(&self, spot: &Spot, wanted: &Wanted) -> Result<(), Fault> {
        let root = self.root()?;
        self.locked(spot, wanted, || self.revoke(&root, spot, "", Revoked::Everything))
    }

    /// Removes an entry's files but the filler called `token`, under the lock.
    pub(super) fn revoke(
        &self,
        root: &Root,
        spot: &Spot,
        token: &str,
        which: Revoked,
    ) -> Result<(), Fault> {
        let fault = |error: std::io::Error| files::fault(&error);
        let folder = spot.folder(root);
        for listed in files::list_any(&folder).map_err(fault)? {
            let Some(named) = Named::read(&listed.name) else { continue };
            if named.digest() != spot.digest() || listed.name.ends_with(&format!("~{token}")) {
                continue;
            }
            let path = folder.join(&listed.name);
            match (named, which) {
                (Named::Filler { .. }, _) => drop(files::remove(&path).map_err(fault)?),
                // The value that the rename replaces is left to it.
                (Named::Value { version, .. }, Revoked::All) if version == spot.version() => {}
                (Named::Value { digest, version }, _) => {
                    files::remove(&path).map_err(fault)?;
                    self.index().forget(&Spot::named(&spot.home, digest, version));
                }
            }
        }
        Ok(())
    }
}

/// Which of an entry's files go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Revoked {
    /// All but the value that is about to be replaced.
    All,
    Everything,
}

/// Whether the life of a file's value is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    Over,
    /// Not before this.
    Until(u64),
}

/// How long a file that is no envelope is left to its readers, who count it.
const UNREAD: u64 = 60 * 60 * 1000;

/// Whether the life of a file's value is over: by the envelope, where the inode's date says so.
pub(super) fn life(path: &At, now: u64) -> std::io::Result<Life> {
    let facts = files::facts(path)?;
    if facts.modified > now {
        return Ok(Life::Until(facts.modified));
    }
    let mut head = [0; envelope::HEADER_BYTES];
    let read = files::head(path, &mut head)?;
    let end = envelope::ends(&head[..read]).unwrap_or(facts.modified.saturating_add(UNREAD));
    Ok(if end <= now { Life::Over } else { Life::Until(end) })
}
