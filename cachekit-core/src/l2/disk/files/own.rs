//! Whose a directory or a file is: only what nobody else may write or rename is trusted.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::trouble;

/// What a mode lets others write.
const WRITES: u32 = 0o022;

/// What keeps everybody from renaming others' entries of a directory that all may write to.
const STICKY: u32 = 0o1000;

/// The superuser, whose directories a path goes through.
const ROOT: u32 = 0;

/// Whether the inode is this user's, and nobody else may write it.
pub(super) fn is_ours(metadata: &Metadata) -> bool {
    metadata.uid() == user() && metadata.mode() & WRITES == 0
}

/// Sees that a directory is ours, and that nobody else may put another one in its place: what
/// `sshd` asks of the files that it trusts (`StrictModes`).
///
/// # Errors
///
/// If it, or one above it, is somebody else's or may be written by others. A directory above may be
/// if it is sticky, as `/tmp` is.
pub(super) fn is_settled(path: &Path) -> io::Result<()> {
    let own = fs::symlink_metadata(path)?;
    if own.uid() != user() {
        return Err(trouble::is_anothers());
    }
    if own.mode() & WRITES != 0 {
        return Err(trouble::is_open());
    }
    for above in path.ancestors().skip(1) {
        let above = fs::symlink_metadata(above)?;
        let trusted = [ROOT, user()].contains(&above.uid());
        let closed = above.mode() & WRITES == 0 || above.mode() & STICKY != 0;
        if !trusted || !closed {
            return Err(trouble::is_open_above());
        }
    }
    Ok(())
}

fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}
