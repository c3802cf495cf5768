//! Names that meet those of generated code: raw ones, and arguments called like its variables.

use std::sync::LazyLock;

use cachekit::testing::Memory;
use cachekit::{Runtime, Source, cached};

use super::runs;

#[cached]
fn r#type(r#fn: u64, r#match: &str) -> String {
    runs::note("raw");
    r#match.repeat(usize::try_from(r#fn).expect("is small"))
}

#[cached(key = (r#fn, r#match.len()), tenant = r#match)]
fn raw_key(r#fn: u64, r#match: &str) -> u64 {
    runs::note("raw key");
    r#fn
}

#[cached(skip(r#fn))]
fn raw_skip(r#fn: u64) -> u64 {
    runs::note("raw skip");
    r#fn
}

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::builder().backend(Memory::new()).build().expect("builds"));

#[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
fn r#impl(n: u64) -> u64 {
    n
}

#[cached]
#[expect(clippy::too_many_arguments, reason = "one for every name of the macro's own")]
fn locals(
    args: u8,
    change: u8,
    done: u8,
    door: u8,
    found: u8,
    miss: u8,
    parts: u8,
    tenant: u8,
    value: u8,
    error: u8,
    body: u8,
    runtime: u8,
) -> u64 {
    runs::note("locals");
    [args, change, done, door, found, miss, parts, tenant, value, error, body, runtime]
        .into_iter()
        .map(u64::from)
        .sum()
}

#[cached(key = (args, parts, door, miss), tenant = tenant)]
fn locals_in_expressions(args: u8, parts: u8, door: u8, miss: u8, tenant: &str) -> String {
    runs::note("locals in expressions");
    format!("{args}{parts}{door}{miss}{tenant}")
}

#[cached]
async fn locals_of_a_future(miss: u8, found: u8, value: u8) -> u8 {
    tokio::task::yield_now().await;
    miss + found + value
}

/// Called like the companion's own items.
mod companions {
    use cachekit::cached;

    #[cached]
    pub(super) fn uncached(n: u64) -> u64 {
        n
    }

    #[cached]
    pub(super) fn peek(n: u64) -> u64 {
        n
    }
}

#[cached(companion = Renamed)]
fn renamed(n: u64) -> u64 {
    runs::note("renamed");
    n
}

/// What stands where the companion would.
mod renamed {
    pub(super) fn beside() -> u64 {
        7
    }
}

#[cached(companion = false)]
fn u8(n: u64) -> u64 {
    n
}

macro_rules! declared {
    ($name:ident, $param:ident: $ty:ty => $body:expr, $mode:literal, $ttl:literal, $size:expr) => {
        #[cached(key = $param, mode = $mode, ttl = $ttl, max_size = $size)]
        fn $name($param: $ty, skipped: u64) -> u64 {
            let _ = skipped;
            $body
        }
    };
}
declared!(by_a_macro, n: u64 => n + 1, "local", 60, 5 + 5);

macro_rules! instantiated {
    ($name:ident, $size:ident: $ty:ty) => {
        #[cached]
        fn $name<const $size: $ty>() -> $ty {
            $size
        }
    };
}
instantiated!(sized_by_a_macro, N: u8);

macro_rules! stored {
    ($name:ident { $field:ident: $token:tt, $size:ident: $ty:ty }) => {
        #[derive(
            Clone, serde::Serialize, serde::Deserialize, cachekit::CacheKey, cachekit::Fingerprint,
        )]
        struct $name {
            $field: $token,
            $size: $ty,
            last: u8,
        }
    };
}
stored!(ByAMacro { first: u64, second: u8 });

#[cached(l1 = "encoded", ttl = 60)]
fn stored_by_a_macro(n: u64) -> ByAMacro {
    runs::note("stored by a macro");
    ByAMacro { first: n, second: 0, last: 0 }
}

#[test]
fn raw_names_are_names() {
    for _ in 0..2 {
        assert_eq!(r#type(2, "a"), "aa");
        assert_eq!(raw_key(1, "a"), 1);
        assert_eq!(raw_skip(1), 1);
    }
    assert_eq!((runs::of("raw"), runs::of("raw key"), runs::of("raw skip")), (1, 1, 1));
    assert_eq!(r#type::detailed(2, "a").source, Source::L1);
    // The name is what follows `r#`, as it is where the path is printed.
    assert!(r#impl::key(1).contains("names.impl."), "{}", r#impl::key(1));
}

#[test]
fn arguments_may_be_called_like_the_macros_own_variables() {
    for _ in 0..2 {
        assert_eq!(locals(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), 78);
        assert_eq!(locals_in_expressions(1, 2, 3, 4, "5"), "12345");
    }
    assert_eq!((runs::of("locals"), runs::of("locals in expressions")), (1, 1));
    locals::prime(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0).unwrap();
    assert!(matches!(
        locals::update(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, |value| *value += 1),
        Ok(Some(1))
    ));
}

#[tokio::test]
async fn a_futures_arguments_too() {
    assert_eq!((locals_of_a_future(1, 2, 3).await, locals_of_a_future(1, 2, 3).await), (6, 6));
    assert_eq!(locals_of_a_future::detailed(1, 2, 3).await.source, Source::L1);
}

#[test]
fn functions_may_be_called_like_the_companions_items() {
    use companions::{peek, uncached};
    assert_eq!((uncached(1), uncached::uncached(1), peek(1)), (1, 1, 1));
    assert!(matches!(peek::peek(1), Ok(Some(1))));
}

#[test]
fn a_companion_may_be_renamed_or_left_out() {
    assert_eq!((renamed(1), renamed(1), renamed::beside()), (1, 1, 7));
    assert_eq!(runs::of("renamed"), 1);
    assert_eq!(Renamed::detailed(1).source, Source::L1);
    assert_eq!(u8(1), u64::from(1_u8));
}

#[test]
fn macros_may_declare_cached_functions_and_stored_types() {
    assert_eq!((by_a_macro(1, 2), by_a_macro(1, 3)), (2, 2));
    assert_eq!(by_a_macro::stats().hits, 1);
    assert_eq!((sized_by_a_macro::<1>(), sized_by_a_macro::<2>()), (1, 2));
    assert_eq!((stored_by_a_macro(1).first, stored_by_a_macro(1).second), (1, 0));
    assert_eq!(runs::of("stored by a macro"), 1);
}
