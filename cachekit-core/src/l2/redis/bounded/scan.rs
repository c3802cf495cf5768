//! The shape of a stream of replies (RESP2 and RESP3), followed as it comes and never held.

use crate::l2::io::ReadBuf;

use super::{Ledger, STAND, Strange};

/// Elements that an aggregate of ours may have at most; scripts answer with pairs, a greeting with
/// some tens of fields.
const ELEMENTS: usize = 1024;

/// Aggregates within one another; ours have one, a greeting two.
const DEPTH: usize = 8;

/// What a reply may have beside one text: lines, and what an array holds beside a value.
const SLACK: usize = 64 << 10;

/// The most that a server's text may have, by its own limit (`proto-max-bulk-len`). What claims more
/// is no answer of a server.
const LONGEST: usize = 512 << 20;

/// Where in a reply the stream is.
pub(super) struct Scan {
    /// The most bytes that a text may have.
    most: usize,
    at: At,
    /// Elements that are still to come of each aggregate that is open.
    open: Vec<usize>,
    /// Bytes of the reply that were passed on.
    passed: usize,
    pub(super) ledger: Ledger,
}

#[derive(Debug, Clone, Copy)]
enum At {
    /// At the beginning of a line.
    Line,
    /// In the middle of what is passed on.
    Pass(usize),
    /// In the middle of what stands for a text of so many bytes, which is left out.
    Stand { from: usize, leaves: usize },
    /// In the middle of what is left out.
    Leave(usize),
}

impl Scan {
    pub(super) fn new(most: usize, ledger: Ledger) -> Self {
        Self { most, at: At::Line, open: Vec::new(), passed: 0, ledger }
    }

    /// Passes on what may be; how much of the input is done with.
    ///
    /// Stops at a line that is not whole yet, and where there is no room.
    pub(super) fn pass(&mut self, input: &[u8], to: &mut ReadBuf<'_>) -> Result<usize, Strange> {
        let mut done = 0;
        loop {
            let rest = &input[done..];
            match self.at {
                At::Line => {
                    let Some(end) = rest.windows(2).position(|pair| pair == b"\r\n") else {
                        return Ok(done);
                    };
                    self.at = self.line(&rest[..end])?;
                    if let At::Stand { .. } = self.at {
                        done += end + 2;
                    }
                }
                At::Pass(0) | At::Leave(0) => self.at = self.ended(),
                At::Pass(left) => {
                    let now = left.min(rest.len()).min(to.remaining());
                    to.put_slice(&rest[..now]);
                    (done, self.at) = (done + now, At::Pass(left - now));
                    if now == 0 {
                        return Ok(done);
                    }
                }
                At::Stand { from, leaves } => {
                    let now = (STAND.len() - from).min(to.remaining());
                    to.put_slice(&STAND[from..from + now]);
                    self.at = match from + now {
                        end if end == STAND.len() => At::Leave(leaves),
                        from => At::Stand { from, leaves },
                    };
                    if now == 0 {
                        return Ok(done);
                    }
                }
                At::Leave(left) => {
                    let now = left.min(rest.len());
                    (done, self.at) = (done + now, At::Leave(left - now));
                    if now == 0 {
                        return Ok(done);
                    }
                }
            }
        }
    }

    /// What a line, without its end, begins.
    fn line(&mut self, line: &[u8]) -> Result<At, Strange> {
        if self.open.is_empty() {
            self.ledger.answers()?;
        }
        let (kind, rest) = line.split_first().ok_or(Strange("an empty line"))?;
        let mut bytes = line.len() + 2;
        match kind {
            b'+' | b'-' | b':' | b',' | b'#' | b'_' | b'(' => {}
            b'$' | b'!' | b'=' => match length(rest)? {
                None => {}
                Some(text) if text > LONGEST => return Err(Strange("a text that no server has")),
                Some(text) if text > self.most => {
                    return Ok(At::Stand { from: 0, leaves: text + 2 });
                }
                Some(text) => bytes += text + 2,
            },
            b'*' | b'~' | b'>' => self.begin(length(rest)?, 1)?,
            b'%' | b'|' => self.begin(length(rest)?, 2)?,
            _ => return Err(Strange("no RESP")),
        }
        self.passed += bytes;
        if self.passed > self.most.saturating_add(SLACK) {
            return Err(Strange("more than was asked for"));
        }
        Ok(At::Pass(bytes))
    }

    /// An aggregate begins, of so many items of so many elements.
    fn begin(&mut self, items: Option<usize>, each: usize) -> Result<(), Strange> {
        let elements = items.unwrap_or(0).saturating_mul(each);
        if elements > ELEMENTS || self.open.len() == DEPTH {
            return Err(Strange("more elements than were asked for"));
        }
        // Counted with itself: its line ends as any element's does.
        self.open.push(elements + 1);
        Ok(())
    }

    /// An element, or an aggregate's own line, has ended.
    fn ended(&mut self) -> At {
        while let Some(left) = self.open.last_mut() {
            *left -= 1;
            if *left > 0 {
                return At::Line;
            }
            self.open.pop();
        }
        self.passed = 0;
        At::Line
    }
}

/// A length; none where it says that there is nothing.
fn length(digits: &[u8]) -> Result<Option<usize>, Strange> {
    if digits == b"-1" {
        return Ok(None);
    }
    let digits =
        str::from_utf8(digits).ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    let length = digits.and_then(|digits| digits.parse().ok());
    length.map(Some).ok_or(Strange("a length that is none"))
}
