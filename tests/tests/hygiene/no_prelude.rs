//! Nothing is in scope but what is written: generated code names everything from the root.

#![no_implicit_prelude]

use ::cachekit::testing::Memory;
use ::cachekit::{CacheKey, Fingerprint, Invalidated, Runtime, Source, cached};
use ::core::assert_eq;
use ::core::option::Option::{self, None, Some};
use ::core::result::Result::{self, Err, Ok};
use ::std::string::{String, ToString as _};
use ::std::sync::LazyLock;
use ::std::vec::Vec;
use ::tokio;

use super::runs;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    ::core::result::Result::expect(Runtime::builder().backend(Memory::new()).build(), "builds")
});

#[cached]
fn plain(n: u64) -> u64 {
    runs::note("bare plain");
    n
}

#[cached(ttl = 60, max_size = 7, wait = "1s", name = "bare", namespace = "bare", skip(skipped))]
fn everything(n: u64, skipped: &str) -> u64 {
    runs::note("bare everything");
    n + <u64 as ::core::convert::From<bool>>::from(skipped.is_empty())
}

#[cached(key = n % 10, tenant = tenant)]
fn keyed(n: u64, tenant: &str) -> (u64, String) {
    (n, tenant.to_string())
}

#[cached(cache_none, ttl = 60, negative_ttl = 1)]
fn option(n: u64) -> Option<u64> {
    runs::note("bare option");
    if n == 0 { None } else { Some(n) }
}

#[cached(cache_err, cache_none)]
fn result(n: u64) -> Result<Option<u64>, u8> {
    runs::note("bare result");
    match n {
        0 => Err(0),
        1 => Ok(None),
        n => Ok(Some(n)),
    }
}

#[cached(companion = false)]
fn alone(n: u64) -> u64 {
    runs::note("bare alone");
    n
}

#[derive(
    ::core::clone::Clone,
    ::core::fmt::Debug,
    ::core::cmp::PartialEq,
    ::serde::Serialize,
    ::serde::Deserialize,
    Fingerprint,
)]
enum Stored {
    Unit,
    Tuple(u8, Vec<u8>),
    Named { text: String },
}

#[derive(CacheKey)]
enum Query<'a, T> {
    Nothing,
    Of(&'a str, ::std::boxed::Box<T>),
    Parts { number: f64, parts: Vec<Option<u8>> },
}

#[cached]
fn asked(query: &Query<'_, u8>, (one, other): (u8, u8)) -> usize {
    let of = match query {
        Query::Nothing => 0,
        Query::Of(text, number) => {
            text.len() + <usize as ::core::convert::From<u8>>::from(**number)
        }
        Query::Parts { number, parts } => {
            parts.len() + <usize as ::core::convert::From<bool>>::from(*number > 0.0)
        }
    };
    of + <usize as ::core::convert::From<u8>>::from(one + other)
}

#[cached(l1 = "encoded", ttl = 60)]
fn encoded(n: u8) -> Vec<Stored> {
    runs::note("bare encoded");
    ::std::vec![Stored::Unit, Stored::Tuple(n, Vec::new()), Stored::Named { text: String::new() }]
}

#[cached(l1 = "encoded", version = 3)]
fn versioned(n: u8) -> u8 {
    n
}

/// An error that can carry a refusal.
#[derive(::core::fmt::Debug, ::core::cmp::PartialEq)]
struct Failed;

impl ::core::convert::From<::cachekit::Error> for Failed {
    fn from(_: ::cachekit::Error) -> Self {
        Failed
    }
}

#[cached(mode = "strict", ttl = 60, runtime = RUNTIME, tenant = Some(n))]
async fn strict(n: u64) -> Result<u64, Failed> {
    runs::note("bare strict");
    tokio::task::yield_now().await;
    Ok(n)
}

#[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
fn degraded<'a, T, const N: usize>(n: u64, text: &'a str) -> u64
where
    T: 'static,
    'static: 'a,
{
    runs::note("bare degraded");
    n + ::core::mem::size_of::<T>() as u64 + text.len() as u64 + N as u64
}

#[::core::prelude::v1::test]
fn local_functions_hit() {
    for _ in 0..2 {
        assert_eq!(plain(1), 1);
        assert_eq!(everything(1, ""), 2);
        assert_eq!(keyed(1, "a"), (1, "a".to_string()));
        assert_eq!(keyed(11, "a"), (1, "a".to_string()));
        assert_eq!(keyed(11, "b"), (11, "b".to_string()));
        assert_eq!(option(0), None);
        assert_eq!(result(0), Err(0));
        assert_eq!(result(1), Ok(None));
        assert_eq!(alone(1), 1);
        assert_eq!(encoded(1).len(), 3);
        assert_eq!(versioned(1), 1);
    }
    assert_eq!(runs::of("bare plain"), 1);
    assert_eq!(runs::of("bare everything"), 1);
    assert_eq!(runs::of("bare option"), 1);
    assert_eq!(runs::of("bare result"), 2);
    assert_eq!(runs::of("bare alone"), 1);
    assert_eq!(runs::of("bare encoded"), 1);
}

#[::core::prelude::v1::test]
fn keys_are_derived() {
    for _ in 0..2 {
        assert_eq!(asked(&Query::Nothing, (1, 2)), 3);
        assert_eq!(asked(&Query::Of("a", ::std::boxed::Box::new(1)), (1, 2)), 5);
        assert_eq!(asked(&Query::Parts { number: 0.5, parts: Vec::new() }, (1, 2)), 4);
    }
    assert_eq!(asked::stats().misses, 3);
}

#[::core::prelude::v1::test]
fn companions_work() {
    assert_eq!(plain::prime(2, 3).ok(), Some(Invalidated::LocalOnly));
    assert_eq!(plain::peek(2).ok(), Some(Some(3)));
    assert_eq!(plain::update(2, |n| *n += 1).ok(), Some(Some(4)));
    assert_eq!(plain::detailed(2).source, Source::L1);
    assert_eq!(plain::refresh(2), 2);
    assert_eq!(plain::uncached(2), 2);
    assert_eq!(plain::invalidate(2).ok(), Some(Invalidated::LocalOnly));
    assert_eq!(keyed::invalidate_tenant("a").ok(), Some(Invalidated::LocalOnly));
    assert_eq!(plain::invalidate_all().ok(), Some(Invalidated::LocalOnly));
    assert_eq!(plain::peek(2).ok(), Some(None));
    assert_eq!(plain::stats().entries, 0);
}

#[::tokio::test]
async fn functions_with_a_shared_tier_hit() {
    for _ in 0..2 {
        assert_eq!(strict(1).await, Ok(1));
        assert_eq!(degraded::<u16, 3>(1, "xy"), 8);
    }
    assert_eq!(runs::of("bare strict"), 1);
    assert_eq!(runs::of("bare degraded"), 1);
    assert_eq!(strict::detailed(1).await.map(|answer| answer.source), Ok(Source::L2));
    assert_eq!(strict::key(1), strict::key(1));
    assert_eq!(strict::invalidate(1).await.ok(), Some(Invalidated::Done));
}

struct Shop(u64);

trait Priced {
    fn price(&self, n: u64) -> u64;
    async fn refused(&self, n: u64) -> Result<u64, ::cachekit::Error>;
}

#[cached]
impl Shop {
    #[cached(key = (self.0, n), tenant = name)]
    fn keyed(&self, n: u64, name: &str) -> Option<u64> {
        runs::note("bare method");
        if name.is_empty() { None } else { Some(self.0 + n) }
    }
}

#[cached]
impl Priced for Shop {
    #[cached(key = (self.0, n))]
    fn price(&self, n: u64) -> u64 {
        runs::note("bare trait");
        self.0 * n
    }

    #[cached(mode = "strict", ttl = 60, skip(self), runtime = RUNTIME)]
    async fn refused(&self, n: u64) -> Result<u64, ::cachekit::Error> {
        runs::note("bare boxed");
        Ok(n)
    }
}

#[::tokio::test]
async fn methods_hit() {
    for _ in 0..2 {
        assert_eq!(Shop(2).keyed(1, "a"), Some(3));
        assert_eq!(Shop(2).price(3), 6);
        assert_eq!(Shop(2).refused(3).await.ok(), Some(3));
    }
    assert_eq!(Shop(2).keyed_peek(1, "a").ok(), Some(Some(3)));
    for body in ["bare method", "bare trait", "bare boxed"] {
        assert_eq!(runs::of(body), 1);
    }
}
