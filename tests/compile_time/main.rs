//! How long annotated functions take to compile, and how much text they become, beside `cached` and plain functions.
//!
//! Run it with `cargo bench -p cachekit-tests --bench compile_time`. It writes crates, compiles them
//! in turn without what they depend on, and prints what each function adds to the fastest round.

mod source;
mod text;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs};

use source::Kind;

/// A crate of some functions of one kind.
struct Subject {
    kind: Kind,
    functions: u32,
    root: PathBuf,
    fastest: Duration,
}

/// Milliseconds a function in a debug build, where there is a budget.
fn budget(kind: Kind) -> Option<f64> {
    match kind {
        Kind::Sync | Kind::Mixed => Some(7.0),
        Kind::Async => Some(12.0),
        _ => None,
    }
}

/// The most text that a function may become, in bytes.
const TEXT: f64 = 1_000.0;

fn main() {
    // `cargo test --benches` runs this with other arguments, and wants no minutes of it.
    if !env::args().any(|argument| argument == "--bench") {
        return;
    }
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile_time");
    for (profile, functions, rounds) in [("dev", 200, 3), ("release", 200, 1), ("dev", 1_000, 1)] {
        let mut subjects = vec![subject(&home, Kind::Plain, 0)];
        // What they depend on is compiled beforehand.
        compiled(&home, &subjects[0].root, profile);
        // Many signatures take minutes, and are measured once.
        let kinds = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Mixed || rounds > 1);
        subjects.extend(kinds.map(|kind| subject(&home, kind, functions)));
        for round in 0..rounds {
            let again = |subject: &&mut Subject| round == 0 || subject.kind != Kind::Mixed;
            for subject in subjects.iter_mut().filter(again) {
                let took = compiled(&home, &subject.root, profile);
                subject.fastest = subject.fastest.min(took);
            }
        }
        report(&home, profile, &subjects, rounds);
    }
}

fn report(home: &Path, profile: &str, subjects: &[Subject], rounds: usize) {
    println!(
        "\n{profile}, the fastest of {rounds}\n{:<34} {:>9} {:>9} {:>12}",
        "", "functions", "build", "a function"
    );
    let (none, rest) = subjects.split_first().expect("the empty crate comes first");
    let text = |subject: &Subject| f64::from(text::of(&program(home, subject, profile)));
    for subject in rest {
        let functions = f64::from(subject.functions);
        let added = subject.fastest.saturating_sub(none.fastest).as_secs_f64() * 1e3 / functions;
        print!(
            "{:<34} {:>9} {:>7.2} s {added:>9.2} ms",
            subject.kind.name(),
            subject.functions,
            subject.fastest.as_secs_f64()
        );
        if profile == "release" {
            let bytes = (text(subject) - text(none)) / functions;
            let is_ours = budget(subject.kind).is_some();
            let verdict = if bytes <= TEXT { "met" } else { "missed" };
            let told =
                if is_ours { format!(", budget {TEXT:.0} {verdict}") } else { String::new() };
            print!("  {bytes:>6.0} B of text{told}");
        } else if let Some(most) = budget(subject.kind) {
            print!("  budget {most:.0} ms {}", if added <= most { "met" } else { "missed" });
        }
        println!();
    }
}

/// Writes a crate, which depends on all that any of them does.
fn subject(home: &Path, kind: Kind, functions: u32) -> Subject {
    let name = format!("{}_{functions}", kind.file());
    let root = home.join(&name);
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::create_dir_all(root.join("src")).expect("the target directory can be written");
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\ncachekit = {{ path = '{}' }}\n\
         cached = {{ version = \"4.1\", default-features = false, features = [\"async\", \"proc_macro\"] }}\n\n\
         [profile.release]\nstrip = true\n\n[workspace]\n",
        workspace.join("cachekit").display()
    );
    fs::write(root.join("Cargo.toml"), manifest).expect("the directory can be written");
    fs::copy(workspace.join("Cargo.lock"), root.join("Cargo.lock")).expect("the lock is there");
    fs::write(root.join("src/main.rs"), kind.source(functions)).expect("it can be written");
    Subject { kind, functions, root, fastest: Duration::MAX }
}

fn program(home: &Path, subject: &Subject, profile: &str) -> PathBuf {
    let name = format!("{}_{}", subject.kind.file(), subject.functions);
    home.join("target").join(if profile == "dev" { "debug" } else { profile }).join(name)
}

/// Compiles a crate whose dependencies are compiled, and says how long that took.
#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn compiled(home: &Path, root: &Path, profile: &str) -> Duration {
    let source = root.join("src/main.rs");
    let text = fs::read(&source).expect("it was written");
    fs::write(&source, text).expect("it was written");
    let start = Instant::now();
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--profile", profile])
        .current_dir(root)
        .env("CARGO_TARGET_DIR", home.join("target"))
        .env("CARGO_INCREMENTAL", "0")
        .status()
        .expect("cargo can be run");
    assert!(status.success(), "the crate does not compile");
    start.elapsed()
}
