//! The one thread that a runtime's tiers live on; the only importer of tokio.
//!
//! A connection made on a user's runtime would die with it. What leaves this thread is a future
//! that any executor, or a parked thread, can wait for.

#[cfg(feature = "disk")]
mod pool;
#[cfg(feature = "testing")]
mod simulated;

use std::fmt;
use std::io;
use std::pin::Pin;
use std::process;
use std::sync::Arc;
use std::thread;

#[cfg(feature = "disk")]
pub(crate) use pool::{Pool, Wanted};
#[cfg(feature = "testing")]
pub(crate) use simulated::InTurns;

#[cfg(feature = "redis")]
pub(crate) use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::runtime::{Builder, Handle};
pub(crate) use tokio::sync::Notify;
use tokio::sync::oneshot;

use crate::l2::Spawn;

/// The most threads that block at a time, for files and for names of hosts: a directory that hangs
/// holds this many and no more, and what waits for one of them is given up with its caller.
const BLOCKING: usize = 8;

/// The thread, for as long as its owner lives.
#[derive(Debug)]
pub(crate) struct Io {
    spawner: Arc<Spawner>,
    /// Ends the thread when dropped.
    _stop: oneshot::Sender<()>,
}

/// A way to start work on the thread. Outlives the thread harmlessly: what it is given then is dropped,
/// and so is what a child made by `fork` gives it, which has no such thread.
pub(crate) struct Spawner {
    handle: Handle,
    /// Whose thread it is.
    process: u32,
}

impl Io {
    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// Where the system gives no thread or no poller.
    pub(crate) fn start() -> io::Result<Self> {
        let mut builder = Builder::new_current_thread();
        builder.enable_all().max_blocking_threads(BLOCKING).thread_name("cachekit-io");
        let runtime = builder.build()?;
        let spawner =
            Arc::new(Spawner { handle: runtime.handle().clone(), process: process::id() });
        let (stop, stopped) = oneshot::channel();
        thread::Builder::new().name("cachekit-io".to_owned()).spawn(move || {
            // Whether told or abandoned, the thread ends, and with it everything it runs.
            drop(runtime.block_on(stopped));
            // What hangs in the kernel is not waited for.
            runtime.shutdown_background();
        })?;
        Ok(Self { spawner, _stop: stop })
    }

    pub(crate) fn spawner(&self) -> Arc<Spawner> {
        Arc::clone(&self.spawner)
    }
}

#[cfg(feature = "disk")]
impl Spawner {
    /// Threads for work that blocks.
    pub(crate) fn pool(&self) -> Pool {
        Pool::new(self.handle.clone())
    }
}

impl Spawn for Spawner {
    fn spawn(&self, work: Pin<Box<dyn Future<Output = ()> + Send>>) {
        // The parent's thread may have held the queue's lock when the process was forked.
        if self.process == process::id() {
            drop(self.handle.spawn(work));
        }
    }
}

impl fmt::Debug for Spawner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Spawner")
    }
}

/// Ends work before its time.
#[cfg(feature = "redis")]
#[derive(Clone)]
pub(crate) struct Cancel(Arc<std::sync::Mutex<Option<oneshot::Sender<()>>>>);

#[cfg(feature = "redis")]
impl Cancel {
    pub(crate) fn now(&self) {
        drop(crate::sync::plain(&self.0).take());
    }
}

/// The work, which also ends when it is cancelled.
#[cfg(feature = "redis")]
pub(crate) fn cancellable(
    work: impl Future<Output = ()> + Send,
) -> (Cancel, impl Future<Output = ()> + Send) {
    let (cancel, mut cancelled) = oneshot::channel::<()>();
    let until = async move {
        let mut work = std::pin::pin!(work);
        std::future::poll_fn(|cx| {
            if Pin::new(&mut cancelled).poll(cx).is_ready() {
                return std::task::Poll::Ready(());
            }
            work.as_mut().poll(cx)
        })
        .await;
    };
    (Cancel(Arc::new(std::sync::Mutex::new(Some(cancel)))), until)
}

/// Opens a TCP connection that sends without delay. Runs on the thread alone.
#[cfg(feature = "redis")]
pub(crate) async fn tcp(host: &str, port: u16) -> io::Result<tokio::net::TcpStream> {
    let stream = tokio::net::TcpStream::connect((host, port)).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Opens a connection to a unix socket. Runs on the thread alone.
#[cfg(all(feature = "redis", unix))]
pub(crate) async fn unix(path: &std::path::Path) -> io::Result<tokio::net::UnixStream> {
    tokio::net::UnixStream::connect(path).await
}
