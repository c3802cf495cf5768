//! A world of a test's own behind the statics of cached functions.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll};

use crate::sync::plain;
use crate::time::park::park_on;
use crate::world::{Entered, Number, number};

/// What cached functions keep, for one test: entries, flights, statistics, the installed runtime and
/// its clock, all of which a process has once.
///
/// A thread is in a world while [`World::run`] runs, and a task while what [`World::within`] returns
/// is polled. Tests that are in worlds of their own may run beside each other, whatever functions
/// they share and whichever crate those are in. Threads and tasks that a test spawns are outside,
/// until they enter by hand. Several worlds whose runtimes share one tier are several nodes.
///
/// In a world that has installed a runtime, functions that name another with `runtime = ..` use the
/// installed one too.
///
/// The world ends with the last clone of this: what it keeps is forgotten. Nothing that began in it
/// may still run then.
///
/// ```
/// use cachekit::testing::World;
/// use cachekit::{Source, cached};
///
/// #[cached(mode = "local")]
/// fn square(n: u64) -> u64 {
///     n * n
/// }
///
/// let (one, other) = (World::new(), World::new());
/// assert_eq!(one.run(|| square::detailed(3)).source, Source::Computed);
/// assert_eq!(one.run(|| square::detailed(3)).source, Source::L1);
/// assert_eq!(other.run(|| square::detailed(3)).source, Source::Computed);
/// // What was asked for in a world is done there, wherever it is waited for.
/// let asked = one.run(|| square::at(3).peek());
/// assert_eq!(asked.wait()?, Some(9));
/// assert_eq!(square::peek(3)?, None);
/// # Ok::<(), cachekit::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct World(Arc<Own>);

/// A world's number, while the world lasts.
#[derive(Debug)]
struct Own(Number);

impl Drop for Own {
    fn drop(&mut self) {
        plain(&WORLDS).remove(&self.0);
        let entered = Entered::new(self.0);
        crate::runtime::end_world();
        drop(entered);
        Entered::end(self.0);
    }
}

/// The worlds that last, by number.
static WORLDS: Mutex<BTreeMap<Number, Weak<Own>>> = Mutex::new(BTreeMap::new());

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    /// A world in which nothing has been called.
    pub fn new() -> Self {
        Self::begin(None)
    }

    /// The same, whose random choices (spread of lives, hashes, names of fills) follow from `seed`.
    ///
    /// They are the same again where calls come in the same order. Nothing in it is secret.
    ///
    /// ```
    /// let world = cachekit::testing::World::seeded(7);
    /// world.run(|| ());
    /// ```
    pub fn seeded(seed: u64) -> Self {
        Self::begin(Some(seed))
    }

    fn begin(seed: Option<u64>) -> Self {
        let own = Arc::new(Own(Entered::begin(seed)));
        plain(&WORLDS).insert(own.0, Arc::downgrade(&own));
        Self(own)
    }

    /// The world that this thread is in, to be entered by one that it spawns; `None` outside.
    ///
    /// ```
    /// use std::thread;
    /// use cachekit::testing::{World, world};
    ///
    /// world(|| {
    ///     let here = World::here().expect("it is in one");
    ///     thread::spawn(move || here.run(|| ())).join().expect("no panic");
    /// });
    /// assert!(World::here().is_none());
    /// ```
    pub fn here() -> Option<Self> {
        plain(&WORLDS).get(&number()).and_then(Weak::upgrade).map(Self)
    }

    pub(super) fn number(&self) -> Number {
        self.0.0
    }

    /// Runs something in the world, on this thread.
    pub fn run<R>(&self, then: impl FnOnce() -> R) -> R {
        let _entered = Entered::new(self.0.0);
        then()
    }

    /// A future that is polled in the world, on whichever thread.
    ///
    /// ```
    /// use cachekit::testing::World;
    ///
    /// # async fn example() {
    /// let world = World::new();
    /// world.within(async { assert!(World::here().is_some()) }).await;
    /// # }
    /// ```
    pub fn within<F: Future>(&self, future: F) -> Within<F> {
        Within { world: self.clone(), future: Box::pin(future) }
    }
}

/// A future in a world.
///
/// ```
/// use cachekit::testing::{Within, World};
///
/// fn named(world: &World) -> Within<std::future::Ready<u64>> {
///     world.within(std::future::ready(1))
/// }
/// # let _ = named(&World::new());
/// ```
#[derive(Debug)]
#[must_use = "a future does nothing unless it is awaited"]
pub struct Within<F> {
    world: World,
    future: Pin<Box<F>>,
}

impl<F: Future> Future for Within<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let world = self.world.clone();
        world.run(|| self.future.as_mut().poll(cx))
    }
}

/// Runs a test in a world of its own.
///
/// ```
/// use cachekit::{cached, testing};
///
/// #[cached(mode = "local")]
/// fn answer() -> u64 {
///     42
/// }
///
/// testing::world(|| {
///     assert_eq!(answer(), 42);
///     assert_eq!(answer::stats().misses, 1);
/// });
/// assert_eq!(answer::stats().misses, 0);
/// ```
pub fn world<R>(test: impl FnOnce() -> R) -> R {
    World::new().run(test)
}

/// Runs an async test in a world of its own, on this thread, which it parks where it must wait.
#[doc(hidden)]
pub fn world_of<F: Future>(test: F) -> F::Output {
    park_on(World::new().within(test))
}
