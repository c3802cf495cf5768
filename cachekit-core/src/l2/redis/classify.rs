//! The meaning of the server's and the client's errors; their own texts stay behind.
//!
//! A server's error text may repeat a command's arguments, so a fault names the error's code alone.

use ::redis::{ErrorKind, RedisError, Value};

use crate::l2::Fault;

/// What an error of the client library means.
pub(super) fn client(error: &RedisError) -> Fault {
    if error.is_timeout() {
        return Fault::timeout();
    }
    if error.is_connection_refusal() {
        return Fault::unreachable("connection refused");
    }
    match error.kind() {
        ErrorKind::AuthenticationFailed => Fault::denied("wrong user or password"),
        ErrorKind::Parse | ErrorKind::UnexpectedReturnType => {
            Fault::protocol("the answer cannot be parsed")
        }
        _ if error.is_connection_dropped() => Fault::unreachable("the connection was lost"),
        _ => match error.code() {
            Some(code) => coded(code),
            None => Fault::unreachable(error.category().to_owned()),
        },
    }
}

/// An answer that is no error.
pub(super) fn sound(value: Value) -> Result<Value, Fault> {
    match value {
        Value::ServerError(error) => Err(coded(error.code())),
        value => Ok(value),
    }
}

/// Whether an answer says that this connection will go on failing, so that another is made.
pub(super) fn dooms(value: &Value) -> bool {
    let codes = ["READONLY", "NOAUTH", "WRONGPASS", "MASTERDOWN"];
    matches!(value, Value::ServerError(error) if codes.contains(&error.code()))
}

fn coded(code: &str) -> Fault {
    // Whatever else a server writes there may be anything, of any length.
    let is_code = (1..=32).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_uppercase());
    if !is_code {
        return Fault::protocol("the server answered with an error that has no code");
    }
    match code {
        "OOM" | "MISCONF" | "NOREPLICAS" => Fault::read_only(code.to_owned()),
        "NOAUTH" | "WRONGPASS" | "NOPERM" => Fault::denied(code.to_owned()),
        "LOADING" | "READONLY" | "MASTERDOWN" | "CLUSTERDOWN" | "TRYAGAIN" | "BUSY" => {
            Fault::busy(code.to_owned())
        }
        _ => Fault::protocol(format!("the server answered with error {code}")),
    }
}
