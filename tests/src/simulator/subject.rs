//! The simulated functions: one of each kind, in two builds, with the same body.

use std::fmt;

use cachekit::{Answer, Error, Fingerprint, Function, Invalidated, Mode, cached};
use serde::ser::Error as _;
use serde::{Deserialize, Serialize, Serializer};

use super::stage::stage;
use crate::checker::{Later, Trouble, What};

/// How many tenants the keys belong to.
pub(super) const TENANTS: u64 = 2;

/// When the body began that made a row which no body made: later than everything.
pub(super) const NEVER: u64 = u64::MAX;

/// Bytes that make a value too large for the runtimes of a run, and the most that they take.
pub(super) const BULK: usize = 4_096;
pub(super) const MOST: usize = 2_048;

/// What is cached: a row, and when the body began and ended that read it, in microseconds of the
/// simulation's time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Fingerprint)]
pub(super) struct Row {
    pub(super) number: u64,
    /// On which node the body ran.
    pub(super) node: usize,
    pub(super) born: u64,
    pub(super) ended: u64,
    pub(super) bulk: Vec<u8>,
    #[serde(serialize_with = "fit")]
    pub(super) unfit: bool,
}

impl Row {
    /// A row that no body made.
    pub(super) fn by_hand(number: u64) -> Self {
        Self { number, node: usize::MAX, born: NEVER, ended: NEVER, bulk: Vec::new(), unfit: false }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over so")]
fn fit<S: Serializer>(unfit: &bool, serializer: S) -> Result<S::Ok, S::Error> {
    if *unfit { Err(S::Error::custom("planned")) } else { serializer.serialize_bool(false) }
}

/// A cached function in two builds.
pub struct Kind {
    /// What it is called.
    pub name: &'static str,
    /// Its mode.
    pub mode: Mode,
    /// The builds.
    pub(super) builds: [&'static dyn Subject; 2],
}

impl Kind {
    /// Whether a call may return what L2 did not store, without a word but an event.
    pub(super) fn returns_unstored(&self) -> bool {
        self.name == "strict-returning"
    }

    /// Whether it has no L2.
    pub fn is_local(&self) -> bool {
        self.mode == Mode::Local
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// One build of a function.
pub(super) trait Subject: Sync {
    fn function(&self) -> Function;
    fn call(&self, node: usize, key: u64) -> Later<Result<Row, Trouble>>;
    fn detailed(&self, node: usize, key: u64, forced: bool) -> Later<Result<Answer<Row>, Trouble>>;
    fn peek(&self, key: u64) -> Later<Result<Option<Row>, Error>>;
    fn invalidate(&self, what: What, key: u64) -> Later<Result<Invalidated, Error>>;
    fn prime(&self, key: u64, row: Row) -> Later<Result<Invalidated, Error>>;
    fn update(&self, key: u64, last: u64) -> Later<Result<Option<Row>, Error>>;
    fn refresh(&self, node: usize, key: u64) -> Later<Result<Row, Trouble>>;
}

/// A build, by what its attribute says beside what all of them say.
macro_rules! build {
    ($($option:tt)*) => {{
        #[cached(
            $($option)*, ttl = "5s", name = "simulated", tenant = *key % TENANTS,
            skip(node, forced), force_refresh = *forced
        )]
        async fn simulated(key: u64, node: usize, forced: bool) -> Result<Row, Trouble> {
            let _ = forced;
            let stage = stage();
            stage.body(node, key).await
        }

        struct Build;

        impl Subject for Build {
            fn function(&self) -> Function {
                simulated::SPEC
            }

            fn call(&self, node: usize, key: u64) -> Later<Result<Row, Trouble>> {
                Box::pin(simulated(key, node, false))
            }

            fn detailed(
                &self,
                node: usize,
                key: u64,
                forced: bool,
            ) -> Later<Result<Answer<Row>, Trouble>> {
                Box::pin(simulated::detailed(key, node, forced))
            }

            fn peek(&self, key: u64) -> Later<Result<Option<Row>, Error>> {
                Box::pin(async move { simulated::peek(key).await })
            }

            fn invalidate(&self, what: What, key: u64) -> Later<Result<Invalidated, Error>> {
                Box::pin(async move {
                    match what {
                        What::All => simulated::invalidate_all().await,
                        What::Tenant => simulated::invalidate_tenant(&(key % TENANTS)).await,
                        _ => simulated::invalidate(key).await,
                    }
                })
            }

            fn prime(&self, key: u64, row: Row) -> Later<Result<Invalidated, Error>> {
                Box::pin(async move { simulated::prime(key, row).await })
            }

            fn update(&self, key: u64, last: u64) -> Later<Result<Option<Row>, Error>> {
                let step = move |row: &mut Row| row.number = (row.number + 1).min(last);
                Box::pin(async move { simulated::update(key, step).await })
            }

            fn refresh(&self, node: usize, key: u64) -> Later<Result<Row, Trouble>> {
                Box::pin(simulated::refresh(key, node, false))
            }
        }

        &Build as &'static dyn Subject
    }};
}

macro_rules! kinds {
    ($($name:literal: $mode:ident [$($one:tt)*] [$($two:tt)*];)*) => {
        /// Every kind of function.
        pub static KINDS: &[Kind] = &[$(Kind {
            name: $name,
            mode: Mode::$mode,
            builds: [build!($($one)*), build!($($two)*)],
        }),*];
    };
}

kinds! {
    "local": Local [mode = "local", max_size = 64] [mode = "local", max_size = 64];
    "local-encoded": Local
        [mode = "local", max_size = 64, l1 = "encoded"]
        [mode = "local", max_size = 64, l1 = "encoded"];
    "strict": Strict
        [mode = "strict", version = 1]
        [mode = "strict", version = 2];
    "strict-returning": Strict
        [mode = "strict", version = 1, on_store_error = "return"]
        [mode = "strict", version = 2, on_store_error = "return"];
    "degraded": Degraded
        [mode = "degraded", version = 1, max_size = 64]
        [mode = "degraded", version = 2, max_size = 64];
    "degraded-encoded": Degraded
        [mode = "degraded", version = 1, max_size = 64, l1 = "encoded"]
        [mode = "degraded", version = 2, max_size = 64, l1 = "encoded"];
    "degraded-bare": Degraded
        [mode = "degraded", version = 1, l1 = "off"]
        [mode = "degraded", version = 2, l1 = "off"];
}
