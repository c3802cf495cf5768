//! Edges: events of a state that changes, told in the order in which it did.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::observe::event::{Event, Sink};
use crate::sync::plain;

/// The edges of one state that nobody was told of yet.
///
/// One teller at a time, and no lock is held while it tells: a listener that is slow must not hear
/// of an end after the next beginning, and one that changes the state itself must not wait for
/// itself.
#[derive(Debug, Default)]
pub(crate) struct Edges {
    waiting: Mutex<VecDeque<Event>>,
    telling: AtomicBool,
}

impl Edges {
    /// Changes the state, under a lock that orders its edges; an event is to be told.
    pub(crate) fn come(&self, change: impl FnOnce() -> Option<Event>) {
        let mut waiting = plain(&self.waiting);
        waiting.extend(change());
    }

    /// Tells what is to be told, unless somebody else is telling.
    pub(crate) fn tell(&self, sink: &Sink) {
        while !plain(&self.waiting).is_empty() && !self.telling.swap(true, Ordering::AcqRel) {
            loop {
                let Some(edge) = plain(&self.waiting).pop_front() else { break };
                sink.raise(&edge);
            }
            self.telling.store(false, Ordering::Release);
        }
    }
}
