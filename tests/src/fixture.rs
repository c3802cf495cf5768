//! A crate of its own, for what a crate that has cachekit with all its features cannot show.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A library in a directory of the tests' own, resolved as the workspace is.
#[derive(Debug)]
pub struct Fixture {
    dir: PathBuf,
}

/// What Cargo and the compiler said.
#[derive(Debug)]
pub struct Report {
    /// Whether Cargo ended well.
    pub passed: bool,
    /// What it wrote to standard error.
    pub text: String,
}

impl Fixture {
    /// A crate called `name`, below `tmp`, a test's `CARGO_TARGET_TMPDIR`. `manifest` follows the first lines of `[package]`, with `<cachekit>`
    /// for the path.
    ///
    /// # Panics
    ///
    /// If it cannot be written.
    pub fn new(tmp: &str, name: &str, manifest: &str, source: &str) -> Self {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let dir = Path::new(tmp).join("fixtures").join(name);
        let cachekit = workspace.join("cachekit");
        let manifest = manifest.replace("<cachekit>", cachekit.to_str().expect("a path in UTF-8"));
        let package = format!(
            "[workspace]\n\n[package]\nname = \"{name}\"\nversion = \"0.0.0\"\n\
             publish = false\n{manifest}"
        );
        std::fs::create_dir_all(dir.join("src")).expect("makes a directory");
        std::fs::write(dir.join("Cargo.toml"), package).expect("writes the manifest");
        std::fs::write(dir.join("src/lib.rs"), source).expect("writes the source");
        // The versions that the workspace has are those that are on this machine.
        std::fs::copy(workspace.join("Cargo.lock"), dir.join("Cargo.lock")).expect("copies");
        Self { dir }
    }

    /// Runs Cargo on it. All fixtures share one target directory, so that each builds little.
    ///
    /// # Panics
    ///
    /// If Cargo cannot be run.
    pub fn cargo(&self, arguments: &[&str]) -> Report {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(arguments)
            .args(["--offline", "--quiet", "--color=never"])
            .current_dir(&self.dir)
            .env("CARGO_TARGET_DIR", self.target())
            .env("RUSTDOCFLAGS", "-D warnings")
            .env_remove("RUSTFLAGS")
            .output()
            .expect("runs cargo");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        Report { passed: output.status.success(), text }
    }

    /// Where it is built.
    pub fn target(&self) -> PathBuf {
        self.dir.join("../../fixtures-target")
    }
}
