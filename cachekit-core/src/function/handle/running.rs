//! A call of an async function on its way to its end.
//!
//! Written by hand, so that nothing but a pointer to it and the body's own future is on the stack
//! while the body is polled, and that everything beside the body is compiled once a kind of value.

use std::fmt;
use std::marker::PhantomData;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::call::Call;
use crate::call::drive::{self, Facts, Took, Turn};
use crate::flight::reentry::{Entered, FlightId, Ran};
use crate::function::handle::tier::{Boxed, Waiting};
use crate::function::handle::{Miss, Tail, Tells};
use crate::key::Stored;
use crate::key::tenant::Owner;
use crate::value::answer::Story;
use crate::value::returns::Shape;

/// A call of an async function, with its body.
///
/// One pointer, so that the future of a function which has it for its misses stays small in a hit.
#[must_use = "a future does nothing unless it is awaited"]
pub struct Running<B, O: 'static, S: Shape, T: Tail, A>(Box<Parts<B, O, S, T, A>>);

struct Parts<B, O: 'static, S: Shape, T: Tail, A> {
    body: Pin<Box<B>>,
    rest: Rest<O, S, T, A>,
}

/// All of a call but its body.
struct Rest<O: 'static, S: Shape, T: Tail, A> {
    facts: &'static Facts<S>,
    stage: Stage<O, S, T>,
    tells: PhantomData<fn() -> A>,
}

enum Stage<O: 'static, S: Shape, T: Tail> {
    /// There may be something to do at once.
    Goes(Box<Call<'static, O, S::Value>>),
    /// Something is waited for.
    Waits(Boxed<Waiting<O, S::Value>>),
    /// The body has begun.
    Runs {
        call: Box<Call<'static, O, S::Value>>,
        flight: FlightId,
        refused: bool,
    },
    /// The body's return value is not cached, and its filler is taken back.
    Settles(Boxed<()>, T::Held<S::Return>, Story),
    Over,
}

/// What is to be done now.
enum Now<A> {
    Body(Entered),
    End(A),
}

impl<O: Stored + Owner, S: Shape, T: Tail> Miss<O, S, T> {
    /// Runs the call. Out of line, so that a hit's poll stays small.
    #[cold]
    #[inline(never)]
    pub fn run<A: Tells<S>, B>(self, body: B) -> Running<B, O, S, T, A>
    where
        B: Future<Output = S::Return>,
    {
        let rest = Rest { facts: self.facts, stage: Stage::Goes(self.call), tells: PhantomData };
        Running(Box::new(Parts { body: Box::pin(body), rest }))
    }
}

impl<B, O, S, T, A> Future for Running<B, O, S, T, A>
where
    B: Future<Output = S::Return>,
    O: Stored + Owner,
    S: Shape,
    T: Tail,
    A: Tells<S>,
{
    type Output = A::Out;

    #[inline(never)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<A::Out> {
        let this = &mut *self.get_mut().0;
        loop {
            let entered = match ready!(this.rest.go(cx)) {
                Now::Body(entered) => entered,
                Now::End(told) => return Poll::Ready(told),
            };
            let Poll::Ready(returned) = this.body.as_mut().poll(cx) else {
                this.rest.left(entered);
                return Poll::Pending;
            };
            if let Some(told) = this.rest.took(entered, returned) {
                return Poll::Ready(told);
            }
        }
    }
}

impl<O: Stored + Owner, S: Shape, T: Tail, A: Tells<S>> Rest<O, S, T, A> {
    /// Goes on until the body is to be polled, or the call is over.
    #[inline(never)]
    fn go(&mut self, cx: &mut Context<'_>) -> Poll<Now<A::Out>> {
        loop {
            match mem::replace(&mut self.stage, Stage::Over) {
                Stage::Goes(mut call) => match drive::go(&mut call) {
                    Turn::Wait => self.stage = Stage::Waits(T::wait(call)),
                    Turn::Body => {
                        let flight = call.begin();
                        self.stage = Stage::Runs { call, flight, refused: false };
                    }
                    Turn::Done(end) => {
                        let (returned, story) = drive::end::<O, S>(&mut call, end, self.facts);
                        return Poll::Ready(Now::End(A::tell(returned, story, self.facts)));
                    }
                },
                Stage::Waits(mut wait) => match wait.as_mut().poll(cx) {
                    Poll::Ready(call) => self.stage = Stage::Goes(call),
                    Poll::Pending => {
                        self.stage = Stage::Waits(wait);
                        return Poll::Pending;
                    }
                },
                Stage::Runs { call, flight, refused } => {
                    self.stage = Stage::Runs { call, flight, refused };
                    return Poll::Ready(Now::Body(Entered::new(flight)));
                }
                Stage::Settles(mut settle, held, story) => {
                    if settle.as_mut().poll(cx).is_pending() {
                        self.stage = Stage::Settles(settle, held, story);
                        return Poll::Pending;
                    }
                    return Poll::Ready(Now::End(A::tell(T::give(held), story, self.facts)));
                }
                Stage::Over => panic!("a call was polled after its end"),
            }
        }
    }

    /// The body waits for something.
    #[inline(never)]
    fn left(&mut self, entered: Entered) {
        if let Stage::Runs { refused, .. } = &mut self.stage {
            *refused |= entered.leave();
        }
    }

    /// Takes the body's return value; answers if the call is over with that.
    #[inline(never)]
    fn took(&mut self, entered: Entered, returned: S::Return) -> Option<A::Out> {
        let now = entered.leave();
        let Stage::Runs { call, refused, .. } = mem::replace(&mut self.stage, Stage::Over) else {
            unreachable!("the body is polled only while it runs");
        };
        match drive::took::<O, S>(call, self.facts, Ran { returned, refused: refused | now }) {
            Took::Goes(call) => self.stage = Stage::Goes(call),
            Took::Passed(returned, story, None) => {
                return Some(A::tell(returned, story, self.facts));
            }
            Took::Passed(returned, story, Some(last)) => {
                let held = T::hold(returned);
                self.stage = Stage::Settles(T::settle(last), held, story);
            }
        }
        None
    }
}

impl<B, O, S: Shape, T: Tail, A> fmt::Debug for Running<B, O, S, T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").finish_non_exhaustive()
    }
}
