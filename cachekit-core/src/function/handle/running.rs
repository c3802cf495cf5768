//! A call of an async function on its way to its end.
//!
//! Written by hand, so that nothing but a pointer to it and the body's own future is on the stack
//! while the body is polled, and that everything beside the body is compiled once a kind of return value.

use std::fmt;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::flight::reentry::{Body, Entered, Ran};
use crate::function::handle::Tail;
use crate::function::handle::miss::{After, Missed, Now, Waiting};
use crate::function::handle::tier::Boxed;

/// A call of an async function, with its body.
///
/// One pointer, so that the future of a function which has it for its misses stays small in a hit.
#[must_use = "a future does nothing unless it is awaited"]
pub struct Running<B: Future, A, T: Tail>(Box<Parts<B, A, T>>);

struct Parts<B: Future, A, T: Tail> {
    body: Pin<Box<B>>,
    stage: Stage<B::Output, A, T>,
}

/// All of a call but its body.
enum Stage<R, A, T: Tail> {
    /// There may be something to do at once.
    Goes(Waiting<R, A>),
    /// Something is waited for.
    Waits(Boxed<Waiting<R, A>>),
    /// The body has begun.
    Runs {
        rest: Waiting<R, A>,
        body: Body,
        refused: bool,
    },
    /// The body's return value is not cached, and its filler is taken back.
    Settles(Boxed<()>, T::Held<A>),
    Over,
}

/// What is to be done by whoever polls.
enum Turn<A> {
    Body(Entered),
    End(A),
}

impl<R: 'static, A: 'static, T: Tail> Missed<R, A, T> {
    /// Runs the call. Out of line, so that a hit's poll stays small.
    #[cold]
    #[inline(never)]
    pub fn run<B: Future<Output = R>>(self, body: B) -> Running<B, A, T> {
        let stage = Stage::Goes(self.rest);
        Running(Box::new(Parts { body: Box::pin(body), stage }))
    }
}

impl<B, A, T> Future for Running<B, A, T>
where
    B: Future<Output: 'static>,
    A: 'static,
    T: Tail,
{
    type Output = A;

    #[inline(never)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<A> {
        let this = &mut *self.get_mut().0;
        loop {
            let entered = match ready!(this.stage.go(cx)) {
                Turn::Body(entered) => entered,
                Turn::End(told) => return Poll::Ready(told),
            };
            let Poll::Ready(returned) = this.body.as_mut().poll(cx) else {
                this.stage.left(entered);
                return Poll::Pending;
            };
            if let Some(told) = this.stage.took(entered, returned) {
                return Poll::Ready(told);
            }
        }
    }
}

impl<R: 'static, A: 'static, T: Tail> Stage<R, A, T> {
    /// Goes on until the body is to be polled, or the call is over.
    #[inline(never)]
    fn go(&mut self, cx: &mut Context<'_>) -> Poll<Turn<A>> {
        loop {
            match mem::replace(self, Self::Over) {
                Self::Goes(mut rest) => match rest.go() {
                    Now::Wait => *self = Self::Waits(rest.wait()),
                    Now::Body(body) => *self = Self::Runs { rest, body, refused: false },
                    Now::End(told) => return Poll::Ready(Turn::End(told)),
                },
                Self::Waits(mut wait) => match wait.as_mut().poll(cx) {
                    Poll::Ready(rest) => *self = Self::Goes(rest),
                    Poll::Pending => {
                        *self = Self::Waits(wait);
                        return Poll::Pending;
                    }
                },
                Self::Runs { rest, mut body, refused } => {
                    let entered = body.enter();
                    *self = Self::Runs { rest, body, refused };
                    return Poll::Ready(Turn::Body(entered));
                }
                Self::Settles(mut settle, held) => {
                    if settle.as_mut().poll(cx).is_pending() {
                        *self = Self::Settles(settle, held);
                        return Poll::Pending;
                    }
                    return Poll::Ready(Turn::End(T::give(held)));
                }
                Self::Over => panic!("a call was polled after its end"),
            }
        }
    }

    /// The body waits for something.
    #[inline(never)]
    fn left(&mut self, entered: Entered) {
        if let Self::Runs { refused, body, .. } = self {
            *refused |= body.leave(entered);
        }
    }

    /// Takes the body's return value; answers if the call is over with that.
    #[inline(never)]
    fn took(&mut self, entered: Entered, returned: R) -> Option<A> {
        let now = entered.leave();
        let Self::Runs { rest, refused, .. } = mem::replace(self, Self::Over) else {
            unreachable!("the body is polled only while it runs");
        };
        match rest.took(Ran { returned, refused: refused | now }) {
            After::Goes(rest) => *self = Self::Goes(rest),
            After::Ends(told, None) => return Some(told),
            After::Ends(told, Some(last)) => *self = Self::Settles(last, T::hold(told)),
        }
        None
    }
}

impl<B: Future, A, T: Tail> fmt::Debug for Running<B, A, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").finish_non_exhaustive()
    }
}
