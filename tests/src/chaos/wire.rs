//! The two directions of one connection, kept in step by a queue of answers to come.

use std::io::{self, BufReader, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::resp;
use super::rules::{Answer, Fate, Rules, Traffic};

/// Answers to come, in the order of their commands.
pub(super) fn queue() -> (Sender<Fate>, Receiver<Fate>) {
    channel()
}

/// Passes commands to the server until one side closes.
pub(super) fn commands(from: &TcpStream, to: &TcpStream, answers: &Sender<Fate>, rules: &Rules) {
    // Either side's end is the other's.
    drop(pass(from, to, answers, rules));
    close(from, to);
}

fn pass(
    from: &TcpStream,
    mut to: &TcpStream,
    answers: &Sender<Fate>,
    rules: &Rules,
) -> io::Result<()> {
    let mut reader = BufReader::new(from);
    let mut lost = false;
    loop {
        let message = resp::message(&mut reader)?;
        if rules.traffic() == Traffic::Swallowed {
            lost = true;
            continue;
        }
        if lost {
            return Ok(());
        }
        let mut fate = rules.fate(&resp::words(&message));
        let obeyed = match &mut fate {
            Fate::Kept(errand) => Some(errand.wait()),
            _ => None,
        };
        let answered = matches!(fate, Fate::Answered(_));
        if answers.send(fate).is_err() {
            return Ok(());
        }
        if !answered {
            to.write_all(&message)?;
        }
        if let Some(obeyed) = obeyed {
            // A client that has gone is noticed next, and would end the server's side too.
            let _ = obeyed.recv();
        }
    }
}

/// Passes answers to the client until one side closes.
pub(super) fn answers(from: &TcpStream, to: &TcpStream, awaited: &Receiver<Fate>, rules: &Rules) {
    drop(reply(from, to, awaited, rules));
    close(from, to);
}

#[expect(clippy::disallowed_methods, reason = "a slow network is what it plays")]
fn reply(
    from: &TcpStream,
    mut to: &TcpStream,
    awaited: &Receiver<Fate>,
    rules: &Rules,
) -> io::Result<()> {
    let mut reader = BufReader::new(from);
    let mut lost = false;
    while let Ok(fate) = awaited.recv() {
        let answer = match fate {
            Fate::Answered(Answer { first, then: None }) => first,
            Fate::Answered(Answer { first, then: Some(then) }) => {
                to.write_all(&first)?;
                loop {
                    to.write_all(&then)?;
                }
            }
            Fate::Passed => resp::message(&mut reader)?,
            Fate::Kept(errand) => {
                let answer = resp::message(&mut reader)?;
                errand.answered();
                answer
            }
            Fate::Held(gate) => {
                let answer = resp::message(&mut reader)?;
                gate.pass();
                answer
            }
        };
        match rules.traffic() {
            Traffic::Open => {}
            Traffic::Late(time) => thread::sleep(time),
            Traffic::Swallowed => {
                lost = true;
                continue;
            }
        }
        if lost {
            return Ok(());
        }
        to.write_all(&answer)?;
    }
    Ok(())
}

fn close(one: &TcpStream, other: &TcpStream) {
    for stream in [one, other] {
        // A stream that the other end reset is closed already.
        drop(stream.shutdown(Shutdown::Both));
    }
}
