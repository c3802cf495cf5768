//! Warming: entries made before anybody asks, through the same call, a few at a time.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

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

/// An argument that is no part of the key, and that each call of a list takes anew.
#[diagnostic::on_unimplemented(
    message = "`{Self}` serves one call, and warming makes many",
    label = "each of the calls takes its own `{T}`",
    note = "derive `Clone` on the type, or let the function take a reference to it"
)]
pub trait Again<T> {
    /// One for a call.
    fn again(&self) -> T;
}

impl<T: Clone> Again<T> for T {
    fn again(&self) -> T {
        self.clone()
    }
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
