//! A directory that two processes' worth of runtimes share, by a clock that a sequence moves.

use std::fmt;
use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt as _, symlink};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use cachekit::Runtime;
use cachekit::backend::Backend;
use cachekit::testing::{ManualClock, tier};

use super::{Side, Waiter};
use crate::Directory;
use crate::differential::difference::Check;
use crate::differential::scene::{
    GENERATIONS, Generation, NAMESPACE, Scene, Spot, VERSIONS, digest, folder, spots, tenant_name,
    version,
};
use crate::differential::step::{Client, Fate, Hand};
use crate::differential::task::{Came, Task, ask};
use crate::differential::value::{damage, end, is_sound, label};
use crate::differential::view::View;
use crate::patience::until;

/// A directory.
pub(in crate::differential) struct DirectorySide {
    tiers: [Arc<dyn Backend>; 2],
    _runtimes: [Runtime; 2],
    directory: Directory,
    /// What the directory calls the namespace.
    namespace: String,
    waiter: Waiter,
}

impl DirectorySide {
    pub(in crate::differential) fn new(clock: &ManualClock) -> Self {
        let directory = Directory::new();
        let runtimes = [(), ()].map(|()| directory.runtime(|builder| builder.clock(clock)));
        let tiers = [&runtimes[0], &runtimes[1]].map(|runtime| tier(runtime).expect("it has one"));
        let namespace = String::new();
        let waiter = Waiter::new();
        let mut side = Self { tiers, _runtimes: runtimes, directory, namespace, waiter };
        side.namespace = side.learn_namespace();
        side
    }

    /// Lets the directory make a folder of the namespace.
    fn learn_namespace(&self) -> String {
        let place = Scene(u64::MAX).place(Spot { entry: 0, version: 0 });
        let task = Task::Claim(place, Scene(u64::MAX).filler(0), crate::patience::in_time());
        self.waiter.wait(ask(&*self.tiers[0], &task)).expect("a directory takes claims");
        let of = format!("{NAMESPACE}.");
        let listed = fs::read_dir(self.directory.path().join("v1")).expect("it was made");
        let mut names = listed.flatten().map(|listed| listed.file_name().to_string_lossy().into());
        names.find(|name: &String| name.starts_with(&of)).expect("it was made")
    }

    /// What can be had of it.
    pub(in crate::differential) fn view(&self, scene: Scene) -> View {
        let mut view = View::default();
        for spot in spots() {
            let file = self.file(scene, spot);
            if let Some(bytes) = read(&file).filter(|bytes| !self.is_over(bytes)) {
                view.values.insert(spot, label(&bytes));
            }
            for (name, _) in self.of(scene, spot.entry) {
                view.fillers.extend(name.split_once('~').map(|(_, filler)| filler.to_owned()));
            }
        }
        view
    }

    /// Whether a value is there whose life is over, and whether that is as it was made.
    pub(in crate::differential) fn holds_over(&self, scene: Scene, spot: Spot) -> Option<Check> {
        let bytes = read(&self.file(scene, spot)).filter(|bytes| self.is_over(bytes))?;
        Some(if is_sound(&bytes) { Check::Right } else { Check::Wrong })
    }

    fn is_over(&self, bytes: &[u8]) -> bool {
        end(bytes).is_some_and(|end| end <= self.tiers[0].time().earliest)
    }

    fn above(&self, scene: Scene, generation: Generation) -> PathBuf {
        let function =
            self.directory.path().join("v1").join(&self.namespace).join(scene.function());
        match generation {
            Generation::Function => function,
            Generation::Tenant(tenant) => function.join(tenant_name(tenant)),
        }
    }

    fn folder(&self, scene: Scene, entry: usize) -> PathBuf {
        let function = self.above(scene, Generation::Function);
        function.join(folder(entry)).join(&digest(entry)[..2])
    }

    fn file(&self, scene: Scene, spot: Spot) -> PathBuf {
        let name = format!("{}.{}", digest(spot.entry), version(spot.version));
        self.folder(scene, spot.entry).join(name)
    }

    /// The files of an entry.
    fn of(&self, scene: Scene, entry: usize) -> Vec<(String, PathBuf)> {
        let listed = fs::read_dir(self.folder(scene, entry)).into_iter().flatten().flatten();
        let named =
            listed.map(|file| (file.file_name().to_string_lossy().into_owned(), file.path()));
        named.filter(|(name, _)| name.starts_with(&digest(entry))).collect()
    }

    fn remove_entry(&self, scene: Scene, entry: usize) {
        for (_, file) in self.of(scene, entry) {
            // The janitor may have been there first.
            drop(fs::remove_file(file));
        }
    }

    /// Puts something in a value's place that is no file.
    fn stain(&self, scene: Scene, spot: Spot) {
        let file = self.file(scene, spot);
        drop(fs::remove_file(&file));
        let above = self.folder(scene, spot.entry);
        DirBuilder::new().recursive(true).mode(0o700).create(above).expect("it can be made");
        symlink("nowhere", file).expect("a link can be made");
    }

    fn flush(&self) {
        remove(&self.directory.path().join("v1"));
    }
}

impl Side for DirectorySide {
    fn begin(&mut self) {
        self.flush();
    }

    fn now(&mut self) -> u64 {
        self.tiers[0].time().earliest
    }

    fn pass(&mut self, _time: Duration) {
        // Its clock is that of the tier in memory.
    }

    fn ask(&mut self, client: Client, fate: Fate, task: &Task) -> Came {
        let tier = match client {
            Client::First => &*self.tiers[0],
            Client::Second => &*self.tiers[1],
        };
        match fate {
            Fate::Answered | Fate::Late => Came::of(self.waiter.wait(ask(tier, task))),
            Fate::Unsent => {
                drop(ask(tier, task));
                Came::Nothing
            }
            Fate::Lost | Fate::Cut => Came::Unknown(self.waiter.wait(ask(tier, task)).ok()),
            Fate::Away => {
                self.directory.break_it();
                let answer = self.waiter.wait(ask(tier, task));
                self.directory.mend_it();
                Came::of_away(answer)
            }
        }
    }

    fn hand(&mut self, scene: Scene, hand: Hand) {
        match hand {
            Hand::Delete(entry) => self.remove_entry(scene, entry),
            Hand::Ungenerate(generation) => remove(&self.above(scene, generation)),
            Hand::Flush => self.flush(),
            Hand::Occupy(entry) => {
                self.remove_entry(scene, entry);
                (0..VERSIONS).for_each(|version| self.stain(scene, Spot { entry, version }));
            }
            Hand::Damage(spot) => {
                let file = self.file(scene, spot);
                if let Some(mut bytes) = read(&file) {
                    damage(&mut bytes);
                    fs::write(file, bytes).expect("a file can be written");
                }
            }
            Hand::Stain(spot) => self.stain(scene, spot),
            Hand::Degenerate(generation, _) => {
                let path = self.above(scene, generation);
                remove(&path);
                let above = path.parent().expect("a generation is in a folder");
                DirBuilder::new()
                    .recursive(true)
                    .mode(0o700)
                    .create(above)
                    .expect("it can be made");
                fs::write(path, b"another program's").expect("a file can be written");
            }
            Hand::Mark(..) | Hand::Litter(..) | Hand::Persist(_) => {
                unreachable!("a file has no fields, and {GENERATIONS:?} no dates")
            }
        }
    }
}

/// The bytes of a file, if it is one.
fn read(file: &Path) -> Option<Vec<u8>> {
    let is_file = fs::symlink_metadata(file).is_ok_and(|facts| facts.is_file());
    is_file.then(|| fs::read(file).ok()).flatten()
}

/// Removes a directory while a janitor may be at work in it.
fn remove(path: &Path) {
    until("a directory is removed", || {
        drop(fs::remove_dir_all(path));
        drop(fs::remove_file(path));
        fs::symlink_metadata(path).is_err()
    });
}

impl fmt::Debug for DirectorySide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectorySide").field("directory", &self.directory).finish_non_exhaustive()
    }
}
