//! Files of the same bytes, read and written with nothing around it.

use std::fs::{self, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Clone)]
pub(crate) struct Files {
    paths: Arc<[PathBuf]>,
    beside: PathBuf,
    bytes: Arc<[u8]>,
}

impl Files {
    pub(crate) fn new(folder: &Path, many: u64, bytes: &[u8]) -> Self {
        fs::create_dir(folder).expect("it can be made");
        let paths = (0..many).map(|n| folder.join(format!("{n:064x}.0123456789abcdef"))).collect();
        let files = Self { paths, beside: folder.join("beside"), bytes: Arc::from(bytes) };
        (0..many).for_each(|n| files.write(n));
        files
    }

    pub(crate) fn read(&self, n: u64) {
        let mut file = fs::File::open(self.path(n)).expect("it is there");
        let mut bytes = Vec::with_capacity(self.bytes.len());
        file.read_to_end(&mut bytes).expect("it can be read");
        assert_eq!(bytes.len(), self.bytes.len());
    }

    pub(crate) fn write(&self, n: u64) {
        let mut options = OpenOptions::new();
        let file = options.write(true).create_new(true).mode(0o600).open(&self.beside);
        file.expect("it is not there").write_all(&self.bytes).expect("there is room");
        fs::rename(&self.beside, self.path(n)).expect("it can be renamed");
    }

    fn path(&self, n: u64) -> &Path {
        &self.paths[usize::try_from(n).expect("few")]
    }
}

/// The values below a directory of the cache.
pub(crate) fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("it is there").flatten() {
        let path = entry.path();
        match path.file_name().is_some_and(|name| name.len() == 64 + 1 + 16) {
            true => found.push(path),
            false if path.is_dir() => found.extend(below(&path)),
            false => {}
        }
    }
    found
}
