//! A redis-server of one's own, which a test kills, restarts, pauses and edits.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use redis::{Client, Cmd, Connection, FromRedisValue};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::patience::until;
use crate::ports::free_port;

/// A redis-server on a free port of this machine, without persistence; ends with the guard.
///
/// ```no_run
/// let redis = cachekit_tests::RedisGuard::start();
/// redis.set("greeting", "hello");
/// assert_eq!(redis.ask::<String>(&["GET", "greeting"]), "hello");
/// ```
#[derive(Debug)]
pub struct RedisGuard {
    port: u16,
    directory: TempDir,
    options: Vec<String>,
    child: Option<Child>,
}

impl RedisGuard {
    /// A server with nothing in it.
    ///
    /// # Panics
    ///
    /// If `redis-server` is not installed, naming the command that installs it, or does not start.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// A server with further options, such as `&["--requirepass", "s3cr3t"]`.
    ///
    /// # Panics
    ///
    /// As [`RedisGuard::start`].
    pub fn with(options: &[&str]) -> Self {
        let directory = TempDir::new().expect("the system has a temporary directory");
        let options = options.iter().map(|&option| option.to_owned()).collect();
        let mut guard = Self { port: free_port(), directory, options, child: None };
        guard.restart();
        guard
    }

    /// A server of a Cluster, which holds no slots yet.
    ///
    /// # Panics
    ///
    /// As [`RedisGuard::start`].
    pub fn of_cluster() -> Self {
        // The bus would else take the port that is ten thousand above, which may be another's.
        let bus = free_port().to_string();
        Self::with(&["--cluster-enabled", "yes", "--cluster-port", &bus])
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The URL that reaches it over TCP.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// The path of its unix socket.
    pub fn socket(&self) -> PathBuf {
        self.directory.path().join("redis.sock")
    }

    /// Ends it as a crash would: nothing is saved, every connection is reset.
    ///
    /// # Panics
    ///
    /// If the system refuses to end it.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("a child that was not waited for can be killed");
            child.wait().expect("a killed child can be waited for");
        }
    }

    /// Starts it on the same port, empty; does nothing while it runs.
    ///
    /// # Panics
    ///
    /// As [`RedisGuard::start`].
    pub fn restart(&mut self) {
        if self.child.is_some() {
            return;
        }
        self.child = Some(self.spawn());
        until("redis-server answers", || {
            let child = self.child.as_mut().expect("it was just started");
            if let Some(status) = child.try_wait().expect("a child can be asked for its status") {
                panic!("redis-server ended with {status} on port {}", self.port);
            }
            std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok()
        });
    }

    fn spawn(&self) -> Child {
        let port = self.port.to_string();
        let started = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &port, "--save", "", "--appendonly", "no"])
            .args(["--dir".as_ref(), self.directory.path().as_os_str()])
            .args(["--unixsocket".as_ref(), self.socket().as_os_str()])
            .args(&self.options)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        match started {
            Ok(child) => child,
            Err(error) if error.kind() == ErrorKind::NotFound => panic!(
                "redis-server is not installed; `./tests/run` installs it, \
                 or `apt-get install redis-server` does"
            ),
            Err(error) => panic!("redis-server does not start: {error}"),
        }
    }

    /// Stops it as a machine that swaps would: connections stay, nothing answers.
    pub fn pause(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets a paused server go on.
    pub fn resume(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let child = self.child.as_ref().expect("only a running server is paused or resumed");
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.expect("a child has a process number"), signal)
            .expect("a child takes signals");
    }

    /// A connection of the test's own, past any proxy.
    ///
    /// # Panics
    ///
    /// If the server does not answer.
    pub fn connection(&self) -> Connection {
        let password = self.options.iter().skip_while(|option| *option != "--requirepass").nth(1);
        let url = match password {
            Some(password) => format!("redis://:{password}@127.0.0.1:{}/", self.port),
            None => self.url(),
        };
        let client = Client::open(url).expect("the URL is well formed");
        client.get_connection().expect("a running server takes connections")
    }

    /// What the server answers to a command.
    ///
    /// # Panics
    ///
    /// If it answers with an error or with another type.
    pub fn ask<T: FromRedisValue>(&self, command: &[&str]) -> T {
        let mut cmd = Cmd::new();
        cmd.arg(command);
        cmd.query(&mut self.connection()).unwrap_or_else(|error| panic!("{command:?}: {error}"))
    }

    /// Sends a command whose answer does not matter.
    ///
    /// # Panics
    ///
    /// If it answers with an error.
    pub fn tell(&self, command: &[&str]) {
        self.ask::<redis::Value>(command);
    }

    /// Every key that begins with `prefix`, in no order.
    pub fn keys(&self, prefix: &str) -> Vec<String> {
        self.ask(&["KEYS", &format!("{prefix}*")])
    }

    /// Sets a string.
    ///
    /// # Panics
    ///
    /// If the server does not obey.
    pub fn set(&self, key: &str, value: &str) {
        let () = Cmd::set(key, value).query(&mut self.connection()).expect("SET is answered");
    }

    /// The value fields (`v:..`) of an entry, with their bytes.
    ///
    /// # Panics
    ///
    /// If it is no HASH.
    pub fn values(&self, key: &str) -> Vec<(String, Vec<u8>)> {
        let fields: Vec<(String, Vec<u8>)> =
            Cmd::hgetall(key).query(&mut self.connection()).expect("an entry is a HASH");
        fields.into_iter().filter(|(field, _)| field.starts_with("v:")).collect()
    }

    /// The bytes of an entry that has one value.
    ///
    /// # Panics
    ///
    /// If it has none, or several.
    pub fn bytes(&self, key: &str) -> Vec<u8> {
        let mut values = self.values(key);
        assert_eq!(values.len(), 1, "an entry with one value");
        values.remove(0).1
    }

    /// Replaces the bytes of an entry that has one value, as a fault of the server would.
    ///
    /// # Panics
    ///
    /// If it has none, or several.
    pub fn corrupt(&self, key: &str, bytes: &[u8]) {
        let values = self.values(key);
        assert_eq!(values.len(), 1, "an entry with one value");
        let () = Cmd::hset(key, &values[0].0, bytes)
            .query(&mut self.connection())
            .expect("HSET is answered");
    }
}

impl Drop for RedisGuard {
    fn drop(&mut self) {
        self.kill();
    }
}
