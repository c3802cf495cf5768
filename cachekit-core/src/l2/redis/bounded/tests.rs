//! Streams of replies, sound and strange, in pieces of every length.

use std::future::poll_fn;

use super::*;
use crate::time::park::park_on;

/// A stream that brings its bytes in pieces of one length.
struct Pieces {
    bytes: Vec<u8>,
    at: usize,
    piece: usize,
}

impl AsyncRead for Pieces {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        to: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let end = (self.at + self.piece.min(to.remaining())).min(self.bytes.len());
        to.put_slice(&self.bytes[self.at..end]);
        self.at = end;
        Poll::Ready(Ok(()))
    }
}

const MOST: usize = 100;

/// What comes through, read in pieces too; or what ended it.
fn through(bytes: &[u8], piece: usize) -> io::Result<Vec<u8>> {
    let mut stream = Bounded::new(Pieces { bytes: bytes.to_vec(), at: 0, piece }, MOST);
    let mut all = Vec::new();
    loop {
        let mut room = vec![0; piece];
        let mut to = ReadBuf::new(&mut room);
        park_on(poll_fn(|cx| Pin::new(&mut stream).poll_read(cx, &mut to)))?;
        if to.filled().is_empty() {
            return Ok(all);
        }
        all.extend_from_slice(to.filled());
    }
}

/// Every way in which bytes may come.
const PIECES: [usize; 6] = [1, 2, 3, 7, 64, 100_000];

fn text(length: usize) -> Vec<u8> {
    [format!("${length}\r\n").as_bytes(), &vec![b'\r'; length], b"\r\n"].concat()
}

#[test]
fn what_may_come_comes_unchanged() {
    let replies = [
        b"+OK\r\n:1\r\n$-1\r\n*-1\r\n$0\r\n\r\n*0\r\n_\r\n#t\r\n,1.5\r\n(12\r\n".to_vec(),
        text(MOST),
        [b"*2\r\n".to_vec(), text(3), text(MOST - 3)].concat(),
        b"*2\r\n*1\r\n$1\r\na\r\n*0\r\n+after\r\n".to_vec(),
        b"%1\r\n+a\r\n:1\r\n~1\r\n+a\r\n>2\r\n+push\r\n!3\r\nERR\r\n=5\r\ntxt:a\r\n".to_vec(),
        [b"-ERR ".to_vec(), vec![b'x'; 1_000], b"\r\n".to_vec()].concat(),
    ]
    .concat();
    for piece in PIECES {
        assert_eq!(through(&replies, piece).expect("it may come"), replies, "{piece}");
    }
}

#[test]
fn a_text_that_is_too_long_is_left_out_and_the_rest_comes() {
    let sent = [b"*2\r\n".to_vec(), text(MOST + 1), text(2), text(100_000), b"+OK\r\n".to_vec()];
    let comes = [b"*2\r\n".to_vec(), STAND.to_vec(), text(2), STAND.to_vec(), b"+OK\r\n".to_vec()];
    for piece in PIECES {
        assert_eq!(through(&sent.concat(), piece).expect("it may come"), comes.concat(), "{piece}");
    }
    assert!(STAND.starts_with(format!("-{LEFT_OUT} ").as_bytes()));
}

#[test]
fn what_is_no_answer_ends_the_connection() {
    let endless_line = [b"+".to_vec(), vec![b'x'; 1 << 20]].concat();
    let many_texts = [b"*1000\r\n".to_vec(), text(MOST).repeat(1_000)].concat();
    let maps = b"%513\r\n".to_vec();
    let deep = b"*1\r\n".repeat(9);
    let lengths = [&b"$x\r\n"[..], b"$-2\r\n", b"$+1\r\n", b"$\r\n", b"*99999999999999999999\r\n"];
    let lies = [&b"$536870913\r\n"[..], b"*1025\r\n", b"\r\n", b"HTTP/1.1 200 OK\r\n", b"$?\r\n"];
    let whole = [endless_line, many_texts, maps, deep];
    for bytes in whole.iter().map(Vec::as_slice).chain(lengths).chain(lies) {
        for piece in PIECES {
            let error = through(bytes, piece).expect_err("it is no answer");
            assert_eq!(error.kind(), io::ErrorKind::ConnectionAborted, "{piece}");
        }
    }
}

#[test]
fn an_answer_that_nobody_asked_for_ends_the_connection() {
    let bytes = b"+greeting\r\n+asked\r\n+unasked\r\n".to_vec();
    let mut stream = Bounded::new(Pieces { bytes, at: 0, piece: 4 }, MOST);
    let ledger = stream.ledger();
    let mut read = |answer: &[u8]| {
        let mut all = Vec::new();
        while all.len() < answer.len() {
            let mut room = [0; 64];
            let mut to = ReadBuf::new(&mut room);
            park_on(poll_fn(|cx| Pin::new(&mut stream).poll_read(cx, &mut to)))?;
            all.extend_from_slice(to.filled());
        }
        assert_eq!(all, answer);
        Ok::<_, io::Error>(())
    };
    read(b"+greeting\r\n").expect("a greeting has any number of answers");
    ledger.greeted();
    ledger.asks(1);
    read(b"+asked\r\n").expect("it was asked for");
    read(b"+unasked\r\n").expect_err("it was not asked for");
}

/// What one reply took is not held against the next.
#[test]
fn many_replies_are_not_one() {
    let replies = [b"*2\r\n".to_vec(), text(MOST), text(MOST)].concat().repeat(1_000);
    assert_eq!(through(&replies, 100_000).expect("it may come"), replies);
}
