//! Waits for a future on the current thread, without an executor.

use std::pin::pin;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Polls `future` to its end, parking the thread between polls.
///
/// Needs no ambient runtime, so it works on a plain thread and inside a worker of any executor.
/// `future` must be woken from elsewhere: another thread, never this one.
///
/// # Panics
///
/// In a simulation, whose one thread would wait for itself.
pub(crate) fn park_on<F: Future>(future: F) -> F::Output {
    let signal = Arc::new(Signal { thread: thread::current(), woken: AtomicBool::new(false) });
    let waker = Waker::from(Arc::clone(&signal));
    let mut cx = Context::from_waker(&waker);
    // An executor that counts a task's turns would put a future off until the task yields, which a
    // thread that is parked does not.
    #[cfg(feature = "l2")]
    let future = tokio::task::unconstrained(future);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
        #[cfg(feature = "testing")]
        assert!(
            !crate::world::simulated::is_simulated(),
            "a function that blocks has to wait, and the one thread of a simulation cannot; \
             simulate async functions, and await what is asked"
        );
        // The flag, not the park token, carries the wake-up: a nested `park_on` in the function's
        // body may have consumed our token. Acquire pairs with the Release in `wake`.
        while !signal.woken.swap(false, Ordering::Acquire) {
            thread::park();
        }
    }
}

struct Signal {
    thread: Thread,
    woken: AtomicBool,
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;

    #[test]
    fn a_nested_wait_does_not_swallow_the_outer_wake_up() {
        let (tell, told) = std::sync::mpsc::channel::<Waker>();
        let waker_thread = thread::spawn(move || {
            for waker in told {
                waker.wake();
            }
        });
        let mut polls = 0;
        park_on(poll_fn(|cx| {
            polls += 1;
            if polls == 3 {
                return Poll::Ready(());
            }
            tell.send(cx.waker().clone()).expect("the waking thread lives");
            let mut nested = 0;
            park_on(poll_fn(|cx| {
                nested += 1;
                if nested == 2 {
                    return Poll::Ready(());
                }
                tell.send(cx.waker().clone()).expect("the waking thread lives");
                Poll::Pending
            }));
            Poll::Pending
        }));
        drop(tell);
        waker_thread.join().expect("the waking thread ends");
        assert_eq!(polls, 3);
    }
}
