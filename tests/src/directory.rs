//! A directory that a test fills, corrupts, replaces and makes too small.

use std::fs;
use std::path::{Path, PathBuf};

use cachekit::{Runtime, RuntimeBuilder};
use rustix::fs::{CWD, FlockOperation, RenameFlags, flock, renameat_with};
use tempfile::TempDir;

use crate::patience::PATIENCE;
use crate::{Events, Slot};

/// A directory for a runtime, and the events of the runtime over it; ends with the guard.
///
/// ```
/// let directory = cachekit_tests::Directory::new();
/// assert!(directory.values().is_empty());
/// ```
#[derive(Debug)]
pub struct Directory {
    around: TempDir,
    /// What the runtime raised.
    pub events: Events,
}

impl Directory {
    /// A path in a fresh directory, where nothing is yet.
    ///
    /// # Panics
    ///
    /// If the system has no temporary directory.
    pub fn new() -> Self {
        let around = TempDir::new().expect("the system has a temporary directory");
        Self { around, events: Events::default() }
    }

    /// A directory with a runtime over it in `slot`.
    ///
    /// # Panics
    ///
    /// As [`Directory::runtime`].
    pub fn with(slot: &Slot, settings: impl FnOnce(RuntimeBuilder) -> RuntimeBuilder) -> Self {
        let directory = Self::new();
        slot.set(directory.runtime(settings));
        directory
    }

    /// A runtime over the directory. Operations have seconds, as a busy machine is no outage.
    ///
    /// # Panics
    ///
    /// If it cannot be built.
    pub fn runtime(&self, settings: impl FnOnce(RuntimeBuilder) -> RuntimeBuilder) -> Runtime {
        settings(self.builder()).build().expect("a directory can be made here")
    }

    /// The settings of a runtime over the directory.
    pub fn builder(&self) -> RuntimeBuilder {
        Runtime::builder()
            .namespace("tests")
            .disk(self.path())
            .op_timeout(PATIENCE / 4)
            .on_event(self.events.listener())
    }

    /// The directory's path.
    pub fn path(&self) -> PathBuf {
        self.around.path().join("cache")
    }

    /// Every file below the directory, with its path below it.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.path()];
        while let Some(folder) = folders.pop() {
            let Ok(entries) = fs::read_dir(&folder) else { continue };
            for entry in entries.flatten() {
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                    _ => found.push(entry.path()),
                }
            }
        }
        found.sort();
        found
    }

    /// The files of values, outside the trash.
    pub fn values(&self) -> Vec<PathBuf> {
        self.named('.')
    }

    /// The files of fills in flight, and of those whose process died.
    pub fn fillers(&self) -> Vec<PathBuf> {
        self.named('~')
    }

    fn named(&self, mark: char) -> Vec<PathBuf> {
        let trash = self.path().join("v1/trash");
        let mut files = self.files();
        files.retain(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.chars().nth(64) == Some(mark) && !path.starts_with(&trash)
        });
        files
    }

    /// The file of the one value of an entry, by the entry's key.
    ///
    /// # Panics
    ///
    /// If it has none, or several.
    pub fn file(&self, key: &str) -> PathBuf {
        let found = self.of(key);
        assert_eq!(found.len(), 1, "an entry with one value: {found:?}");
        found.into_iter().next().expect("there is one")
    }

    /// The files of an entry's values.
    pub fn of(&self, key: &str) -> Vec<PathBuf> {
        let digest = key.rsplit(':').next().unwrap_or_default().to_owned();
        let is_of = |path: &PathBuf| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&digest))
        };
        self.values().into_iter().filter(is_of).collect()
    }

    /// What all values take together.
    pub fn bytes(&self) -> u64 {
        self.values().iter().filter_map(|path| fs::metadata(path).ok()).map(|file| file.len()).sum()
    }

    /// Holds every lock of the directory, as another process that stopped would, until it is
    /// dropped.
    ///
    /// # Panics
    ///
    /// If the directory is not there yet.
    pub fn lock(&self) -> Vec<fs::File> {
        let hold = |part: u32| {
            let path = self.path().join(format!("v1/locks/{part:x}"));
            let file = fs::File::options().create(true).append(true).open(path);
            let file = file.expect("a lock can be opened");
            flock(&file, FlockOperation::LockExclusive).expect("it is let go of soon");
            file
        };
        (0..16).map(hold).collect()
    }

    /// Puts a file where the directory is; answers with where the directory is now.
    ///
    /// One step, between which and the next nobody makes the directory anew.
    ///
    /// # Panics
    ///
    /// If the system refuses to rename.
    pub fn break_it(&self) -> PathBuf {
        let aside = self.around.path().join("aside");
        fs::write(&aside, b"a file in its place").expect("a file can be written");
        self.exchange(&aside);
        aside
    }

    /// Takes the file away, and puts the directory back.
    ///
    /// # Panics
    ///
    /// If [`Directory::break_it`] was not called before.
    pub fn mend_it(&self) {
        let aside = self.around.path().join("aside");
        self.exchange(&aside);
        fs::remove_file(aside).expect("the file is there");
    }

    fn exchange(&self, aside: &Path) {
        renameat_with(CWD, self.path(), CWD, aside, RenameFlags::EXCHANGE)
            .expect("a directory can be renamed");
    }
}

impl Default for Directory {
    fn default() -> Self {
        Self::new()
    }
}

/// A file system of its own, which is soon full; unmounted with the guard.
#[derive(Debug)]
pub struct SmallDisk(TempDir);

impl SmallDisk {
    /// A file system of this many KiB in memory.
    ///
    /// # Panics
    ///
    /// Where the system lets nobody mount one, which takes root.
    pub fn of_kib(kib: usize) -> Self {
        use rustix::mount::{MountFlags, mount};
        let around = TempDir::new().expect("the system has a temporary directory");
        let size = std::ffi::CString::new(format!("size={kib}k")).expect("digits hold no zero");
        mount("tmpfs", around.path(), "tmpfs", MountFlags::empty(), Some(size.as_c_str()))
            .unwrap_or_else(|error| {
                panic!("a small tmpfs cannot be mounted ({error}); run the tests as root")
            });
        Self(around)
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes until nothing fits any more.
    ///
    /// # Panics
    ///
    /// If even an empty file cannot be made.
    pub fn fill_up(&self) {
        use std::io::Write as _;
        let mut file = fs::File::create(self.path().join("ballast")).expect("a file can be made");
        while file.write_all(&[0; 4096]).is_ok() {}
    }

    /// Makes room again.
    ///
    /// # Panics
    ///
    /// If it was not filled up before.
    pub fn make_room(&self) {
        fs::remove_file(self.path().join("ballast")).expect("it was filled up");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // What cannot be unmounted now is once nobody uses it.
        let _ = rustix::mount::unmount(self.0.path(), rustix::mount::UnmountFlags::DETACH);
    }
}
