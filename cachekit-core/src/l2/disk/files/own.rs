//! The owner of a directory or a file: only what nobody else may write or rename is trusted.

use std::io;
use std::path::Path;

use rustix::fs::{Mode, Stat, lstat};

use super::trouble;

/// What a mode lets others write.
const WRITES: Mode = Mode::WGRP.union(Mode::WOTH);

/// The superuser, whose directories a path goes through.
const ROOT: u32 = 0;

/// Whether the inode is this user's, and nobody else may write it.
pub(super) fn is_ours(stat: &Stat) -> bool {
    stat.st_uid == user() && !mode(stat).intersects(WRITES)
}

/// Sees that a directory is this user's, and that nobody else may write to it.
///
/// # Errors
///
/// Which of the two is not so.
pub(super) fn is_closed(stat: &Stat) -> io::Result<()> {
    if stat.st_uid != user() {
        return Err(trouble::is_anothers());
    }
    if mode(stat).intersects(WRITES) {
        return Err(trouble::is_open());
    }
    Ok(())
}

/// Sees that nobody else may put another directory in the place of this one: what `sshd` asks of the
/// files that it trusts (`StrictModes`).
///
/// # Errors
///
/// If one above it is somebody else's or may be written by others. It may be if it is sticky, as `/tmp`
/// is: that keeps everybody from renaming others' entries.
pub(super) fn is_settled(path: &Path) -> io::Result<()> {
    for above in path.ancestors().skip(1) {
        let above = lstat(above)?;
        let trusted = [ROOT, user()].contains(&above.st_uid);
        let closed = !mode(&above).intersects(WRITES) || mode(&above).contains(Mode::SVTX);
        if !trusted || !closed {
            return Err(trouble::is_open_above());
        }
    }
    Ok(())
}

fn mode(stat: &Stat) -> Mode {
    Mode::from_raw_mode(stat.st_mode)
}

fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}
