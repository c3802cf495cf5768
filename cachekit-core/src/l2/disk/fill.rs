//! Stores a value: a file of the fill's own, which is renamed onto the value's name.
//!
//! A fill *is* its file: `claim` makes `<digest>~<token>`, `commit` writes the value into it and
//! renames it. Whatever invalidates removes the file, or the directory that it is in, so that the
//! rename finds nothing and nothing is stored. One rename decides, for every process that shares
//! the directory, whenever any of them dies.

use crate::codec::envelope;
use crate::l2::io::Wanted;
use crate::l2::{Claim, Committed, Fault, Replaced, Swapped};
use crate::random;

use super::entry::{MOST_BYTES, Revoked};
use super::files::{self, At, File, Opened, Root};
use super::folder::Folder;
use super::path::Spot;
use super::reservation::Reserved;

/// Times that a file is made again because its directory went away meanwhile.
const TRIES: usize = 8;

/// A value to store.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) bytes: Vec<u8>,
    pub(super) expires: u64,
}

impl Folder {
    pub(super) fn claim(&self, spot: &Spot, filler: String) -> Result<Claim, Fault> {
        let now = self.now();
        self.writes.begin(|| self.create(spot, &filler))?;
        // No generation has to be found again: replacing one takes the filler away.
        Ok(Claim { filler, generation: String::new(), now })
    }

    /// Makes a filler's file, and the directories above it.
    fn create(&self, spot: &Spot, token: &str) -> Result<File, Fault> {
        let root = self.root()?;
        let path = spot.filler(&root, token);
        for _ in 0..TRIES {
            match files::create(&path) {
                // Nothing is there yet, or it was invalidated as a whole or cleaned up meanwhile.
                Err(error) if files::is_absent(&error) => {
                    let made = files::make_directory(&spot.folder(&root));
                    match made {
                        Err(error) if !files::is_absent(&error) => {
                            return Err(files::fault(&error));
                        }
                        _ => {}
                    }
                }
                made => return made.map_err(|error| files::fault(&error)),
            }
        }
        Err(Fault::busy("the directory changes faster than a file can be made in it"))
    }

    pub(super) fn commit(
        &self,
        spot: &Spot,
        token: &str,
        value: &Value,
        sole: bool,
        wanted: &Wanted,
    ) -> Result<Committed, Fault> {
        if value.expires <= self.now() {
            // It would not be served: the fill ends as one that returned nothing to keep.
            let ended =
                if sole { self.clear(spot, token, wanted)? } else { self.abort(spot, token)? };
            return Ok(if ended { Committed::Stored } else { Committed::Lost });
        }
        let stored = self.keep(
            spot,
            token,
            value,
            wanted,
            |path| {
                let file = files::reopen(path);
                match file {
                    Err(error) if files::is_absent(&error) => Ok(None),
                    file => file.map(Some).map_err(|error| files::fault(&error)),
                }
            },
            |root| if sole { self.revoke(root, spot, token, Revoked::All) } else { Ok(()) },
        )?;
        Ok(if stored { Committed::Stored } else { Committed::Lost })
    }

    pub(super) fn replace(
        &self,
        spot: &Spot,
        value: &Value,
        wanted: &Wanted,
    ) -> Result<Replaced, Fault> {
        if value.expires <= self.now() {
            return self.invalidate(spot, wanted).map(|()| Replaced::Ended);
        }
        for _ in 0..TRIES {
            let token = random::token().ok_or_else(Fault::random)?;
            let make = |_: &At| self.create(spot, &token).map(Some);
            let before = |root: &Root| self.revoke(root, spot, &token, Revoked::All);
            if self.keep(spot, &token, value, wanted, make, before)? {
                return Ok(Replaced::Stored);
            }
            // Whatever took its file away may have left an older value.
        }
        Err(Fault::busy("others write the entry faster than a value can be put in its place"))
    }

    /// Writes a value into a filler's file and renames it onto the value's name.
    ///
    /// Answers whether it is stored: `open` finds no file, or the rename does not, where an
    /// invalidation came first. `before` runs under the lock, ahead of the rename.
    fn keep(
        &self,
        spot: &Spot,
        token: &str,
        value: &Value,
        wanted: &Wanted,
        open: impl FnOnce(&At) -> Result<Option<File>, Fault>,
        before: impl FnOnce(&Root) -> Result<(), Fault>,
    ) -> Result<bool, Fault> {
        let root = self.root()?;
        let filler = spot.filler(&root, token);
        let size = value.bytes.len() as u64;
        let kept = Reserved::take(self, spot, size, wanted)?;
        let written = self.writes.write(|| {
            let Some(file) = open(&filler)? else { return Ok(false) };
            let written = files::fill(file, &value.bytes, value.expires, self.now());
            written.map_err(|error| files::fault(&error))?;
            Ok(true)
        });
        let stored = match written {
            Ok(true) => self.locked(spot, wanted, || {
                before(&root)?;
                match files::rename(&filler, &spot.value(&root)) {
                    Ok(()) => {
                        kept.put(value.expires);
                        Ok(true)
                    }
                    Err(error) if files::is_absent(&error) => Ok(false),
                    Err(error) => Err(files::fault(&error)),
                }
            }),
            other => other,
        };
        if stored.is_err() {
            // What failed leaves nothing behind; what is left all the same ends as an orphan.
            drop(files::remove(&filler));
        }
        stored
    }

    /// Takes a filler back; answers whether it was there.
    pub(super) fn abort(&self, spot: &Spot, token: &str) -> Result<bool, Fault> {
        let path = spot.filler(&self.root()?, token);
        files::remove(&path).map_err(|error| files::fault(&error))
    }

    /// Takes a filler back, and with it everything else of its entry; answers whether it was there.
    fn clear(&self, spot: &Spot, token: &str, wanted: &Wanted) -> Result<bool, Fault> {
        let root = self.root()?;
        self.locked(spot, wanted, || {
            let is_there = self.abort(spot, token)?;
            if is_there {
                self.revoke(&root, spot, token, Revoked::Everything)?;
            }
            Ok(is_there)
        })
    }

    /// Replaces a value that still is `old`, in the rest of its life, and revokes every fill.
    pub(super) fn swap(
        &self,
        spot: &Spot,
        old: &[u8],
        new: &[u8],
        wanted: &Wanted,
    ) -> Result<Swapped, Fault> {
        let root = self.root()?;
        let path = spot.value(&root);
        let token = random::token().ok_or_else(Fault::random)?;
        // The life that stays is the old value's.
        let expires = envelope::ends(old).unwrap_or(0);
        let mut unchanged = Ok(Swapped::Absent);
        let value = Value { bytes: new.to_vec(), expires };
        let make = |_: &At| self.create(spot, &token).map(Some);
        let compare = |root: &Root| {
            unchanged = match files::read(&path, MOST_BYTES) {
                // What is over, or no value, is nothing that could be changed.
                Ok(Opened::Contents(found)) if envelope::is_over(&found.bytes, self.now()) => {
                    Ok(Swapped::Absent)
                }
                Ok(Opened::Strange) => Ok(Swapped::Absent),
                Ok(Opened::Contents(found)) if found.bytes != old => Ok(Swapped::Changed),
                Ok(Opened::Contents(_)) if expires <= self.now() => Ok(Swapped::Absent),
                Ok(Opened::Contents(_)) => Ok(Swapped::Stored),
                Ok(Opened::Large) => Ok(Swapped::Changed),
                Err(error) if files::is_absent(&error) => Ok(Swapped::Absent),
                Err(error) => Err(files::fault(&error)),
            };
            match &unchanged {
                Ok(Swapped::Stored) => self.revoke(root, spot, &token, Revoked::All),
                // Without its file the rename finds nothing.
                _ => files::remove(&spot.filler(root, &token))
                    .map(drop)
                    .map_err(|error| files::fault(&error)),
            }
        };
        let stored = self.keep(spot, &token, &value, wanted, make, compare)?;
        match unchanged? {
            // Somebody else wrote or invalidated the entry, and took its file away.
            Swapped::Stored if !stored => Ok(Swapped::Changed),
            outcome => Ok(outcome),
        }
    }
}
