//! The only file operations of the cache: opens what is no link, names nothing by a key, says what failed.
//!
//! Every name that comes here was made of our own digits and safe names (`path.rs`), below a directory
//! that is ours and open (`at.rs`). Directories are made for their owner alone (0700), files too (0600).

mod at;
pub(super) mod lock;
mod own;
mod trouble;

use std::fs::{self, DirBuilder, FileTimes};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat, fstat, mkdirat, statat, unlinkat};
use rustix::io::Errno;

pub(super) use at::{At, Root};
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
pub(super) enum Opened {
    Contents(Contents),
    /// Larger than it may be; nothing of it was read.
    Large,
    /// Something that is not a file of ours.
    Strange,
}

/// Reads a file of at most `most` bytes.
///
/// Never waits for a pipe's other end. A directory is an error: it is nothing of ours to remove.
pub(super) fn read(at: &At, most: usize) -> io::Result<Opened> {
    let mut file = match open(at, OFlags::RDONLY | OFlags::NONBLOCK | QUIET) {
        Ok(file) => file,
        // A link is not followed, and a socket is not opened.
        Err(error) if !is_absent(&error) && facts(at).is_ok_and(Facts::is_strange) => {
            return Ok(Opened::Strange);
        }
        Err(error) => return Err(error),
    };
    let facts = Facts::of(&fstat(&file)?);
    match facts.kind {
        Kind::Directory => return Err(trouble::is_directory()),
        Kind::File if facts.bytes <= most as u64 => {}
        Kind::File => return Ok(Opened::Large),
        Kind::Other => return Ok(Opened::Strange),
    }
    let mut bytes = Vec::with_capacity(usize::try_from(facts.bytes).unwrap_or(0));
    // A file that grows meanwhile is no envelope, whatever was read of it.
    (&mut file).take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(Opened::Contents(Contents { bytes, facts, file }))
}

/// The first bytes of a file, as many as fit.
pub(super) fn head(at: &At, into: &mut [u8]) -> io::Result<usize> {
    let mut file = open(at, OFlags::RDONLY | OFlags::NONBLOCK)?;
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
pub(super) fn create(at: &At) -> io::Result<File> {
    open(at, OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL)
}

/// Opens a file that is there, to be written.
pub(super) fn reopen(at: &At) -> io::Result<File> {
    open(at, OFlags::WRONLY | OFlags::NONBLOCK)
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

/// Opens without following a link, in the name's end or before it, and nothing outside the directory.
fn open(at: &At, flags: OFlags) -> io::Result<File> {
    let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    // The kernel refuses a mode for a file that is not made.
    let makes = flags.contains(OFlags::CREATE);
    let mode = if makes { Mode::RUSR | Mode::WUSR } else { Mode::empty() };
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{ResolveFlags, openat2};
        let resolve = ResolveFlags::NO_SYMLINKS | ResolveFlags::BENEATH;
        match openat2(at.directory(), at.name(), flags, mode, resolve) {
            Ok(file) => return Ok(file.into()),
            // A kernel before 5.6, or a sandbox that does not know the call.
            Err(Errno::NOSYS | Errno::PERM) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let openat = |flags| rustix::fs::openat(at.directory(), at.name(), flags, mode);
    match openat(flags) {
        // What is quiet is for owners; a file of somebody else's is read as any other.
        Err(Errno::PERM) if flags.intersects(QUIET) => Ok(openat(flags.difference(QUIET))?.into()),
        opened => Ok(opened?.into()),
    }
}

/// Gives a file, or a directory, another name; replaces a file that has it.
pub(super) fn rename(from: &At, to: &At) -> io::Result<()> {
    Ok(rustix::fs::renameat(from.directory(), from.name(), to.directory(), to.name())?)
}

/// Removes a file, or a link itself; whether it was there.
pub(super) fn remove(at: &At) -> io::Result<bool> {
    unlink(at, AtFlags::empty())
}

/// Removes a directory if nothing is in it.
pub(super) fn remove_empty(at: &At) -> io::Result<bool> {
    unlink(at, AtFlags::REMOVEDIR)
}

fn unlink(at: &At, flags: AtFlags) -> io::Result<bool> {
    match unlinkat(at.directory(), at.name(), flags) {
        Ok(()) => Ok(true),
        Err(Errno::NOENT) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Makes a directory and those above it, below the open one, for their owner alone.
pub(super) fn make_directory(at: &At) -> io::Result<()> {
    let mut name = PathBuf::new();
    for part in at.name() {
        name.push(part);
        match mkdirat(at.directory(), &name, Mode::RWXU) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Opens a directory, made if it is not there, once it and those above it are found to be safe.
pub(super) fn settle(path: &Path) -> io::Result<Root> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    let path = fs::canonicalize(path)?;
    own::is_settled(&path)?;
    Root::open(path)
}

/// Opens a directory in one that is ours, made if it is not there, and closes it to everybody else;
/// one that is not ours is left as it is.
pub(super) fn settle_below(root: &Root, name: &str) -> io::Result<Root> {
    make_directory(&root.join(name))?;
    let below = root.below(name)?;
    below.close()?;
    Ok(below)
}

/// What is in a directory; names that are not text are not ours and are left out.
pub(super) fn list(at: &At) -> io::Result<Vec<Listed>> {
    let mut all = Vec::new();
    let directory = open(at, OFlags::RDONLY | OFlags::DIRECTORY)?;
    for entry in Dir::read_from(&directory)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().to_str() else { continue };
        if matches!(name, "." | "..") {
            continue;
        }
        let kind = match entry.file_type() {
            // A file system that does not say so in its directories.
            FileType::Unknown => match stat(&at.join(name)) {
                Err(error) if is_absent(&error) => continue,
                stat => FileType::from_raw_mode(stat?.st_mode),
            },
            kind => kind,
        };
        all.push(Listed { name: name.to_owned(), kind: Kind::of(kind) });
    }
    Ok(all)
}

/// What is in a directory that may be absent.
pub(super) fn list_any(at: &At) -> io::Result<Vec<Listed>> {
    match list(at) {
        Err(error) if is_absent(&error) => Ok(Vec::new()),
        listed => listed,
    }
}

/// What an inode says, of a link itself.
pub(super) fn facts(at: &At) -> io::Result<Facts> {
    stat(at).map(|stat| Facts::of(&stat))
}

fn stat(at: &At) -> io::Result<Stat> {
    Ok(statat(at.directory(), at.name(), AtFlags::SYMLINK_NOFOLLOW)?)
}

impl Facts {
    fn is_strange(self) -> bool {
        self.kind == Kind::Other
    }

    fn of(stat: &Stat) -> Self {
        let millis = |seconds: i128, nanos: i128| {
            u64::try_from((seconds * 1_000 + nanos / 1_000_000).max(0)).unwrap_or(u64::MAX)
        };
        let kind = match Kind::of(FileType::from_raw_mode(stat.st_mode)) {
            // What somebody else wrote, or may write, is none of our files.
            Kind::File if !own::is_ours(stat) => Kind::Other,
            kind => kind,
        };
        Self {
            kind,
            bytes: u64::try_from(stat.st_size).unwrap_or(0),
            modified: millis(stat.st_mtime.into(), stat.st_mtime_nsec.into()),
            used: millis(stat.st_atime.into(), stat.st_atime_nsec.into()),
            changed: millis(stat.st_ctime.into(), stat.st_ctime_nsec.into()),
        }
    }
}

impl Kind {
    fn of(kind: FileType) -> Self {
        match kind {
            FileType::RegularFile => Self::File,
            FileType::Directory => Self::Directory,
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
