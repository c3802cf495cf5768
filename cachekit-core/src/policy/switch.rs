//! The switch of the whole cache, `CACHEKIT_OFF`, read once a process.

use std::env::{self, VarError};
use std::sync::LazyLock;

use crate::error::Error;

/// Whether the cache is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Switch {
    On,
    /// Nothing is read and nothing is filled; changes go out.
    Off,
}

static SWITCH: LazyLock<Result<Switch, Error>> =
    LazyLock::new(|| meaning(env::var("CACHEKIT_OFF").as_deref()));

/// What the environment says.
///
/// # Errors
///
/// A value that is neither `0` nor `1`: nobody guesses what was meant.
pub(crate) fn read() -> Result<Switch, Error> {
    SWITCH.clone()
}

/// Whether nothing is to be read or filled. A wrong value switches nothing off.
pub(crate) fn is_off() -> bool {
    matches!(*SWITCH, Ok(Switch::Off))
}

fn meaning(value: Result<&str, &VarError>) -> Result<Switch, Error> {
    match value {
        Err(VarError::NotPresent) | Ok("" | "0") => Ok(Switch::On),
        Ok("1") => Ok(Switch::Off),
        Ok(_) | Err(VarError::NotUnicode(_)) => Err(Error::config(
            "CACHEKIT_OFF is neither 0 nor 1; set it to 1 to read and fill no cache, or leave it out",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_off_nothing_and_zero_are_on_and_the_rest_is_refused() {
        let says = |text| meaning(Ok(text)).ok();
        assert_eq!(["1", "0", ""].map(says), [Switch::Off, Switch::On, Switch::On].map(Some));
        assert_eq!(["true", "yes", "01", " 1", "2"].map(says), [None; 5]);
        assert_eq!(meaning(Err(&VarError::NotPresent)).ok(), Some(Switch::On));
    }
}
