//! Locks between processes: one file each, held by an open description, and lost with its process.

use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt as _;

use rustix::fs::{FlockOperation, Mode, OFlags, flock, openat};
use rustix::io::Errno;

use super::At;

/// A lock that is held; let go when it is dropped.
#[derive(Debug)]
pub(in super::super) struct Held<'a>(&'a File);

/// Opens a lock's file, made if it is not there.
pub(in super::super) fn open(at: &At) -> io::Result<File> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(openat(at.directory(), at.name(), flags, Mode::RUSR | Mode::WUSR)?.into())
}

/// Tries to lock; `None` while another process holds it.
pub(in super::super) fn attempt(file: &File) -> io::Result<Option<Held<'_>>> {
    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(Held(file))),
        Err(Errno::WOULDBLOCK | Errno::INTR) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether a lock's file is still the one at its name: others lock what is there.
pub(in super::super) fn is_linked(file: &File) -> io::Result<bool> {
    Ok(file.metadata()?.nlink() > 0)
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        // The kernel lets go of it with the file at the latest.
        let _ = flock(self.0, FlockOperation::Unlock);
    }
}
