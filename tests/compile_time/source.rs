//! The crates that are compiled: so many functions, and a program that calls each of them.

use std::fmt::Write as _;

/// How the functions of a crate are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    Theirs,
    Sync,
    /// Every function of another signature.
    Mixed,
    TheirsAsync,
    Async,
}

impl Kind {
    pub(crate) const ALL: [Self; 6] =
        [Self::Plain, Self::Theirs, Self::Sync, Self::Mixed, Self::TheirsAsync, Self::Async];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plain => "wrappers around a shared function",
            Self::Theirs => "cached 4.1",
            Self::Sync => "annotated",
            Self::Mixed => "annotated, of many signatures",
            Self::TheirsAsync => "cached 4.1, async",
            Self::Async => "annotated, async",
        }
    }

    pub(crate) fn file(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Theirs => "theirs",
            Self::Sync => "annotated",
            Self::Mixed => "mixed",
            Self::TheirsAsync => "theirs_async",
            Self::Async => "annotated_async",
        }
    }

    fn is_async(self) -> bool {
        matches!(self, Self::Async | Self::TheirsAsync)
    }

    /// A program of so many functions.
    pub(crate) fn source(self, functions: u32) -> String {
        let mut text = if self == Self::Plain { SHARED.to_owned() } else { String::new() };
        let mut calls = String::new();
        for n in 0..functions {
            let takes = if self == Self::Mixed { mixed(n) } else { USUAL };
            text.push_str(&self.function(n, takes));
            let call = format!("call_{n}({})", takes.passes);
            let call = if self.is_async() { format!("done({call})") } else { call };
            writeln!(calls, "    _ = std::hint::black_box({call});").expect("a text takes all");
        }
        format!(
            "#![allow(dead_code)]\n{DONE}{text}\nfn main() {{\n    let n = std::env::args().count();\n{calls}    _ = n;\n}}\n"
        )
    }

    fn function(self, n: u32, Signature { takes, returns, body, .. }: Signature) -> String {
        let (attribute, word) = match self {
            Self::Plain => {
                let table = "static TABLE: Table<(u64, String), u64> = Table::new();";
                let call = format!("shared(&TABLE, (n, name.to_owned()), || {{ {body} }})");
                return format!("pub fn call_{n}({takes}) -> {returns} {{ {table} {call} }}\n");
            }
            Self::Theirs | Self::TheirsAsync => (
                "#[cached::macros::cached(key = \"String\", convert = r#\"{ format!(\"{n}{name}\") }\"#)]",
                if self.is_async() { "async " } else { "" },
            ),
            Self::Sync | Self::Mixed => ("#[cachekit::cached]", ""),
            Self::Async => ("#[cachekit::cached]", "async "),
        };
        format!("{attribute}\npub {word}fn call_{n}({takes}) -> {returns} {{ {body} }}\n")
    }
}

#[derive(Clone, Copy)]
struct Signature {
    takes: &'static str,
    passes: &'static str,
    returns: &'static str,
    body: &'static str,
}

const USUAL: Signature = Signature {
    takes: "n: u64, name: &str",
    passes: "n as u64, \"name\"",
    returns: "u64",
    body: "n + name.len() as u64",
};

/// Parameters and return types that are combined to two hundred signatures and more.
const TAKES: [(&str, &str); 15] = [
    ("a: u8", "n as u8"),
    ("a: u16", "n as u16"),
    ("a: u32", "n as u32"),
    ("a: u64", "n as u64"),
    ("a: i32", "n as i32"),
    ("a: i64", "n as i64"),
    ("a: bool", "n > 1"),
    ("a: char", "'a'"),
    ("a: &str", "\"a\""),
    ("a: String", "String::new()"),
    ("a: &str, b: u32", "\"a\", n as u32"),
    ("a: u64, b: &str", "n as u64, \"b\""),
    ("a: Option<u32>", "Some(n as u32)"),
    ("a: Vec<u8>", "vec![n as u8]"),
    ("a: &[u32]", "&[n as u32]"),
];

const RETURNS: [(&str, &str); 14] = [
    ("u8", "{ _ = a; 1 }"),
    ("u32", "{ _ = a; 1 }"),
    ("u64", "{ _ = a; 1 }"),
    ("i64", "{ _ = a; 1 }"),
    ("bool", "{ _ = a; true }"),
    ("String", "{ _ = a; String::new() }"),
    ("Vec<u8>", "{ _ = a; Vec::new() }"),
    ("Option<u64>", "{ _ = a; Some(1) }"),
    ("Option<String>", "{ _ = a; None }"),
    ("Result<u64, String>", "{ _ = a; Ok(1) }"),
    ("Result<String, String>", "{ _ = a; Ok(String::new()) }"),
    ("Result<Option<u32>, String>", "{ _ = a; Ok(None) }"),
    ("std::sync::Arc<str>", "{ _ = a; std::sync::Arc::from(\"\") }"),
    ("(u32, String)", "{ _ = a; (1, String::new()) }"),
];

fn mixed(n: u32) -> Signature {
    let n = n as usize;
    let (takes, passes) = TAKES[n % TAKES.len()];
    let (returns, body) = RETURNS[n % RETURNS.len()];
    Signature { takes, passes, returns, body }
}

/// Polls a future that is ready at once.
const DONE: &str = "
fn done<F: std::future::Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}
";

/// What a careful author would write once by hand: a bounded lookup and an insertion.
const SHARED: &str = "
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{LazyLock, Mutex, PoisonError};

pub struct Table<K, V>(LazyLock<Mutex<HashMap<K, V>>>);

impl<K, V> Table<K, V> {
    pub const fn new() -> Self {
        Self(LazyLock::new(|| Mutex::new(HashMap::new())))
    }
}

pub fn shared<K: Hash + Eq, V: Clone>(table: &Table<K, V>, key: K, body: impl FnOnce() -> V) -> V {
    let lock = || table.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = lock().get(&key) {
        return found.clone();
    }
    let made = body();
    if lock().len() < 10_000 {
        lock().insert(key, made.clone());
    }
    made
}
";
