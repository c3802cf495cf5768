//! RESP, as far as a proxy needs it: where a message ends, and what a command says.

use std::io::{self, BufRead, Error, ErrorKind};

/// Reads one message, whole, as the bytes that carried it.
///
/// # Errors
///
/// As the stream's; `InvalidData` for what is no RESP.
pub(super) fn message(from: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    append(from, &mut bytes)?;
    Ok(bytes)
}

fn append(from: &mut impl BufRead, to: &mut Vec<u8>) -> io::Result<()> {
    let start = to.len();
    if from.read_until(b'\n', to)? == 0 {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    let line = to[start..].strip_suffix(b"\r\n").ok_or(ErrorKind::InvalidData)?;
    let (&kind, rest) = line.split_first().ok_or(ErrorKind::InvalidData)?;
    let count = || {
        let text = std::str::from_utf8(rest).ok();
        text.and_then(|text| text.parse::<i64>().ok()).ok_or(Error::from(ErrorKind::InvalidData))
    };
    let nested = match kind {
        b'+' | b'-' | b':' | b'_' | b',' | b'#' | b'(' => return Ok(()),
        b'$' | b'!' | b'=' => {
            if let Ok(length) = usize::try_from(count()?) {
                let start = to.len();
                to.resize(start + length + 2, 0);
                from.read_exact(&mut to[start..])?;
            }
            return Ok(());
        }
        b'*' | b'~' | b'>' => count()?,
        b'%' => 2 * count()?,
        _ => return Err(ErrorKind::InvalidData.into()),
    };
    (0..nested).try_for_each(|_| append(from, to))
}

/// The words of a command, which is an array of bulk strings.
pub(super) fn words(message: &[u8]) -> Vec<Vec<u8>> {
    let mut words = Vec::new();
    let mut rest = message;
    let line = |rest: &mut &[u8]| {
        let mut bytes = Vec::new();
        rest.read_until(b'\n', &mut bytes).ok()?;
        String::from_utf8(bytes.get(1..)?.to_vec()).ok()?.trim_end().parse::<usize>().ok()
    };
    let count = line(&mut rest).unwrap_or(0);
    for _ in 0..count {
        let Some(length) = line(&mut rest) else { break };
        let Some(word) = rest.get(..length) else { break };
        words.push(word.to_vec());
        rest = &rest[length + 2..];
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_ends_where_it_says() {
        for whole in
            [&b"+OK\r\n"[..], b"$3\r\na\r\n\r\n", b"*2\r\n:1\r\n$-1\r\n", b"%1\r\n+a\r\n*0\r\n"]
        {
            let mut stream = [whole, b"+next\r\n"].concat();
            let read = message(&mut stream.as_slice()).expect("it is RESP");
            assert_eq!(read, whole);
            stream.truncate(whole.len() - 1);
            assert!(message(&mut stream.as_slice()).is_err(), "it is cut");
        }
    }

    #[test]
    fn a_command_is_its_words() {
        let words = words(b"*2\r\n$3\r\nGET\r\n$2\r\n\r\n\r\n");
        assert_eq!(words, [b"GET".to_vec(), b"\r\n".to_vec()]);
    }
}
