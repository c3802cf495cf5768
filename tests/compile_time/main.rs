//! How long 500 annotated functions take to compile, beside 500 plain wrappers around one shared function.
//!
//! Run it with `cargo bench -p cachekit-tests --bench compile_time`. It writes two crates, compiles
//! them in turn without what they depend on, and prints the fastest round of each and the ratio.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs};

/// Functions of each crate.
const FUNCTIONS: usize = 500;

/// Times that each crate is compiled.
const ROUNDS: usize = 5;

/// What the ratio should keep to.
const BUDGET: f64 = 2.0;

/// A signature, what a body returns, and its attribute.
const KINDS: [(&str, &str, &str, &str); 4] = [
    ("n: u64", "u64", "n + 1", "#[cached]"),
    ("n: u64, name: &str", "String", "format!(\"{name}{n}\")", "#[cached(ttl = 60)]"),
    ("name: &str", "Option<usize>", "name.find('x')", "#[cached(max_size = 100)]"),
    ("n: u32", "Result<u32, String>", "Ok(n)", "#[cached(ttl = \"5m\")]"),
];

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

fn annotated() -> String {
    let mut text = "use cachekit::cached;\n".to_owned();
    for n in 0..FUNCTIONS {
        let (takes, returns, body, attribute) = KINDS[n % KINDS.len()];
        let function = format!("{attribute}\npub fn call_{n}({takes}) -> {returns} {{ {body} }}");
        writeln!(text, "{function}").expect("a text takes all");
    }
    text
}

fn plain() -> String {
    let mut text = SHARED.to_owned();
    for n in 0..FUNCTIONS {
        let (takes, returns, body, _) = KINDS[n % KINDS.len()];
        let (types, key) = match takes {
            "n: u64" => ("u64", "n"),
            "n: u32" => ("u32", "n"),
            "name: &str" => ("String", "name.to_owned()"),
            _ => ("(u64, String)", "(n, name.to_owned())"),
        };
        let table = format!("static TABLE: Table<{types}, {returns}> = Table::new();");
        let call = format!("shared(&TABLE, {key}, || {{ {body} }})");
        writeln!(text, "pub fn call_{n}({takes}) -> {returns} {{ {table} {call} }}")
            .expect("a text takes all");
    }
    text
}

/// Writes a crate of that source, which depends on cachekit whether it uses it or not.
fn written(home: &Path, name: &str, source: &str) -> PathBuf {
    let root = home.join(name);
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::create_dir_all(root.join("src")).expect("the target directory can be written");
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\ncachekit = {{ path = '{}' }}\n\n[workspace]\n",
        workspace.join("cachekit").display()
    );
    fs::write(root.join("Cargo.toml"), manifest).expect("the directory can be written");
    fs::copy(workspace.join("Cargo.lock"), root.join("Cargo.lock")).expect("the lock is there");
    fs::write(root.join("src/lib.rs"), source).expect("the directory can be written");
    root
}

/// Compiles a crate whose dependencies are compiled, and says how long that took.
#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn compiled(home: &Path, root: &Path) -> Duration {
    let source = root.join("src/lib.rs");
    let text = fs::read(&source).expect("it was written");
    fs::write(&source, text).expect("it was written");
    let start = Instant::now();
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet"])
        .current_dir(root)
        .env("CARGO_TARGET_DIR", home.join("target"))
        .env("CARGO_INCREMENTAL", "0")
        .status()
        .expect("cargo can be run");
    assert!(status.success(), "the crate does not compile");
    start.elapsed()
}

fn main() {
    // `cargo test --benches` runs this with other arguments, and wants no minutes of it.
    if !env::args().any(|argument| argument == "--bench") {
        return;
    }
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile_time");
    let crates = [("plain", plain()), ("annotated", annotated())];
    let roots = crates.map(|(name, source)| written(&home, name, &source));
    let mut best = [Duration::MAX; 2];
    // The first round compiles what they depend on, too, and is never the fastest.
    for _ in 0..=ROUNDS {
        for (best, root) in best.iter_mut().zip(&roots) {
            *best = compiled(&home, root).min(*best);
        }
    }
    let [plain, annotated] = best.map(|best| best.as_secs_f64());
    let ratio = annotated / plain;
    let verdict = if ratio <= BUDGET { "met" } else { "missed" };
    println!("{FUNCTIONS} functions, cargo build, the fastest of {ROUNDS}");
    println!("  plain wrappers around one shared function  {plain:5.2} s");
    println!(
        "  annotated                                  {annotated:5.2} s  {ratio:.2}  budget {BUDGET:.2} {verdict}"
    );
}
