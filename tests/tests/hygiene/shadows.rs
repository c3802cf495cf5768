//! The user's items bear the names of what generated code uses, and both keep their meaning.

#![allow(dead_code, unused_macros, non_camel_case_types, reason = "they are here to be in the way")]

use ::cachekit::{Source, cached};

use super::runs;

mod cachekit {}
mod core {}
mod std {}
mod alloc {}
mod serde {}

struct Result;
struct Option;
struct Some;
struct None;
struct Ok;
struct Err;
struct Vec;
struct String;
struct Box;
struct Clone;
struct Copy;
struct Debug;
struct Default;
struct Fn;
struct FnMut;
struct From;
struct Into;
struct PhantomData;
struct Send;
struct Sized;
struct Sync;
struct Duration;
struct Answer;
struct Args;
#[derive(Clone, Copy)]
struct Companion;
struct Handle;
struct Error;
struct Function;
struct Invalidated;
struct Local;
struct Policy;
struct Runtime;
struct Site;
struct Spec;
struct Stats;
struct Tenant;
struct Wired;

macro_rules! concat {
    ($($any:tt)*) => {
        compile_error!("the user's macro is not for generated code")
    };
}
macro_rules! module_path {
    ($($any:tt)*) => {
        compile_error!("the user's macro is not for generated code")
    };
}
macro_rules! share {
    ($($any:tt)*) => {
        compile_error!("the user's macro is not for generated code")
    };
}
macro_rules! part {
    ($($any:tt)*) => {
        compile_error!("the user's macro is not for generated code")
    };
}
macro_rules! wiring {
    ($($any:tt)*) => {
        compile_error!("the user's macro is not for generated code")
    };
}

// What the macro calls its own constants, statics, functions and variables.
const SITE: ::core::time::Duration = ::core::time::Duration::from_secs(60);
const SPEC: usize = 4;

fn runtime() {}
fn hit() {}
fn miss() {}
fn life() {}
fn count() {}
fn wait() {}
fn peek() {}
fn uncached() {}
fn __handle() {}

#[cached(ttl = SITE, max_size = SPEC)]
fn plain(n: u64) -> u64 {
    runs::note("shadowed plain");
    n
}

#[cached(companion = false, skip(companion))]
fn apart(n: u64, companion: Companion) -> u64 {
    runs::note("shadowed apart");
    let Companion = companion;
    n
}

#[cached(cache_err)]
fn result(n: u64) -> ::core::result::Result<::core::option::Option<u64>, ()> {
    runs::note("shadowed result");
    n.checked_sub(1).map(::core::option::Option::Some).ok_or(())
}

#[cached(l1 = "encoded", ttl = 60)]
fn encoded(n: u64) -> u64 {
    runs::note("shadowed encoded");
    n
}

/// A type of the user's that only looks like the one everybody knows.
mod lookalike {
    #[derive(Clone, Debug, PartialEq)]
    pub(super) enum Option<T> {
        Here(T),
    }
    pub(super) type Result<T> = ::core::option::Option<T>;
}

#[cached(returns = "value")]
fn looks_like_option(n: u64) -> lookalike::Option<u64> {
    runs::note("shadowed lookalike");
    lookalike::Option::Here(n)
}

#[cached(returns = "option")]
fn looks_like_result(n: u64) -> lookalike::Result<u64> {
    runs::note("shadowed option");
    n.checked_sub(1)
}

mod statics {
    //! A runtime that bears the name of the function that leads to it.
    #![allow(non_upper_case_globals, reason = "the point is the name")]

    use ::cachekit::testing::Memory;
    use ::cachekit::{Runtime, cached};
    use ::std::sync::LazyLock;

    pub(super) static runtime: LazyLock<Runtime> =
        LazyLock::new(|| Runtime::builder().backend(Memory::new()).build().expect("builds"));

    #[cached(mode = "degraded", ttl = 60, runtime = runtime)]
    pub(super) fn pinned(n: u64) -> u64 {
        super::runs::note("shadowed pinned");
        n
    }
}

#[test]
fn functions_hit() {
    for _ in 0..2 {
        assert_eq!(plain(1), 1);
        assert_eq!(apart(1, Companion), 1);
        assert_eq!(result(1), ::core::result::Result::Ok(::core::option::Option::Some(0)));
        assert_eq!(looks_like_option(1), lookalike::Option::Here(1));
        assert_eq!(looks_like_result(1), ::core::option::Option::Some(0));
        assert_eq!(statics::pinned(1), 1);
        assert_eq!(encoded(1), 1);
    }
    for body in ["plain", "encoded", "apart", "result", "lookalike", "option", "pinned"] {
        let body = ::std::format!("shadowed {body}");
        assert_eq!(runs::of(::std::boxed::Box::leak(body.into_boxed_str())), 1);
    }
}

#[test]
fn companions_work() {
    assert!(plain::prime(2, 3).is_ok());
    assert_eq!(plain::detailed(2).source, Source::L1);
    assert_eq!(statics::pinned::detailed(7).source, Source::Computed);
    assert!(!statics::pinned::detailed(7).degraded);
    assert!(statics::runtime.functions().to_json().contains("pinned"));
}
