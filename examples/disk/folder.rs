//! The files below a directory.

use std::io;
use std::path::{Path, PathBuf};

/// Every file below a directory, in the order of their paths; links are not followed.
///
/// # Errors
///
/// If the directory itself cannot be read; one below it that cannot is left out.
pub(crate) fn files(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut found, mut folders) = (Vec::new(), Vec::new());
    list(directory, &mut found, &mut folders)?;
    while let Some(folder) = folders.pop() {
        drop(list(&folder, &mut found, &mut folders));
    }
    found.sort();
    Ok(found)
}

fn list(folder: &Path, found: &mut Vec<PathBuf>, folders: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        match entry.file_type()? {
            kind if kind.is_dir() => folders.push(entry.path()),
            kind if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
    Ok(())
}
