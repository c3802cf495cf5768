//! The bodies that run on this thread right now: found by re-entrant calls, marked by refusals inside them.

use std::cell::RefCell;

use crate::observe::trace;

thread_local! {
    static STACK: RefCell<Vec<Frame>> = const { RefCell::new(Vec::new()) };
}

/// Tells one flight in progress from every other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FlightId {
    table: usize,
    number: u64,
}

impl FlightId {
    /// Of a body that runs for no flight.
    pub(crate) const NONE: Self = Self { table: 0, number: 0 };

    /// The flight of this number, in the table at this address.
    pub(crate) fn new(table: usize, number: u64) -> Self {
        Self { table, number }
    }
}

/// Here and not in what a sync function keeps while its body runs, of which a recursion has one on
/// the stack for each level.
#[derive(Debug)]
struct Frame {
    /// The flight that the body is for.
    flight: FlightId,
    /// Whether a cachekit call inside the body was refused.
    refused: bool,
    /// The body's span, which this thread is inside of.
    span: trace::Within,
}

/// A body that is to run, while no thread is inside it.
#[derive(Debug)]
pub(crate) struct Body {
    flight: FlightId,
    span: trace::Around,
}

/// What a body returned, and whether the cache refused a call inside it.
#[derive(Debug)]
pub(crate) struct Ran<R> {
    pub(crate) returned: R,
    pub(crate) refused: bool,
}

/// Whether a body of this flight is running further up this thread's stack.
pub(crate) fn holds(flight: FlightId) -> bool {
    with(|stack| stack.iter().any(|frame| frame.flight == flight)).unwrap_or(false)
}

/// Whether any cached body is running further up this thread's stack.
pub(crate) fn is_inside() -> bool {
    with(|stack| !stack.is_empty()).unwrap_or(false)
}

/// Marks the bodies that are running: whatever error they make of the refusal is not theirs.
pub(crate) fn mark_refusal() {
    with(|stack| stack.iter_mut().for_each(|frame| frame.refused = true));
}

/// A body that runs, or is polled, on this thread: found by the calls inside it until it is left.
///
/// Dropped instead, as when the body panics, it is left all the same.
#[derive(Debug)]
pub(crate) struct Entered(());

impl Body {
    /// A body of a function, for a flight.
    pub(crate) fn new(flight: FlightId, function: &'static str) -> Self {
        Self { flight, span: trace::Around::body(function) }
    }

    /// Enters it, for one poll or for the whole of a sync one.
    #[inline(never)]
    pub(crate) fn enter(&mut self) -> Entered {
        // Outside the stack's borrow, as whatever a subscriber does.
        let frame = Frame { flight: self.flight, refused: false, span: self.span.enter() };
        with(|stack| stack.push(frame));
        Entered(())
    }

    /// Leaves it until the next poll; answers whether the cache refused a call inside it.
    #[inline(never)]
    pub(crate) fn leave(&mut self, entered: Entered) -> bool {
        let (refused, span) = entered.pop();
        self.span = span.unwrap_or_else(trace::Around::nothing);
        refused
    }
}

impl Entered {
    /// Leaves it for good; answers whether the cache refused a call inside it.
    #[inline(never)]
    pub(crate) fn leave(self) -> bool {
        self.pop().0
    }

    fn pop(self) -> (bool, Option<trace::Around>) {
        std::mem::forget(self);
        match with(Vec::pop).flatten() {
            Some(frame) => (frame.refused, Some(frame.span.leave())),
            None => (false, None),
        }
    }
}

impl Drop for Entered {
    #[inline(never)]
    fn drop(&mut self) {
        // What was on the stack drops outside its borrow.
        let _left = with(Vec::pop);
    }
}

/// Nothing is known while the thread's locals are being destroyed: a call from another local's
/// destructor is then only coalesced, never found re-entrant.
fn with<T>(use_it: impl FnOnce(&mut Vec<Frame>) -> T) -> Option<T> {
    STACK.try_with(|stack| use_it(&mut stack.borrow_mut())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a body of `flight`; answers whether a call inside it was refused.
    fn run<R>(flight: FlightId, body: impl FnOnce() -> R) -> (R, bool) {
        let entered = Body::new(flight, "function").enter();
        let returned = body();
        (returned, entered.leave())
    }

    fn id(number: u64) -> FlightId {
        FlightId::new(1, number)
    }

    #[test]
    fn a_frame_stands_while_its_body_runs_and_no_longer() {
        let ran = run(id(7), || holds(id(7)) && !holds(id(8)));
        assert_eq!(ran, (true, false));
        assert!(!holds(id(7)));
    }

    #[test]
    fn a_refusal_marks_every_body_around_it() {
        assert_eq!(run(id(1), || run(id(2), mark_refusal).1), (true, true));
        assert_eq!(run(id(3), || ()), ((), false));
    }

    #[test]
    fn a_panicking_body_leaves_no_frame() {
        let panicked = std::panic::catch_unwind(|| run(id(9), || panic!("body")));
        assert!(panicked.is_err());
        assert!(!holds(id(9)));
    }
}
