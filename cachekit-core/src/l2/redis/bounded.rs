//! A connection that takes no larger reply than was asked for, whatever the server sends.
//!
//! The client library buffers a reply whole before anybody sees it. Below it, a reply's shape is
//! followed as it comes: a text that is longer than a value may be is left out, and what no answer to
//! us looks like ends the connection.

mod scan;

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use ::redis::RedisError;

use crate::l2::Fault;
use crate::l2::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::classify;

use scan::Scan;

/// The code of the error that stands for a text that was left out.
pub(super) const LEFT_OUT: &str = "TOOLARGE";

/// That error, as a server would have sent it.
const STAND: &[u8] = b"-TOOLARGE longer than a value may be\r\n";

/// Bytes that are read at a time, and the most that a line may have.
const INPUT: usize = 16 << 10;

/// What came instead of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Strange(&'static str);

/// What is known of a connection's answers, beside the client library.
#[derive(Debug, Clone)]
pub(super) struct Ledger(Arc<State>);

#[derive(Debug)]
struct State {
    /// What ended the connection; the library tells only that it ended.
    strange: OnceLock<Strange>,
    /// Commands that were sent, and answers that came. Relaxed: what is asked is counted before it is
    /// written, and what is written comes before its answer.
    asked: AtomicU64,
    answered: AtomicU64,
}

impl Ledger {
    /// Of a connection whose greeting is to come, of which the library knows how many answers it has.
    fn new() -> Self {
        let (asked, answered) = (AtomicU64::new(u64::MAX), AtomicU64::new(0));
        Self(Arc::new(State { strange: OnceLock::new(), asked, answered }))
    }

    /// The greeting is over.
    pub(super) fn greeted(&self) {
        self.0.asked.store(self.0.answered.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// So many commands are about to be sent.
    pub(super) fn asks(&self, commands: usize) {
        self.0.asked.fetch_add(commands as u64, Ordering::Relaxed);
    }

    /// An answer begins.
    fn answers(&self) -> Result<(), Strange> {
        if self.0.answered.fetch_add(1, Ordering::Relaxed) < self.0.asked.load(Ordering::Relaxed) {
            return Ok(());
        }
        Err(Strange("an answer that nobody asked for"))
    }

    /// The fault of an operation on that connection.
    pub(super) fn fault(&self, error: &RedisError) -> Fault {
        match self.0.strange.get() {
            Some(Strange(what)) => {
                Fault::protocol(format!("the server sent no answer, but {what}"))
            }
            None => classify::client(error),
        }
    }
}

/// A connection whose replies are bounded.
pub(super) struct Bounded<S> {
    stream: S,
    scan: Scan,
    /// What came and was not passed on: from `start` to `end`.
    input: Box<[u8]>,
    start: usize,
    end: usize,
}

impl<S> Bounded<S> {
    /// The connection, of whose replies no text has more than `most` bytes.
    pub(super) fn new(stream: S, most: usize) -> Self {
        let input = vec![0; INPUT].into_boxed_slice();
        Self { stream, scan: Scan::new(most, Ledger::new()), input, start: 0, end: 0 }
    }

    /// What is known of its answers.
    pub(super) fn ledger(&self) -> Ledger {
        self.scan.ledger.clone()
    }

    /// Ends the connection.
    fn ends(&self, strange: Strange) -> io::Error {
        let _ = self.scan.ledger.0.strange.set(strange);
        io::Error::new(io::ErrorKind::ConnectionAborted, strange.0)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Bounded<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        to: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = to.filled().len();
        loop {
            let passed = this.scan.pass(&this.input[this.start..this.end], to);
            this.start += passed.map_err(|strange| this.ends(strange))?;
            if to.filled().len() > before || to.remaining() == 0 {
                return Poll::Ready(Ok(()));
            }
            this.input.copy_within(this.start..this.end, 0);
            (this.start, this.end) = (0, this.end - this.start);
            if this.end == INPUT {
                return Poll::Ready(Err(this.ends(Strange("a line without an end"))));
            }
            let mut input = ReadBuf::new(&mut this.input[this.end..]);
            ready!(Pin::new(&mut this.stream).poll_read(cx, &mut input))?;
            match input.filled().len() {
                // The end; part of a line is no part of an answer.
                0 => return Poll::Ready(Ok(())),
                read => this.end += read,
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Bounded<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests;
