//! A second process: the test binary itself, driven by one line of JSON a request.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// Tells a child process where its parent listens.
const PARENT: &str = "CACHEKIT_TEST_PARENT";

/// A second process of this test binary.
///
/// The binary has one test that calls [`serve`]; a node runs that test alone, with the arguments
/// that its parent gave it in the environment.
#[derive(Debug)]
pub struct Node {
    child: Child,
    requests: TcpStream,
    answers: BufReader<TcpStream>,
}

impl Node {
    /// Starts the test called `entry` of this binary in a process of its own.
    ///
    /// # Panics
    ///
    /// If the process does not start or does not connect back.
    pub fn start(entry: &str, environment: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("the loopback has a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let binary = std::env::current_exe().expect("a test binary knows its path");
        let child = Command::new(binary)
            .args(["--exact", entry, "--nocapture"])
            .env(PARENT, address.to_string())
            .env("CACHEKIT_NAMESPACE", "tests")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("the test binary starts");
        let (requests, _) = listener.accept().expect("the child connects");
        let answers = requests.try_clone().expect("a socket has two ends");
        Self { child, requests, answers: BufReader::new(answers) }
    }

    /// What the node answers to a request.
    ///
    /// # Panics
    ///
    /// If the node has ended.
    pub fn ask(&mut self, what: &str, argument: impl Into<Value>) -> Value {
        self.tell(what, argument);
        self.answer()
    }

    /// Sends a request whose answer is read later, with [`Node::answer`].
    ///
    /// # Panics
    ///
    /// If the node has ended.
    pub fn tell(&mut self, what: &str, argument: impl Into<Value>) {
        let line = json!({ "what": what, "argument": argument.into() });
        writeln!(self.requests, "{line}").expect("the node reads its requests");
    }

    /// The answer to the oldest request that has none yet.
    ///
    /// # Panics
    ///
    /// If the node has ended.
    pub fn answer(&mut self) -> Value {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the node answers");
        serde_json::from_str(&line).expect("the node answers in JSON, until it ends")
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // One that ended by itself needs no killing.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Serves a parent's requests until it hangs up; returns at once where there is no parent.
///
/// # Panics
///
/// If the parent cannot be reached.
pub fn serve(mut answer: impl FnMut(&str, &Value) -> Value) {
    let Ok(parent) = std::env::var(PARENT) else { return };
    let stream = TcpStream::connect(parent).expect("the parent listens");
    let mut answers = stream.try_clone().expect("a socket has two ends");
    for line in BufReader::new(stream).lines() {
        let Ok(line) = line else { return };
        let request: Value = serde_json::from_str(&line).expect("the parent asks in JSON");
        let what = request["what"].as_str().expect("a request says what it wants");
        let reply = answer(what, &request["argument"]);
        if writeln!(answers, "{reply}").is_err() {
            return;
        }
    }
}
