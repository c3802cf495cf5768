//! Cargo features that are off: refused by name where they are asked for, and not asked for elsewhere.

use cachekit_tests::{Fixture, Report};

const LOCAL: &str = "#[cached]
pub fn f(n: u64) -> u64 { n }";

const STRICT: &str = "#[cached(mode = \"strict\", ttl = 60)]
pub fn f(n: u64) -> Result<u64, cachekit::Error> { Ok(n) }";

const DEGRADED: &str = "#[cached(mode = \"degraded\", ttl = 60)]
pub fn f(n: u64) -> u64 { n }";

/// Checks a crate that has cachekit with these features alone.
fn check(name: &str, features: &[&str], source: &str) -> Report {
    let manifest = format!(
        "edition = \"2024\"\n\n[dependencies]\n\
         cachekit = {{ path = \"<cachekit>\", default-features = false, features = {features:?} }}\n"
    );
    let source = format!("use cachekit::cached;\n{source}\npub fn caller() {{ drop(f(1)); }}\n");
    Fixture::new(env!("CARGO_TARGET_TMPDIR"), name, &manifest, &source).cargo(&["check"])
}

/// The first line of every error of the code.
fn errors(report: &Report) -> Vec<&str> {
    let errors = report.text.lines().filter(|line| line.starts_with("error"));
    errors.filter(|line| !line.contains("could not compile")).collect()
}

/// Holds that there is one error, of these words, at this line and column.
fn refused(report: &Report, words: &[&str], place: &str) {
    let [error] = errors(report)[..] else { panic!("one error is expected:\n{}", report.text) };
    assert!(words.iter().all(|word| error.contains(word)), "{error}");
    assert!(report.text.contains(&format!("--> src/lib.rs:{place}\n")), "{}", report.text);
    assert!(!report.passed);
}

/// B26: a mode whose feature is off is an error that names it, never another mode.
#[test]
fn a_mode_whose_feature_is_off_is_refused_where_it_is_chosen() {
    let names = |mode| format!("needs the Cargo feature `{mode}` of cachekit");
    let report = check("without-local", &["strict", "degraded", "bincode"], LOCAL);
    refused(&report, &[&names("local")], "2:1");
    let report = check("without-strict", &["local", "degraded", "bincode"], STRICT);
    refused(&report, &[&names("strict")], "2:17");
    let report = check("without-degraded", &["local", "strict", "bincode"], DEGRADED);
    refused(&report, &[&names("degraded")], "2:17");
}

/// B26.
#[test]
fn a_distributed_mode_with_default_features_names_what_it_needs() {
    let report = check("with-defaults", &["local"], STRICT);
    let named = |what| report.text.contains(what);
    assert!(named("`mode = \"strict\"` needs the Cargo feature `strict`"), "{}", report.text);
    assert!(named("needs the Cargo feature `bincode` of cachekit"), "{}", report.text);
    assert!(!report.passed);
}

/// B26.
#[test]
fn a_distributed_mode_without_a_codec_names_bincode() {
    let report = check("without-a-codec", &["strict"], STRICT);
    refused(&report, &["the Cargo feature `bincode`", "or choose another `codec`"], "2:17");
    let other = STRICT.replace("60", "60, codec = \"postcard\"");
    let report = check("without-postcard", &["strict", "bincode"], &other);
    refused(&report, &["the Cargo feature `postcard`"], "2:45");
    let small = STRICT.replace("60", "60, compress");
    let report = check("without-compress", &["strict", "bincode"], &small);
    refused(&report, &["`compress` needs the Cargo feature `compress`"], "2:37");
    for (name, option) in
        [("encrypt", "encrypt"), ("mac", "mac"), ("tamper", "on_tamper = \"heal\"")]
    {
        let protected = STRICT.replace("60", &format!("60, {option}"));
        let report = check(&format!("without-{name}"), &["strict", "bincode"], &protected);
        let place = if name == "tamper" { "2:49" } else { "2:37" };
        refused(&report, &["the Cargo feature `encrypt` of cachekit"], place);
    }
}

/// B26.
#[test]
fn every_codec_is_enough_on_its_own() {
    for codec in ["bincode", "postcard", "msgpack"] {
        let source = STRICT.replace("60", &format!("60, codec = {codec:?}"));
        let report = check(&format!("with-{codec}"), &["strict", codec], &source);
        assert!(report.passed, "{}", report.text);
    }
}

/// A crate whose feature `distributed` turns its function strict.
fn conditional(name: &str, on: &[&str], returned: &str) -> Fixture {
    let manifest = format!(
        "edition = \"2024\"\n\n[features]\ndistributed = {on:?}\n\n[dependencies]\n\
         cachekit = {{ path = \"<cachekit>\", default-features = false, features = [\"local\"] }}\n"
    );
    let source = format!(
        "#![deny(warnings)]\n\
         #[cachekit::cached(ttl = 60, when(feature = \"distributed\", mode = \"strict\", compress))]\n\
         pub fn f(n: u64) -> {returned} {{ Ok(n.into()) }}\n\
         #[derive(Clone)]\n\
         pub struct Stored(pub u64);\n\
         impl From<u64> for Stored {{ fn from(n: u64) -> Self {{ Self(n) }} }}\n"
    );
    Fixture::new(env!("CARGO_TARGET_TMPDIR"), name, &manifest, &source)
}

/// The branch of `when` that is off asks for no bound and no feature of cachekit.
#[test]
fn only_the_branch_that_is_on_asks_for_anything() {
    let needs = ["cachekit/strict", "cachekit/bincode", "cachekit/compress"];
    let on = ["check", "--features=distributed"];
    // Neither an outline, nor serde, nor an error that can carry a refusal.
    let bare = conditional("when-bare", &needs, "Result<Stored, String>");
    let report = bare.cargo(&["check"]);
    assert!(report.passed, "{}", report.text);
    let report = bare.cargo(&on);
    for bound in ["`String` is not made from `cachekit::Error`", "stored form of `Stored`"] {
        assert!(errors(&report).iter().any(|error| error.contains(bound)), "{}", report.text);
    }
    let fit = "Result<u64, cachekit::Error>";
    let report = conditional("when-fit", &needs, fit).cargo(&on);
    assert!(report.passed, "{}", report.text);
    let report = conditional("when-less", &needs[..2], fit).cargo(&on);
    refused(&report, &["`compress` needs the Cargo feature `compress`"], "2:77");
}
