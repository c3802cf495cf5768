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
    /// It waits before it goes to the server.
    Kept(Errand),
    /// It is answered here.
    Answered(Answer),
}

/// An answer of the proxy's own.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) first: Vec<u8>,
    /// What follows for as long as the client takes it.
    pub(super) then: Option<Vec<u8>>,
}

/// Where an answer waits to be let through.
#[derive(Debug)]
pub(super) struct Gate {
    reached: SyncSender<()>,
    released: Receiver<()>,
}

/// A command that waits to be delivered.
#[derive(Debug)]
pub(super) struct Errand {
    gate: Option<Gate>,
    /// Who waits for the server's answer: the test, and the thread that delivers.
    waiting: Vec<SyncSender<()>>,
}

/// A command that the proxy keeps, or will when it comes; dropped, it lets it through.
#[derive(Debug)]
pub struct Kept {
    held: Held,
    answered: Receiver<()>,
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
    answers: HashMap<String, Answer>,
    holds: Vec<(String, Fate)>,
    scripts: Scripts,
    log: Vec<Command>,
    /// Both ends of every connection: the client's, then the server's.
    open: Vec<[TcpStream; 2]>,
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
        self.state().answers.insert(what.to_owned(), Answer { first: line, then: None });
    }

    pub(super) fn flood(&self, what: &str, first: Vec<u8>, then: Vec<u8>) {
        self.state().answers.insert(what.to_owned(), Answer { first, then: Some(then) });
    }

    pub(super) fn hold(&self, what: &str) -> Held {
        let (held, gate) = gate();
        self.state().holds.push((what.to_owned(), Fate::Held(gate)));
        held
    }

    pub(super) fn keep(&self, what: &str) -> Kept {
        let (held, gate) = gate();
        let (answered, answer) = sync_channel(1);
        let errand = Errand { gate: Some(gate), waiting: vec![answered] };
        self.state().holds.push((what.to_owned(), Fate::Kept(errand)));
        Kept { held, answered: answer }
    }

    pub(super) fn opened(&self, client: TcpStream, server: TcpStream) {
        self.state().open.push([client, server]);
    }

    pub(super) fn hang_up(&self) {
        for stream in self.state().open.drain(..).flatten() {
            // One that its owner closed already has nothing to shut down.
            drop(stream.shutdown(Shutdown::Both));
        }
    }

    pub(super) fn strand(&self) {
        for [client, _] in &self.state().open {
            drop(client.shutdown(Shutdown::Both));
        }
    }

    pub(super) fn log(&self) -> Vec<Command> {
        self.state().log.clone()
    }

    pub(super) fn forget(&self) {
        self.state().log.clear();
    }

    /// What happens to the command that these words are; logs it.
    pub(super) fn fate(&self, words: &[Vec<u8>]) -> Fate {
        let mut state = self.state();
        let command = state.scripts.command(words);
        let answer = state.answers.iter().find(|(what, _)| command.is(what));
        let fate = match answer.map(|(_, answer)| answer.clone()) {
            Some(answer) => Fate::Answered(answer),
            None => match state.holds.iter().position(|(what, _)| command.is(what)) {
                Some(at) => state.holds.remove(at).1,
                None => Fate::Passed,
            },
        };
        state.log.push(command);
        fate
    }
}

/// Somebody who holds, and where what is held waits.
fn gate() -> (Held, Gate) {
    let (reached, comes) = sync_channel(1);
    let (release, released) = channel();
    (Held { reached: comes, release }, Gate { reached, released })
}

impl Gate {
    /// Says that what is held is here, and waits until it may go on.
    pub(super) fn pass(self) {
        // A test that waits for nothing has dropped its end; then nothing is held.
        if self.reached.send(()).is_ok() {
            let _ = self.released.recv();
        }
    }
}

impl Held {
    /// Waits until what is to be held is here: the server's answer, or the kept command.
    ///
    /// # Panics
    ///
    /// If no such command comes.
    pub fn reached(&self) {
        self.reached.recv_timeout(PATIENCE).expect("a command to be held comes");
    }

    /// Whether what is to be held is here by now.
    pub fn is_reached(&self) -> bool {
        self.reached.try_recv().is_ok()
    }

    /// Lets the answer through.
    pub fn release(self) {
        // A connection that was closed meanwhile waits no more.
        let _ = self.release.send(());
    }
}

impl Errand {
    /// Waits until the command may be delivered; answers with where to hear that it was obeyed.
    pub(super) fn wait(&mut self) -> Receiver<()> {
        if let Some(gate) = self.gate.take() {
            gate.pass();
        }
        let (answered, obeyed) = sync_channel(1);
        self.waiting.push(answered);
        obeyed
    }

    /// The server has obeyed.
    pub(super) fn answered(&self) {
        for waiting in &self.waiting {
            // A test that does not wait for it has dropped its end.
            let _ = waiting.try_send(());
        }
    }
}

impl Kept {
    /// Waits until the command is here.
    ///
    /// # Panics
    ///
    /// If no such command comes.
    pub fn reached(&self) {
        self.held.reached();
    }

    /// Delivers the command, and waits until the server has obeyed.
    ///
    /// # Panics
    ///
    /// If the server does not answer.
    pub fn deliver(self) {
        self.held.release();
        self.answered.recv_timeout(PATIENCE).expect("a command that is delivered is answered");
    }
}
