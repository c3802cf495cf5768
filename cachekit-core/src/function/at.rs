//! At: one entry of a function, by its key, and what can be done with it without running the body.
//!
//! Which key it is, and of which function, is behind one pointer: what generated code names of it is
//! the type of its values alone.

mod entry;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::call::change::Handover;
use crate::call::invalidate::Invalidated;
use crate::error::Error;
use crate::function::asked::Asked;
use crate::time::park::park_on;
use crate::world::Here;

pub(crate) use entry::{Entry, Way};

/// One entry of a cached function; `V` is what is cached.
///
/// It owns its key and borrows nothing, so that it can be kept, cloned and sent to another task.
///
/// ```
/// use cachekit::{At, cached};
///
/// #[cached(mode = "local")]
/// fn square(n: u64) -> u64 {
///     n * n
/// }
///
/// let entry: At<u64> = square::at(7);
/// entry.prime(50).wait()?;
/// assert_eq!(square(7), 50);
/// entry.invalidate().wait()?;
/// assert_eq!(square(7), 49);
/// # Ok::<(), cachekit::Error>(())
/// ```
#[must_use = "an entry by itself does nothing"]
pub struct At<V> {
    entry: Arc<dyn Operations<V>>,
    /// The world that the entry is of, wherever it is asked something.
    here: Here,
}

/// One entry of a function, whatever its key.
pub(crate) trait Operations<V>: Send + Sync {
    fn peek(self: Arc<Self>) -> Asked<Result<Option<V>, Error>>;
    fn invalidate(self: Arc<Self>) -> Asked<Result<Invalidated, Error>>;
    fn prime(self: Arc<Self>, value: V) -> Asked<Result<Invalidated, Error>>;
    fn update(self: Arc<Self>, hand: Arc<Handover<V>>) -> Asked<Result<Option<V>, Error>>;
    fn key(&self) -> Option<String>;
}

impl<V: 'static> At<V> {
    pub(crate) fn new(entry: impl Operations<V> + 'static) -> Self {
        Self { entry: Arc::new(entry), here: Here::now() }
    }

    /// The value that a call would be served, if it is there; never runs the body.
    ///
    /// # Errors
    ///
    /// An L2 that cannot be asked, in every mode: there is no answer to mark.
    pub fn peek(&self) -> Asked<Result<Option<V>, Error>> {
        self.here.run(|| Arc::clone(&self.entry).peek())
    }

    /// Removes the entry everywhere, and keeps computations in flight from bringing it back.
    ///
    /// # Errors
    ///
    /// In strict, what L2 did not confirm; it is owed then.
    pub fn invalidate(&self) -> Asked<Result<Invalidated, Error>> {
        self.here.run(|| Arc::clone(&self.entry).invalidate())
    }

    /// Puts a value in the entry's place, and revokes computations in flight.
    ///
    /// # Errors
    ///
    /// A value that cannot be stored; and in strict, what L2 did not confirm; it is owed then.
    pub fn prime(&self, value: V) -> Asked<Result<Invalidated, Error>> {
        self.here.run(|| Arc::clone(&self.entry).prime(value))
    }

    /// Changes the value that is there, atomically; `Ok(None)` if none is.
    ///
    /// `change` may be called several times: what it does beside changing the value is done as
    /// often.
    ///
    /// # Errors
    ///
    /// A conflict, where others kept changing the entry; a value that cannot be stored; and what L2
    /// did not answer: whether the value was changed is then unknown.
    pub fn update<F: FnMut(&mut V)>(&self, change: F) -> Updating<V, F> {
        let hand = Arc::new(Handover::new());
        let rounds = self.here.run(|| Arc::clone(&self.entry).update(Arc::clone(&hand)));
        Updating { rounds, hand, change }
    }

    /// The key of the entry in L2, which holds no argument's text; `None` where the function has no
    /// L2.
    #[must_use]
    pub fn key(&self) -> Option<String> {
        self.here.run(|| self.entry.key())
    }
}

/// The key of an entry of a function that has an L2.
///
/// # Panics
///
/// If the function has none: generated code asks only where there is one.
pub fn key<V: 'static>(at: &At<V>) -> String {
    at.key().expect("the function has an L2")
}

/// An update that is done once this is awaited or waited for.
///
/// ```
/// use cachekit::cached;
///
/// #[cached(mode = "local")]
/// fn greeting(name: &str) -> String {
///     format!("hello, {name}")
/// }
///
/// greeting("you");
/// let longer = greeting::at("you").update(|text| text.push('!'));
/// assert_eq!(longer.wait()?.as_deref(), Some("hello, you!"));
/// # Ok::<(), cachekit::Error>(())
/// ```
#[must_use = "nothing is done before this is awaited or waited for"]
pub struct Updating<V, F> {
    rounds: Asked<Result<Option<V>, Error>>,
    hand: Arc<Handover<V>>,
    change: F,
}

/// What changes a value is called where it lies, and never pinned.
impl<V, F> Unpin for Updating<V, F> {}

impl<V, F: FnMut(&mut V)> Updating<V, F> {
    /// Parks the current thread until it is done.
    ///
    /// # Errors
    ///
    /// As [`At::update`] says.
    pub fn wait(self) -> Result<Option<V>, Error> {
        park_on(self)
    }
}

impl<V, F: FnMut(&mut V)> Future for Updating<V, F> {
    type Output = Result<Option<V>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        loop {
            if let Poll::Ready(done) = Pin::new(&mut this.rounds).poll(cx) {
                return Poll::Ready(done);
            }
            if !this.hand.change(&mut this.change) {
                return Poll::Pending;
            }
        }
    }
}

impl<V> Clone for At<V> {
    fn clone(&self) -> Self {
        Self { entry: Arc::clone(&self.entry), here: self.here }
    }
}

impl<V> fmt::Debug for At<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("At").finish_non_exhaustive()
    }
}

impl<V, F> fmt::Debug for Updating<V, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Updating").finish_non_exhaustive()
    }
}
