//! What the proxy does with what passes, as one state behind one lock.

use std::collections::HashMap;
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::command::{Command, Scripts};
use crate::patience::PATIENCE;

/// How bytes pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Traffic {
    #[default]
    Open,
    Late(Duration),
    Swallowed,
}

/// What happens to one command.
#[derive(Debug)]
pub(super) enum Fate {
    /// It goes to the server, and the answer comes back.
    Passed,
    /// It goes to the server, and the answer waits.
    Held(Gate),
    /// It is answered here.
    Answered(Vec<u8>),
}

/// Where an answer waits to be let through.
#[derive(Debug)]
pub(super) struct Gate {
    reached: SyncSender<()>,
    released: Receiver<()>,
}

/// An answer that the proxy holds back, or will when it comes; dropped, it lets it through.
#[derive(Debug)]
pub struct Held {
    reached: Receiver<()>,
    release: Sender<()>,
}

#[derive(Debug, Default)]
pub(super) struct Rules(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    traffic: Traffic,
    answers: HashMap<String, Vec<u8>>,
    holds: Vec<(String, Gate)>,
    scripts: Scripts,
    log: Vec<Command>,
    open: Vec<TcpStream>,
}

impl Rules {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set(&self, traffic: Traffic) {
        self.state().traffic = traffic;
    }

    pub(super) fn restore(&self) {
        let mut state = self.state();
        state.traffic = Traffic::Open;
        state.answers.clear();
        state.holds.clear();
    }

    pub(super) fn traffic(&self) -> Traffic {
        self.state().traffic
    }

    pub(super) fn answer(&self, what: &str, line: Vec<u8>) {
        self.state().answers.insert(what.to_owned(), line);
    }

    pub(super) fn hold(&self, what: &str) -> Held {
        let (reached, comes) = sync_channel(1);
        let (release, released) = channel();
        self.state().holds.push((what.to_owned(), Gate { reached, released }));
        Held { reached: comes, release }
    }

    pub(super) fn opened(&self, client: TcpStream, server: TcpStream) {
        self.state().open.extend([client, server]);
    }

    pub(super) fn hang_up(&self) {
        for stream in self.state().open.drain(..) {
            // One that its owner closed already has nothing to shut down.
            drop(stream.shutdown(Shutdown::Both));
        }
    }

    pub(super) fn log(&self) -> Vec<Command> {
        self.state().log.clone()
    }

    /// What happens to the command that these words are; logs it.
    pub(super) fn fate(&self, words: &[Vec<u8>]) -> Fate {
        let mut state = self.state();
        let command = state.scripts.command(words);
        let answer = state.answers.iter().find(|(what, _)| command.is(what));
        let fate = match answer.map(|(_, line)| line.clone()) {
            Some(line) => Fate::Answered(line),
            None => match state.holds.iter().position(|(what, _)| command.is(what)) {
                Some(at) => Fate::Held(state.holds.remove(at).1),
                None => Fate::Passed,
            },
        };
        state.log.push(command);
        fate
    }
}

impl Gate {
    /// Says that the answer is here and waits until it may go on.
    pub(super) fn pass(self) {
        // A test that waits for nothing has dropped its end; then nothing holds the answer.
        if self.reached.send(()).is_ok() {
            let _ = self.released.recv();
        }
    }
}

impl Held {
    /// Waits until the server has answered and the answer is held.
    ///
    /// # Panics
    ///
    /// If no such command comes.
    pub fn reached(&self) {
        self.reached.recv_timeout(PATIENCE).expect("a command to be held comes");
    }

    /// Lets the answer through.
    pub fn release(self) {
        // A connection that was closed meanwhile waits no more.
        let _ = self.release.send(());
    }
}
