//! Every kind of return type, in every mode in which it makes sense.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::io;
use std::sync::{Arc, LazyLock};

use cachekit::{Answer, Runtime, Source, cached};

use cachekit_tests::{Failure, Runs};

use super::keys::runtime;

type Local = Box<dyn StdError>;
type Sent = Box<dyn StdError + Send + Sync>;

/// Aliases, as crates and projects write them.
mod alias {
    pub(super) type Result<T, E = super::Sent> = std::result::Result<T, E>;
    pub(super) type Maybe<T> = Option<T>;
    pub(super) type Answered<T> = std::result::Result<Option<T>, super::Sent>;
    pub(super) type Plain = u64;
    pub(super) type Fallible = std::result::Result<u64, String>;
}

fn odd(n: u64) -> Result<u64, Sent> {
    if n % 2 == 1 { Ok(n) } else { Err("even".into()) }
}

/// A value as a test sees it, without the trace that some errors have.
fn shown(value: &dyn Debug) -> String {
    format!("{value:?}").lines().next().unwrap_or_default().to_owned()
}

/// Calls a function three times with an odd number and three times with an even one, and holds how
/// often its body ran.
macro_rules! runs {
    ($times:literal, $option:tt, $ty:ty, |$n:ident| $body:expr) => {
        runs!(@ $times, $option, [], $ty, |$n| $body);
        runs!(@ $times, $option, [mode = "degraded", ttl = 60, l1 = "off",], $ty, |$n| $body);
    };
    (strict $times:literal, $option:tt, $ty:ty, |$n:ident| $body:expr) => {
        runs!($times, $option, $ty, |$n| $body);
        runs!(@ $times, $option, [mode = "strict", ttl = 60,], $ty, |$n| $body);
    };
    (@ $times:literal, [$($option:tt)*], [$($mode:tt)*], $ty:ty, |$n:ident| $body:expr) => {{
        static RUNTIME: LazyLock<Runtime> = LazyLock::new(runtime);
        static RUNS: Runs = Runs::new();

        #[cached($($mode)* runtime = RUNTIME, $($option)*)]
        fn function($n: u64) -> $ty {
            RUNS.again();
            $body
        }

        let answers = [1, 1, 1, 2, 2, 2].map(|n| shown(&function(n)));
        assert_eq!(RUNS.count(), $times, "{}", stringify!($($mode)* $ty));
        // A hit is what the body returned.
        let returned = [1, 2].map(|n| shown(&function::uncached(n)));
        assert!(answers[..3].iter().all(|answer| *answer == returned[0]), "{answers:?}");
        assert!(answers[3..].iter().all(|answer| *answer == returned[1]), "{answers:?}");
    }};
}

/// N2, N3: a value of any kind runs once; what is no value runs each time.
#[test]
fn values_of_every_kind_are_cached() {
    runs!(2, [], u64, |n| n);
    runs!(2, [], alias::Plain, |n| n);
    runs!(2, [], (), |n| drop(odd(n)));
    runs!(2, [], Arc<str>, |n| n.to_string().into());
    runs!(2, [], Box<[u8]>, |n| n.to_be_bytes().into());
    runs!(2, [], Vec<Option<u64>>, |n| vec![Some(n), None]);
    runs!(2, [], (u8, Result<u64, String>), |n| (1, Err(n.to_string())));
}

/// N2.
#[test]
fn what_is_none_is_not_cached() {
    runs!(4, [], Option<u64>, |n| odd(n).ok());
    runs!(4, [], Option<Arc<u64>>, |n| odd(n).ok().map(Arc::new));
    runs!(4, [returns = "option"], alias::Maybe<u64>, |n| odd(n).ok());
    runs!(2, [cache_none], Option<u64>, |n| odd(n).ok());
    runs!(4, [], alias::Maybe<u64>, |n| odd(n).ok());
    // As a value like any other, it is.
    runs!(2, [returns = "value"], Option<u64>, |n| odd(n).ok());
    runs!(2, [returns = "value"], alias::Maybe<u64>, |n| odd(n).ok());
}

/// N1, N2: by whatever alias a `Result` is written, and whatever its error is.
#[test]
fn what_is_err_is_not_cached() {
    runs!(strict 4, [], Result<u64, Failure>, |n| odd(n).or(Err(Failure::Own("even"))));
    runs!(strict 4, [], Result<u64, Sent>, |n| odd(n));
    runs!(strict 4, [], Result<u64, Local>, |n| odd(n).map_err(|error| error as Local));
    runs!(strict 4, [], anyhow::Result<u64>, |n| odd(n).map_err(anyhow::Error::from_boxed));
    runs!(strict 4, [], io::Result<u64>, |n| odd(n).map_err(io::Error::other));
    runs!(strict 4, [], alias::Result<u64>, |n| odd(n));
    runs!(strict 4, [], alias::Result<Arc<u64>, Local>, |n| odd(n).map(Arc::new).map_err(|error| error as Local));
    runs!(4, [], Result<u64, String>, |n| odd(n).map_err(|error| error.to_string()));
    runs!(4, [], std::fmt::Result, |n| if n == 1 { Ok(()) } else { Err(std::fmt::Error) });
    runs!(4, [], alias::Fallible, |n| odd(n).map_err(|error| error.to_string()));
    runs!(2, [returns = "value"], alias::Fallible, |n| odd(n).map_err(|error| error.to_string()));
    runs!(2, [cache_err], Result<u64, String>, |n| odd(n).map_err(|error| error.to_string()));
}

/// N1, N2.
#[test]
fn what_is_ok_none_is_not_cached() {
    runs!(strict 4, [], Result<Option<u64>, Sent>, |n| Ok(odd(n).ok()));
    runs!(strict 4, [], anyhow::Result<Option<u64>>, |n| Ok(odd(n).ok()));
    runs!(strict 4, [returns = "result_option"], alias::Answered<u64>, |n| Ok(odd(n).ok()));
    runs!(strict 4, [returns = "result_option"], alias::Result<alias::Maybe<u64>>, |n| Ok(odd(n).ok()));
    runs!(4, [], alias::Answered<u64>, |n| Ok(odd(n).ok()));
    runs!(strict 2, [cache_none], io::Result<Option<u64>>, |n| Ok(odd(n).ok()));
    runs!(strict 2, [returns = "result"], alias::Answered<u64>, |n| Ok(odd(n).ok()));
}

/// B27, N3: the error of a refused call is the function's own, and what was refused is inside.
#[test]
fn errors_of_other_crates_carry_a_refusal() {
    static UNSET: LazyLock<Runtime> = LazyLock::new(|| {
        let nobody =
            Runtime::builder().namespace("tests").redis("redis://127.0.0.1:1").start_without_l2();
        nobody.build().expect("starts without it")
    });

    #[cached(mode = "strict", ttl = 60, runtime = UNSET)]
    fn by_anyhow(n: u64) -> anyhow::Result<u64> {
        Ok(n)
    }

    #[cached(mode = "strict", ttl = 60, runtime = UNSET)]
    fn by_io(n: u64) -> io::Result<u64> {
        Ok(n)
    }

    #[cached(mode = "strict", ttl = 60, runtime = UNSET)]
    fn by_box(n: u64) -> Result<u64, Sent> {
        Ok(n)
    }

    let inside = |error: &(dyn StdError + 'static)| {
        error.downcast_ref::<cachekit::Error>().is_some_and(cachekit::Error::is_unavailable)
    };
    assert!(by_anyhow(1).is_err_and(|error| inside(error.as_ref())));
    assert!(by_box(1).is_err_and(|error| inside(&*error)));
    let error = by_io(1).expect_err("nobody is there");
    assert!(error.get_ref().is_some_and(|error| inside(error)), "{error}");
}

/// N3: companions take and return what is inside.
#[tokio::test]
async fn companions_know_what_an_alias_hides() {
    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    async fn number(n: u64) -> anyhow::Result<Option<Arc<u64>>> {
        Ok(odd(n).ok().map(Arc::new))
    }

    static RUNTIME: LazyLock<Runtime> = LazyLock::new(runtime);
    number::prime(2, Arc::new(7)).await.expect("it is there");
    let answer: Answer<Option<Arc<u64>>> = number::detailed(2).await.expect("it was primed");
    assert_eq!((answer.value.as_deref(), answer.source), (Some(&7), Source::L2));
    let peeked: Option<Arc<u64>> = number::peek(2).await.expect("it is there");
    assert_eq!(peeked.as_deref(), Some(&7));
}
