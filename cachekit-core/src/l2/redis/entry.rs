//! Reads an entry that is there, and removes what is no value.

use ::redis::{Pipeline, Value, cmd};

use crate::l2::{Fault, Place, Read, Rejected, Seen};

use super::bounded::LEFT_OUT;
use super::{Redis, classify, scripts};

impl Redis {
    pub(super) async fn read_place(&self, at: &Place) -> Result<Read, Fault> {
        let mut pipeline = Pipeline::with_capacity(2);
        let fields = [["v:", &at.version].concat(), ["g:", &at.version].concat()];
        pipeline.add_command(cmd("HMGET").arg(&at.entry).arg(&fields).take());
        let mut generations = cmd("MGET");
        for key in at.generations() {
            generations.arg(key);
        }
        pipeline.add_command(generations);
        let mut values = self.link.send(&pipeline).await?.into_iter();
        let (Some(entry), Some(generations)) = (values.next(), values.next()) else {
            return Err(Fault::protocol("a pipeline answered with too few values"));
        };
        let entry = match entry {
            Value::ServerError(error) if error.code() == "WRONGTYPE" => return Ok(Read::WrongType),
            other => classify::sound(other)?,
        };
        Ok(current(entry, &classify::sound(generations)?))
    }

    /// As [`Redis::read_place`], of a store that is not trusted: one step on the server, which
    /// sends nothing that is larger than a value may be.
    pub(super) async fn read_within(&self, at: &Place, max_bytes: usize) -> Result<Read, Fault> {
        let max_bytes = max_bytes.to_string();
        let args = [at.version.as_bytes(), max_bytes.as_bytes()];
        match self.run(&scripts::READ, at, &args).await? {
            Value::BulkString(bytes) => Ok(Read::Bytes(bytes)),
            Value::Nil => Ok(Read::Absent),
            Value::Int(0) => Ok(Read::WrongType),
            Value::Int(1) => Ok(Read::TooLarge),
            _ => Err(Fault::protocol("a read was answered with something else than bytes")),
        }
    }

    pub(super) async fn shed_larger(&self, at: &Place) -> Result<Rejected, Fault> {
        let Some(max_bytes) = at.max_bytes else { return Ok(Rejected::Changed) };
        let max_bytes = max_bytes.to_string();
        let args = [at.version.as_bytes(), max_bytes.as_bytes()];
        match self.number(&scripts::SHED, at, &args).await? {
            1 => Ok(Rejected::Removed),
            _ => Ok(Rejected::Changed),
        }
    }

    pub(super) async fn reject_seen(&self, at: &Place, seen: Seen<'_>) -> Result<Rejected, Fault> {
        let (kind, bytes): (&[u8], &[u8]) = match seen {
            Seen::Bytes(bytes) => (b"value", bytes),
            Seen::WrongType => (b"type", b""),
        };
        match self.number(&scripts::REJECT, at, &[at.version.as_bytes(), kind, bytes]).await? {
            1 => Ok(Rejected::Removed),
            _ => Ok(Rejected::Changed),
        }
    }
}

/// The value's bytes, if the generations it was stored under are those of now.
fn current(entry: Value, generations: &Value) -> Read {
    let Value::Array(fields) = entry else { return Read::Absent };
    let Ok([bytes, Value::BulkString(mark)]) = <[Value; 2]>::try_from(fields) else {
        return Read::Absent;
    };
    if !is_mark(&mark) {
        return Read::WrongType;
    }
    match (bytes, generations) {
        (Value::ServerError(error), _) if error.code() == LEFT_OUT => Read::TooLarge,
        (Value::BulkString(bytes), Value::Array(generations)) if is_under(&mark, generations) => {
            Read::Bytes(bytes)
        }
        _ => Read::Absent,
    }
}

/// Whether a field says what a value was stored under, as the scripts read it.
fn is_mark(mark: &[u8]) -> bool {
    let Some(dot) = mark.iter().rposition(|byte| *byte == b'.') else { return false };
    let (under, ends) = (&mark[..dot], &mark[dot + 1..]);
    mark.len() <= 256
        && under.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'.')
        && (1..=16).contains(&ends.len())
        && ends.iter().all(u8::is_ascii_digit)
}

/// Whether a mark is of these generations.
fn is_under(mark: &[u8], generations: &[Value]) -> bool {
    let mut rest = Some(mark);
    for generation in generations {
        let Value::BulkString(generation) = generation else { return false };
        rest = rest.and_then(|rest| rest.strip_prefix(generation.as_slice())?.strip_prefix(b"."));
    }
    // What is left is the date; another generation would leave a dot.
    rest.is_some_and(|rest| rest.iter().all(u8::is_ascii_digit))
}
