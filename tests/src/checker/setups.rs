//! The set-ups: each a row of one table, with cached functions of its own for its nodes.

use cachekit::{Function, Mode, Source, cached};

use super::crew::Crew;
use super::rule::{Outcome, Seen, What};
use super::subject::{Ask, Ground, Later, Row, Subject, Trouble};
use super::tier::{Faults, Tier};

/// How many tenants the keys belong to.
pub(super) const TENANTS: u64 = 2;

/// One set-up. It runs once in a process: its functions keep the runtimes that it gave them.
#[derive(Debug)]
pub struct Setup {
    /// What it is called, as in `strict-redis-two`.
    pub name: &'static str,
    /// The functions' mode.
    pub mode: Mode,
    /// What the nodes share.
    pub tier: Tier,
    /// What befalls it.
    pub faults: Faults,
    /// Who calls.
    pub crew: Crew,
    /// How many versions of the function there are, of which each node has one.
    pub builds: usize,
    /// The function on each node.
    pub nodes: &'static [&'static dyn Subject],
}

/// A cached function on one node: whether it blocks, its mode, and what else is said of it.
///
/// An L1 has room for the keys of a run and not for many more, so that others can push them out.
macro_rules! node {
    ($kind:ident local) => { node!($kind [mode = "local", max_size = 64]) };
    ($kind:ident local encoded) => { node!($kind [mode = "local", max_size = 64, l1 = "encoded"]) };
    ($kind:ident strict) => { node!($kind [mode = "strict", ttl = 600]) };
    ($kind:ident strict $version:tt) => {
        node!($kind [mode = "strict", ttl = 600, version = $version])
    };
    ($kind:ident degraded) => { node!($kind [mode = "degraded", ttl = 600, max_size = 64]) };
    ($kind:ident degraded encoded) => {
        node!($kind [mode = "degraded", ttl = 600, max_size = 64, l1 = "encoded"])
    };
    ($kind:ident degraded $version:tt) => {
        node!($kind [mode = "degraded", ttl = 600, max_size = 64, version = $version])
    };
    ($kind:ident bare) => { node!($kind [mode = "degraded", ttl = 600, l1 = "off"]) };
    (blocking [$($option:tt)*]) => { node!([] [] work [$($option)*]) };
    (async [$($option:tt)*]) => { node!([async] [.await] wait [$($option)*]) };
    ([$($async:tt)?] [$($await:tt)*] $body:ident [$($option:tt)*]) => {{
        static GROUND: Ground = Ground::new();

        #[cached(
            $($option)*, name = "checked", tenant = *key % TENANTS, skip(forced),
            force_refresh = *forced, runtime = GROUND
        )]
        $($async)? fn checked(key: u64, forced: bool) -> Result<Row, Trouble> {
            GROUND.$body(key, forced) $($await)*
        }

        #[derive(Debug)]
        struct Node;

        impl Subject for Node {
            fn ground(&self) -> &'static Ground {
                &GROUND
            }

            fn function(&self) -> Function {
                checked::SPEC
            }

            fn ask(&self, how: Ask, key: u64) -> Later<Seen> {
                Box::pin(async move {
                    GROUND.heard().seen(match how {
                        Ask::Call => checked(key, false) $($await)* .map(|row| Some(row.number)),
                        Ask::Detailed => {
                            let told = checked::detailed(key, false) $($await)*;
                            told.map(|answer| Some(answer.value.number))
                        }
                        Ask::Peek => {
                            let seen = checked::peek(key) $($await)*;
                            seen.map(|row| row.map(|row| row.number)).map_err(Trouble::from)
                        }
                    })
                })
            }

            fn change(&self, what: What, key: u64, row: u64) -> Later<Outcome> {
                Box::pin(async move {
                    match what {
                        What::Invalidate => GROUND.heard().told(checked::invalidate(key) $($await)*),
                        What::Tenant => {
                            let tenant = key % TENANTS;
                            GROUND.heard().told(checked::invalidate_tenant(&tenant) $($await)*)
                        }
                        What::All => GROUND.heard().told(checked::invalidate_all() $($await)*),
                        What::Prime => {
                            GROUND.heard().told(checked::prime(key, Row::new(row)) $($await)*)
                        }
                        What::Update => {
                            let step = move |value: &mut Row| value.step(row);
                            GROUND.heard().updated(checked::update(key, step) $($await)*)
                        }
                        What::Refresh if GROUND.refreshes_or_fails() && row % 2 == 0 => {
                            let done = checked::refresh(key, false) $($await)*;
                            GROUND.heard().refreshed(done.map(|row| (row.number, false)))
                        }
                        What::Refresh => {
                            let done = checked::detailed(key, true) $($await)*;
                            GROUND.heard().refreshed(done.map(|answer| (answer.value.number, answer.degraded)))
                        }
                    }
                })
            }

            fn told(&self, key: u64) -> Later<(Seen, Option<Source>)> {
                Box::pin(async move {
                    let told = checked::detailed(key, false) $($await)*;
                    let source = told.as_ref().ok().map(|answer| answer.source);
                    (GROUND.heard().seen(told.map(|answer| Some(answer.value.number))), source)
                })
            }
        }

        &Node as &'static dyn Subject
    }};
}

/// The table. A row is a name, the mode, what the nodes share, what befalls it, who calls, how
/// many builds there are, and a function for each node.
macro_rules! setups {
    ($($name:literal: $mode:ident $tier:ident $faults:ident $crew:ident $builds:literal,
        $([$($node:tt)*])+;)*) => {
        /// Every set-up.
        pub static SETUPS: &[Setup] = &[$(Setup {
            name: $name,
            mode: Mode::$mode,
            tier: Tier::$tier,
            faults: Faults::$faults,
            crew: Crew::$crew,
            builds: $builds,
            nodes: &[$(node!($($node)*)),+],
        }),*];
    };
}

setups! {
    "local-threads": Local Nothing Quiet Threads 1, [blocking local];
    "local-tasks": Local Nothing Quiet Tasks 1, [async local];
    "local-encoded": Local Nothing Quiet Tasks 1, [async local encoded];

    "strict-redis-one": Strict Redis Quiet Threads 1, [blocking strict];
    "strict-redis-two": Strict Redis Quiet Tasks 1, [async strict] [async strict];
    "strict-redis-late": Strict Redis Late Tasks 1, [async strict] [async strict];
    "strict-redis-builds": Strict Redis Quiet Tasks 2, [async strict 1] [async strict 2];
    "strict-redis-cuts": Strict Redis Cuts Tasks 1, [async strict] [async strict];
    "strict-redis-blackholes": Strict Redis BlackHoles Tasks 1, [async strict] [async strict];
    "strict-disk-two": Strict Disk Quiet Tasks 1, [async strict] [async strict];
    "strict-disk-builds": Strict Disk Breaks Threads 2, [blocking strict 1] [blocking strict 2];
    "strict-memory-two": Strict Memory Kills Tasks 1, [async strict] [async strict];

    "degraded-redis-one": Degraded Redis Cuts Threads 1, [blocking degraded];
    "degraded-redis-two": Degraded Redis Quiet Tasks 1, [async degraded] [async degraded];
    "degraded-redis-builds": Degraded Redis Late Tasks 2, [async degraded 1] [async degraded 2];
    "degraded-redis-cuts": Degraded Redis Cuts Tasks 1, [async degraded] [async degraded];
    "degraded-redis-blackholes": Degraded Redis BlackHoles Tasks 1,
        [async degraded] [async degraded];
    "degraded-redis-bare": Degraded Redis Cuts Tasks 1, [async bare] [async bare];
    "degraded-disk-two": Degraded Disk Breaks Tasks 1, [async degraded] [async degraded];
    "degraded-memory-two": Degraded Memory Kills Tasks 1,
        [async degraded encoded] [async degraded encoded];
}

/// The set-up of this name.
pub fn named(name: &str) -> Option<&'static Setup> {
    SETUPS.iter().find(|setup| setup.name == name)
}
