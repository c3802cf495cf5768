//! The only file operations of the cache: opens what is no link, names nothing by a key, says what failed.
//!
//! Every path that comes here was made of our own digits and safe names below a directory that is
//! ours (`path.rs`). Directories are made for their owner alone (0700), files too (0600).

pub(super) mod lock;
mod own;
mod trouble;

use std::fs::{self, DirBuilder, FileTimes, FileType, Metadata};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustix::fs::{CWD, Mode, OFlags};
use rustix::io::Errno;

pub(super) use std::fs::File;
pub(super) use trouble::{fault, is_absent};

/// What a file is, read from its inode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Directory,
    /// A link, a pipe, a socket or a device; or a file that somebody else may have written.
    Other,
}

/// What an inode says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    pub(super) kind: Kind,
    pub(super) bytes: u64,
    /// Milliseconds since the Unix epoch, as are the others.
    pub(super) modified: u64,
    pub(super) used: u64,
    /// When the inode changed, which nobody can set.
    pub(super) changed: u64,
}

/// A name in a directory.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// What an opened file holds.
#[derive(Debug)]
pub(super) struct Contents {
    pub(super) bytes: Vec<u8>,
    pub(super) facts: Facts,
    file: File,
}

/// A file as it was found.
#[derive(Debug)]
pub(super) enum Found {
    Contents(Contents),
    /// Larger than it may be; nothing of it was read.
    Large,
    /// Something that is not a file of ours.
    Strange,
}

/// Reads a file of at most `most` bytes.
///
/// Never waits for a pipe's other end. A directory is an error: it is nothing of ours to remove.
pub(super) fn read(path: &Path, most: usize) -> io::Result<Found> {
    let mut file = match open(path, OFlags::RDONLY | OFlags::NONBLOCK | QUIET) {
        Ok(file) => file,
        // A link is not followed, and a socket is not opened.
        Err(error) if !is_absent(&error) && facts(path).is_ok_and(Facts::is_strange) => {
            return Ok(Found::Strange);
        }
        Err(error) => return Err(error),
    };
    let facts = Facts::of(&file.metadata()?);
    match facts.kind {
        Kind::Directory => return Err(trouble::is_directory()),
        Kind::File if facts.bytes <= most as u64 => {}
        Kind::File => return Ok(Found::Large),
        Kind::Other => return Ok(Found::Strange),
    }
    let mut bytes = Vec::with_capacity(usize::try_from(facts.bytes).unwrap_or(0));
    // A file that grows meanwhile is no envelope, whatever was read of it.
    (&mut file).take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(Found::Contents(Contents { bytes, facts, file }))
}

/// The first bytes of a file, as many as fit.
pub(super) fn head(path: &Path, into: &mut [u8]) -> io::Result<usize> {
    let mut file = open(path, OFlags::RDONLY | OFlags::NONBLOCK)?;
    if !file.metadata()?.is_file() {
        return Ok(0);
    }
    file.read(into)
}

impl Contents {
    /// Remembers in the inode when the file was last used; a failure costs nothing but that.
    pub(super) fn mark_used(&self, at: u64) {
        drop(self.file.set_times(FileTimes::new().set_accessed(moment(at))));
    }

    /// Sets the date in the inode that says when the value ends.
    pub(super) fn mark_end(&self, at: u64) {
        drop(self.file.set_times(FileTimes::new().set_modified(moment(at))));
    }
}

/// Makes an empty file under a name that nobody has.
pub(super) fn create(path: &Path) -> io::Result<File> {
    open(path, OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL)
}

/// Opens a file that is there, to be written.
pub(super) fn reopen(path: &Path) -> io::Result<File> {
    open(path, OFlags::WRONLY | OFlags::NONBLOCK)
}

/// Writes a whole file, with its dates: the value's end, and its last use.
pub(super) fn fill(mut file: File, bytes: &[u8], end: u64, used: u64) -> io::Result<()> {
    file.write_all(bytes)?;
    file.set_times(FileTimes::new().set_modified(moment(end)).set_accessed(moment(used)))
}

/// The kernel does not write down that a file was read: with a value's end as its other date, it
/// would at every read, where once a minute is enough.
#[cfg(target_os = "linux")]
const QUIET: OFlags = OFlags::NOATIME;
#[cfg(not(target_os = "linux"))]
const QUIET: OFlags = OFlags::empty();

/// Opens without following a link, in the path's end or before it.
fn open(path: &Path, flags: OFlags) -> io::Result<File> {
    let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    // The kernel refuses a mode for a file that is not made.
    let makes = flags.contains(OFlags::CREATE);
    let mode = if makes { Mode::RUSR | Mode::WUSR } else { Mode::empty() };
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{ResolveFlags, openat2};
        match openat2(CWD, path, flags, mode, ResolveFlags::NO_SYMLINKS) {
            Ok(file) => return Ok(file.into()),
            // A kernel before 5.6, or a sandbox that does not know the call.
            Err(Errno::NOSYS | Errno::PERM) => {}
            Err(error) => return Err(error.into()),
        }
    }
    match rustix::fs::openat(CWD, path, flags, mode) {
        // What is quiet is for owners; a file of somebody else's is read as any other.
        Err(Errno::PERM) if flags.intersects(QUIET) => {
            Ok(rustix::fs::openat(CWD, path, flags.difference(QUIET), mode)?.into())
        }
        opened => Ok(opened?.into()),
    }
}

/// Gives a file, or a directory, another name; replaces a file that has it.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

/// Removes a file, or a link itself; whether it was there.
pub(super) fn remove(path: &Path) -> io::Result<bool> {
    there(fs::remove_file(path))
}

/// Removes a directory if nothing is in it.
pub(super) fn remove_empty(path: &Path) -> io::Result<bool> {
    there(fs::remove_dir(path))
}

fn there(removed: io::Result<()>) -> io::Result<bool> {
    match removed {
        Ok(()) => Ok(true),
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes a directory and those above it, for their owner alone.
pub(super) fn make_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// The directory's path without links, once it is there, is one and is our own.
pub(super) fn settle(path: &Path) -> io::Result<PathBuf> {
    make_directory(path)?;
    let path = fs::canonicalize(path)?;
    own::is_settled(&path)?;
    Ok(path)
}

/// What a mode gives to everybody but the owner.
const OTHERS: u32 = 0o077;

/// Closes a directory to everybody but its owner.
pub(super) fn close(path: &Path) -> io::Result<()> {
    let mut mode = fs::symlink_metadata(path)?.permissions();
    if mode.mode() & OTHERS == 0 {
        return Ok(());
    }
    mode.set_mode(0o700);
    fs::set_permissions(path, mode)
}

/// What is in a directory; names that are not text are not ours and are left out.
pub(super) fn list(path: &Path) -> io::Result<Vec<Listed>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let kind = Kind::of(entry.file_type()?);
        if let Ok(name) = entry.file_name().into_string() {
            all.push(Listed { name, kind });
        }
    }
    Ok(all)
}

/// What is in a directory that may be absent.
pub(super) fn list_any(path: &Path) -> io::Result<Vec<Listed>> {
    match list(path) {
        Err(error) if is_absent(&error) => Ok(Vec::new()),
        listed => listed,
    }
}

/// What an inode says, of a link itself.
pub(super) fn facts(path: &Path) -> io::Result<Facts> {
    fs::symlink_metadata(path).map(|metadata| Facts::of(&metadata))
}

impl Facts {
    fn is_strange(self) -> bool {
        self.kind == Kind::Other
    }

    fn of(metadata: &Metadata) -> Self {
        let millis = |seconds: i64, nanos: i64| {
            let whole = i128::from(seconds) * 1_000 + i128::from(nanos / 1_000_000);
            u64::try_from(whole.max(0)).unwrap_or(u64::MAX)
        };
        let kind = match Kind::of(metadata.file_type()) {
            // What somebody else wrote, or may write, is none of our files.
            Kind::File if !own::is_ours(metadata) => Kind::Other,
            kind => kind,
        };
        Self {
            kind,
            bytes: metadata.len(),
            modified: millis(metadata.mtime(), metadata.mtime_nsec()),
            used: millis(metadata.atime(), metadata.atime_nsec()),
            changed: millis(metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

impl Kind {
    fn of(kind: FileType) -> Self {
        match (kind.is_file(), kind.is_dir()) {
            (true, _) => Self::File,
            (_, true) => Self::Directory,
            _ => Self::Other,
        }
    }
}

/// A date that an inode can hold: lives are bounded by years, not by what a number could say.
fn moment(millis: u64) -> SystemTime {
    /// The year 2400, within every file system's range that has 64-bit dates.
    const LAST: u64 = 13_569_465_600_000;
    SystemTime::UNIX_EPOCH + Duration::from_millis(millis.min(LAST))
}
