//! One connection: commands and answers under way, each in its order.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::SystemTime;

use crate::l2::Fault;
use crate::l2::memory::Memory;
use crate::sync::plain;
use crate::time::clock::Clock;

/// The server's time, in microseconds since the Unix epoch.
pub(super) type Micros = i128;

/// What a command does at the server; it answers with how its answer is taken.
type Command = Box<dyn FnOnce(&Memory, Micros) -> Answer + Send>;

/// An answer, to be handed to whoever waits.
pub(super) type Answer = Box<dyn FnOnce() + Send>;

/// A command under way.
pub(super) struct Job {
    pipe: Arc<Pipe>,
    command: Command,
}

impl Job {
    /// Does it, in the server's process.
    pub(super) fn obey(self, memory: &Memory) -> (Arc<Pipe>, Answer) {
        let answer = (self.command)(memory, server_time());
        (self.pipe, answer)
    }
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Job")
    }
}

fn server_time() -> Micros {
    let since = Clock::System.wall().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| i128::try_from(since.as_micros()).unwrap_or(i128::MAX))
}

/// One connection.
#[derive(Default)]
pub(super) struct Pipe(Mutex<State>);

#[derive(Default)]
struct State {
    is_cut: bool,
    out: VecDeque<Job>,
    back: VecDeque<Answer>,
    waiting: Vec<Waker>,
}

impl Pipe {
    fn state(&self) -> MutexGuard<'_, State> {
        plain(&self.0)
    }

    pub(super) fn sent(&self, job: Job) {
        self.state().out.push_back(job);
    }

    pub(super) fn arrives(&self) -> Option<Job> {
        self.state().out.pop_front()
    }

    pub(super) fn answered(&self, answer: Answer) {
        self.state().back.push_back(answer);
    }

    pub(super) fn delivers(&self) {
        let mut state = self.state();
        let answer = state.back.pop_front();
        let is_cut = state.is_cut;
        drop(state);
        if let Some(answer) = answer.filter(|_| !is_cut) {
            answer();
        }
    }

    /// Ends the connection; how many commands arrive all the same is chosen by `dice`.
    pub(super) fn cut(&self, dice: u64) {
        let mut state = self.state();
        state.is_cut = true;
        let all = state.out.len() as u64 + 1;
        let kept = usize::try_from(dice % all).unwrap_or_default();
        let lost = state.out.split_off(kept);
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        drop(lost);
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Waits for the end of the connection.
    fn poll_cut(&self, cx: &Context<'_>) -> Poll<Fault> {
        let mut state = self.state();
        if state.is_cut {
            return Poll::Ready(Fault::unreachable("the simulated connection was cut"));
        }
        if !state.waiting.iter().any(|waker| waker.will_wake(cx.waker())) {
            state.waiting.push(cx.waker().clone());
        }
        Poll::Pending
    }
}

/// Where an answer is taken, with the server's time at which it was made.
struct Desk<T>(Mutex<Waits<T>>);

struct Waits<T> {
    answer: Option<(T, Micros)>,
    waker: Option<Waker>,
}

/// A command that is sent: what it is, and its answer to come.
pub(super) fn command<T: Send + 'static>(
    pipe: &Arc<Pipe>,
    does: impl FnOnce(&Memory, Micros) -> T + Send + 'static,
) -> (Job, impl Future<Output = Result<(T, Micros), Fault>> + Send + 'static) {
    let desk = Arc::new(Desk(Mutex::new(Waits { answer: None, waker: None })));
    let (taker, pipe) = (Arc::clone(&desk), Arc::clone(pipe));
    let command: Command = Box::new(move |memory, now| {
        let done = does(memory, now);
        Box::new(move || desk.put((done, now)))
    });
    let job = Job { pipe: Arc::clone(&pipe), command };
    let answer = std::future::poll_fn(move |cx| {
        if let Some(answer) = taker.take(cx) {
            return Poll::Ready(Ok(answer));
        }
        pipe.poll_cut(cx).map(Err)
    });
    (job, answer)
}

impl<T> Desk<T> {
    fn put(&self, answer: (T, Micros)) {
        let mut desk = plain(&self.0);
        desk.answer = Some(answer);
        let waker = desk.waker.take();
        drop(desk);
        waker.into_iter().for_each(Waker::wake);
    }

    fn take(&self, cx: &Context<'_>) -> Option<(T, Micros)> {
        let mut desk = plain(&self.0);
        let answer = desk.answer.take();
        let before = answer.is_none().then(|| desk.waker.replace(cx.waker().clone()));
        drop(desk);
        drop(before);
        answer
    }
}
