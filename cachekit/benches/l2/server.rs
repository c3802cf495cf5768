//! A redis-server of the benchmark's own, and the raw connections to it.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::PathBuf;
use std::pin::pin;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Connection};
use tokio::runtime::Builder;

/// How long the server may take to start.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server in a directory of its own; ends with the value.
pub(crate) struct Server {
    child: Child,
    directory: PathBuf,
    port: Option<u16>,
}

impl Server {
    /// Starts a server over a unix socket, or over TCP.
    ///
    /// # Panics
    ///
    /// If `redis-server` is not installed or does not start.
    pub(crate) fn start(tcp: bool) -> Self {
        let directory = std::env::temp_dir().join(format!("cachekit-l2-{}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("the system has a temporary directory");
        let free = || TcpListener::bind("127.0.0.1:0").and_then(|it| Ok(it.local_addr()?.port()));
        let port = tcp.then(|| free().expect("the machine has a free port"));
        let started = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .args(["--port", &port.unwrap_or(0).to_string()])
            .args(["--dir".as_ref(), directory.as_os_str()])
            .args(["--unixsocket".as_ref(), directory.join("redis.sock").as_os_str()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let child = match started {
            Ok(child) => child,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                panic!("redis-server is not installed; `apt-get install redis-server` installs it")
            }
            Err(error) => panic!("redis-server does not start: {error}"),
        };
        let server = Self { child, directory, port };
        let begun = crate::rounds::now();
        while server.client().get_connection().is_err() {
            assert!(begun.elapsed() < PATIENCE, "redis-server does not answer");
            thread::park_timeout(Duration::from_millis(5));
        }
        server
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn url(&self) -> String {
        match self.port {
            Some(port) => format!("redis://127.0.0.1:{port}/"),
            None => format!("redis+unix://{}", self.directory.join("redis.sock").display()),
        }
    }

    fn client(&self) -> Client {
        Client::open(self.url()).expect("the URL is well formed")
    }

    /// A connection that blocks its caller.
    pub(crate) fn connection(&self) -> Connection {
        self.client().get_connection().expect("a running server takes connections")
    }

    /// A connection that the runtime of whoever asks drives.
    pub(crate) async fn driven_here(&self) -> MultiplexedConnection {
        // No timeouts of its own: a thread that parks has no timer.
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(None)
            .set_response_timeout(None)
            .set_pipeline_buffer_size(256);
        let made = self.client().get_multiplexed_async_connection_with_config(&config).await;
        made.expect("a running server takes connections")
    }

    /// A connection that a thread of its own drives, to the end of the process.
    pub(crate) fn driven_apart(&self) -> MultiplexedConnection {
        let (tell, told) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = Builder::new_current_thread().enable_all().build();
                let runtime = runtime.expect("the system has a poller");
                let connection = runtime.block_on(self.driven_here());
                thread::spawn(move || runtime.block_on(std::future::pending::<()>()));
                tell.send(connection).expect("somebody asked for it");
            });
        });
        told.recv().expect("it was made")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that ended by itself needs no killing; what is left in the directory does no harm.
        drop(self.child.kill());
        drop(self.child.wait());
        drop(std::fs::remove_dir_all(&self.directory));
    }
}

/// Waits for a future on this thread.
pub(crate) fn parked<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
