//! A directory that is open, and names below it: what lies above it is looked up once.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{CWD, Mode, OFlags, Stat, fchmod, fstat, openat, stat};

use super::own;

/// A directory that is open. Renamed, or with another one in its place, it stays the one it is.
#[derive(Debug, Clone)]
pub(in super::super) struct Root(Arc<Opened>);

#[derive(Debug)]
struct Opened {
    directory: File,
    /// What it was when it was opened; which one it is does not change.
    stat: Stat,
    /// Where it was, without links.
    path: PathBuf,
}

/// A name below a directory that is open.
#[derive(Debug, Clone)]
pub(in super::super) struct At {
    root: Root,
    name: PathBuf,
}

impl Root {
    /// Opens a directory that is ours.
    ///
    /// # Errors
    ///
    /// If it is none, or somebody else's, or others may write to it.
    pub(super) fn open(path: PathBuf) -> io::Result<Self> {
        Self::checked(openat(CWD, &path, DIRECTORY, Mode::empty())?.into(), path)
    }

    /// Opens a directory below it, likewise.
    pub(super) fn below(&self, name: &str) -> io::Result<Self> {
        let directory = openat(&self.0.directory, name, DIRECTORY, Mode::empty())?;
        Self::checked(directory.into(), self.0.path.join(name))
    }

    fn checked(directory: File, path: PathBuf) -> io::Result<Self> {
        let stat = fstat(&directory)?;
        own::is_closed(&stat)?;
        Ok(Self(Arc::new(Opened { directory, stat, path })))
    }

    /// Closes it to everybody but its owner, where it is open to anybody.
    pub(super) fn close(&self) -> io::Result<()> {
        let others = Mode::RWXG | Mode::RWXO;
        if Mode::from_raw_mode(self.0.stat.st_mode).intersects(others) {
            fchmod(&self.0.directory, Mode::RWXU)?;
        }
        Ok(())
    }

    /// Whether it still is what its path leads to.
    pub(in super::super) fn is_in_place(&self) -> bool {
        let (own, Ok(there)) = (&self.0.stat, stat(&self.0.path)) else { return false };
        (own.st_dev, own.st_ino) == (there.st_dev, there.st_ino)
    }

    /// A name below it; the empty one is it itself.
    pub(in super::super) fn join(&self, name: impl AsRef<Path>) -> At {
        At { root: self.clone(), name: Path::new(".").join(name) }
    }
}

impl At {
    /// A name below this one.
    pub(in super::super) fn join(&self, name: impl AsRef<Path>) -> Self {
        Self { root: self.root.clone(), name: self.name.join(name) }
    }

    /// The directory that the name is in; none of the open one itself.
    pub(in super::super) fn parent(&self) -> Option<Self> {
        self.name.parent().map(|name| Self { root: self.root.clone(), name: name.to_owned() })
    }

    pub(super) fn directory(&self) -> BorrowedFd<'_> {
        self.root.0.directory.as_fd()
    }

    pub(super) fn name(&self) -> &Path {
        &self.name
    }
}

const DIRECTORY: OFlags =
    OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
