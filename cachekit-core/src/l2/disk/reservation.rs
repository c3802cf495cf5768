//! Room for a value under the byte cap: kept before its bytes are written, made by what goes.

use crate::l2::Fault;
use crate::l2::io::Wanted;

use super::files;
use super::folder::Folder;
use super::index::{Key, Known, Room};
use super::path::Spot;

/// Room that is kept for a value until it is there, or given back.
pub(super) struct Reserved<'a> {
    folder: &'a Folder,
    spot: &'a Spot,
    bytes: u64,
    more: u64,
}

impl<'a> Reserved<'a> {
    pub(super) fn take(
        folder: &'a Folder,
        spot: &'a Spot,
        bytes: u64,
        wanted: &Wanted,
    ) -> Result<Self, Fault> {
        let more = folder.make_room(spot, bytes, wanted)?;
        Ok(Self { folder, spot, bytes, more })
    }

    /// The value is there.
    pub(super) fn put(&self, expires: u64) {
        let now = self.folder.now();
        self.folder.index().put(self.spot, self.bytes, expires, now);
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        self.folder.index().give_back(self.more);
    }
}

impl Folder {
    /// Makes room for a value; entries that are over go first, then those used longest ago.
    fn make_room(&self, spot: &Spot, bytes: u64, wanted: &Wanted) -> Result<u64, Fault> {
        while wanted.still() {
            let room = self.index().make_room(spot, bytes, self.max_bytes, self.now());
            match room {
                Room::Reserved(more) => return Ok(more),
                Room::None => {
                    return Err(Fault::read_only("no room is left beside what is being written"));
                }
                Room::After(gone) => self.evict(&gone, wanted)?,
            }
        }
        Err(Fault::timeout())
    }

    /// Removes values, unless they were replaced since they were chosen.
    pub(super) fn evict(&self, gone: &[(Key, Known)], wanted: &Wanted) -> Result<(), Fault> {
        let (root, now) = (self.root()?, self.now());
        for (key, seen) in gone {
            let spot = key.spot();
            self.locked(&spot, wanted, || {
                if !self.index().is_still(key, seen) {
                    return Ok(());
                }
                let removed = files::remove(&spot.value(&root));
                let removed = removed.map_err(|error| files::fault(&error))?;
                self.index().drop_key(key);
                if removed && seen.expires > now {
                    self.evicted();
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}
