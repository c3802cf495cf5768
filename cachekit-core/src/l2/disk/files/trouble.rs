//! The meaning of a failed file operation: absence, a full disk, or a fault by its class and without a path.

use std::{fmt, io};

use rustix::io::Errno;

use crate::l2::Fault;

/// Whether nothing is at the name.
pub(in super::super) fn is_absent(error: &io::Error) -> bool {
    Errno::from_io_error(error) == Some(Errno::NOENT)
}

/// A directory where a file should be.
pub(super) fn is_directory() -> io::Error {
    Errno::ISDIR.into()
}

/// A directory that belongs to somebody else.
pub(super) fn is_anothers() -> io::Error {
    Errno::PERM.into()
}

/// A directory that others may write to, or one below such a directory.
#[derive(Debug)]
struct Open(&'static str);

impl fmt::Display for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Open {}

/// A directory that others may write to.
pub(super) fn is_open() -> io::Error {
    open("others may write to the directory; take that from them (`chmod go-w`)")
}

/// A directory below one that others may write to.
pub(super) fn is_open_above() -> io::Error {
    open(
        "a directory above it is another user's, or others may write to it and it is not sticky: \
         they could put another one in its place",
    )
}

fn open(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, Open(why))
}

/// The fault that an error is. Names the error's class, and neither path nor file.
pub(in super::super) fn fault(error: &io::Error) -> Fault {
    if let Some(Open(why)) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
        return Fault::denied(*why);
    }
    let Some(errno) = Errno::from_io_error(error) else {
        return Fault::unreachable(error.kind().to_string());
    };
    match errno {
        Errno::NOSPC => Fault::read_only("no space is left on the disk"),
        Errno::DQUOT => Fault::read_only("the quota of the disk is used up"),
        Errno::ROFS => Fault::read_only("the file system is read-only"),
        Errno::FBIG => Fault::read_only("a file may not grow this large"),
        Errno::ACCESS => Fault::denied("the permissions of the directory"),
        Errno::PERM => Fault::denied("the directory or a file in it belongs to somebody else"),
        Errno::NOENT => Fault::unreachable("the directory is not there"),
        Errno::NOTDIR | Errno::EXIST => {
            Fault::unreachable("something that is not a directory is in the way")
        }
        Errno::ISDIR => Fault::unreachable("a directory is where a file should be"),
        Errno::LOOP => Fault::unreachable("a symbolic link is in the way"),
        Errno::IO => Fault::unreachable("input/output error"),
        Errno::MFILE | Errno::NFILE => Fault::unreachable("too many open files"),
        _ => Fault::unreachable(error.kind().to_string()),
    }
}
