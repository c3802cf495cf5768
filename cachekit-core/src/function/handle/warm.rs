//! Warming: entries made before anybody asks, through the same call, a few at a time.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use crate::call::Purpose;
use crate::call::steps::Intent;
use crate::function::handle::{Handle, Local, Miss, Tier, Wired};
use crate::key::tenant::{Named, Owner};
use crate::key::{KeyPart, Stored};
use crate::value::answer::{Source, Story};
use crate::value::returns::{Shape, Split};

/// Bodies that run at a time: enough to be done soon, few enough to leave what they ask to others.
const AT_A_TIME: usize = 8;

/// What came of warming.
///
/// ```
/// fn describe(warmed: cachekit::Warmed) -> String {
///     format!("{} made, {} there already, {} failed", warmed.computed, warmed.present, warmed.failed)
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Warmed {
    /// Entries that a body made.
    pub computed: usize,
    /// Entries that were there.
    pub present: usize,
    /// Bodies that returned nothing to keep, and calls that the cache refused.
    pub failed: usize,
}

/// What came of warming one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warmth {
    /// A body made it.
    Computed,
    /// It was there.
    Present,
    /// There is none.
    Failed,
}

impl Warmed {
    /// Counts one entry.
    #[doc(hidden)]
    pub fn count(&mut self, warmth: Warmth) {
        match warmth {
            Warmth::Computed => self.computed += 1,
            Warmth::Present => self.present += 1,
            Warmth::Failed => self.failed += 1,
        }
    }
}

/// A call that nobody waits for: what is there is left as it is.
#[cold]
#[inline(never)]
pub fn warm<S, T, G, K>(handle: &Handle<S, T, G>, parts: &K) -> Miss<K::Owned, S, T, G>
where
    S: Shape,
    T: Tier<K>,
    G: ?Sized + 'static,
    K: KeyPart<Owned: Owner> + Named,
{
    Miss { purpose: Purpose::Warm, ..Miss::new(handle, parts, Intent::Read) }
}

/// Warms entries one beside the other, and never more than a few.
pub async fn warm_each<I, F>(items: I, each: impl Fn(I::Item) -> F) -> Warmed
where
    I: IntoIterator,
    F: Future<Output = Warmth>,
{
    let mut items = items.into_iter().fuse();
    let mut running: Vec<Pin<Box<F>>> = Vec::with_capacity(AT_A_TIME);
    let mut warmed = Warmed::default();
    poll_fn(|cx| {
        while running.len() < AT_A_TIME {
            let Some(item) = items.next() else { break };
            running.push(Box::pin(each(item)));
        }
        let before = running.len();
        running.retain_mut(|call| match call.as_mut().poll(cx) {
            Poll::Ready(warmth) => {
                warmed.count(warmth);
                false
            }
            Poll::Pending => true,
        });
        match running.len() {
            0 if before == 0 => Poll::Ready(()),
            now if now < before => {
                // There is room for another, after whatever else the executor has to do.
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            _ => Poll::Pending,
        }
    })
    .await;
    warmed
}

impl<O, S, T, G> Miss<O, S, T, G>
where
    O: Stored + Owner,
    S: Shape,
    G: ?Sized + 'static,
{
    /// Makes the entry, parking the thread where it must wait.
    pub fn warm_blocking(self, body: impl FnOnce() -> S::Return) -> Warmth {
        let keep = self.store.facts.keep;
        let (returned, story) = self.block(body);
        warmth::<S>(returned, story, keep)
    }
}

impl<O, S, G> Miss<O, S, Local, G>
where
    O: Stored + Owner,
    S: Shape,
    G: ?Sized + 'static,
{
    /// Makes the entry.
    pub async fn warm_future<B: Future<Output = S::Return>>(self, body: B) -> Warmth {
        let keep = self.store.facts.keep;
        let (returned, story) = self.run(body).await.local();
        warmth::<S>(returned, story, keep)
    }
}

impl<O, S, G> Miss<O, S, Wired, G>
where
    O: Stored + Owner,
    S: Shape,
    G: ?Sized + 'static,
{
    /// Makes the entry.
    pub async fn warm_future<B: Future<Output = S::Return>>(self, body: B) -> Warmth {
        let keep = self.store.facts.keep;
        let (returned, story) = self.run(body).await.settle().await;
        warmth::<S>(returned, story, keep)
    }
}

fn warmth<S: Shape>(returned: S::Return, story: Story, keep: S::Keep) -> Warmth {
    match (S::split(returned, keep), story.source) {
        (Split::Pass(_), _) => Warmth::Failed,
        (Split::Keep(..), Source::Computed | Source::Coalesced) => Warmth::Computed,
        (Split::Keep(..), _) => Warmth::Present,
    }
}
