//! A crate of its own: where cachekit goes by another name, and what its documentation says.

use cachekit_tests::Fixture;

const RENAMED: &str = r#"#![deny(
    warnings, rust_2018_idioms, absolute_paths_not_starting_with_crate, elided_lifetimes_in_paths,
    explicit_outlives_requirements, let_underscore_drop, meta_variable_misuse,
    missing_copy_implementations, missing_debug_implementations, missing_docs, redundant_lifetimes,
    single_use_lifetimes, trivial_casts, trivial_numeric_casts, unit_bindings, unreachable_pub,
    unsafe_code, unused_lifetimes, unused_qualifications, unused_results, variant_size_differences
)]
//! No crate is called `cachekit` here.

use shop_cache::{CacheKey, Fingerprint, Invalidated, cached};

/// Stored.
#[derive(Clone, Debug, Fingerprint)]
#[fingerprint(crate = shop_cache)]
pub enum Stored<T> {
    /// One.
    One(T),
}

/// A key.
#[derive(Debug, CacheKey)]
#[cache_key(crate = shop_cache)]
pub struct Query<'a, T> {
    text: &'a str,
    filter: T,
    next: Option<Box<Query<'a, T>>>,
    of: Sort<T>,
    #[cache_key(skip)]
    trace: [u8; 512],
}

/// A part of one.
#[derive(Debug, CacheKey)]
#[cache_key(crate = shop_cache)]
pub enum Sort<T> {
    /// By nothing.
    Nothing,
    /// By a number.
    Number(f64),
    /// By many.
    Many {
        /// These.
        list: [Option<T>; 64],
    },
}

/// Searched.
#[cached(crate = ::shop_cache)]
pub fn search<T: CacheKey + 'static>(query: &Query<'_, T>) -> usize {
    let sort = match &query.of {
        Sort::Nothing => 0,
        Sort::Number(number) => usize::from(*number > 0.0),
        Sort::Many { list } => list.len(),
    };
    sort + query.text.len() + usize::from(query.trace[0]) + query.next.iter().count()
}

/// Taken apart.
#[cached(crate = ::shop_cache, key = (a, b, sort))]
pub fn apart((mut a, &b): (u8, &u8), [.., (sort, ref c)]: [(u8, u8); 2], _: u8) -> u8 {
    a += b;
    a + sort + c
}

/// Local.
#[cached(crate = ::shop_cache, key = n % 10, tenant = tenant, cache_err, negative_ttl = 5)]
pub fn local(n: u64, tenant: &str) -> Result<u64, ()> {
    if tenant.is_empty() { Err(()) } else { Ok(n) }
}

/// Strict.
#[cached(crate = ::shop_cache, mode = "strict", ttl = 60, compress, on_store_error = "return")]
pub async fn strict<T: Send + Sync + 'static>(n: u64) -> Result<u64, shop_cache::Error> {
    Ok(n)
}

/// Alone.
#[cached(crate = ::shop_cache, mode = "degraded", ttl = 60, companion = false)]
pub fn degraded(n: u64) -> u64 {
    n
}

/// Borrows.
#[cached(crate = ::shop_cache)]
pub fn borrowed<'a, 'b>(left: &'a str, right: &'b str, both: &[&'a str]) -> usize
where
    'b: 'a,
{
    let both: [&'a str; 2] = [left, both.first().copied().unwrap_or(right)];
    both.len()
}

/// Takes nothing.
#[cached(crate = ::shop_cache)]
pub fn nothing() {}

/// Uses them.
pub async fn used() -> Result<Invalidated, shop_cache::Error> {
    let _ = local(degraded(1), "a");
    let _ = local::detailed(1, "a");
    nothing();
    let _ = borrowed("a", "b", &[]);
    drop(strict::key::<u8>(1));
    let _ = strict::<u8>(1).await?;
    strict::invalidate::<u8>(1).await
}
"#;

#[test]
fn the_crate_may_have_another_name() {
    let manifest = "edition = \"2024\"\n\n[dependencies.shop_cache]\npackage = \"cachekit\"\npath = \"<cachekit>\"\n\
                    default-features = false\n\
                    features = [\"local\", \"strict\", \"degraded\", \"bincode\", \"compress\"]\n";
    let report =
        Fixture::new(env!("CARGO_TARGET_TMPDIR"), "renamed", manifest, RENAMED).cargo(&["check"]);
    assert!(report.passed, "{}", report.text);
}

/// What generated code takes from the edition that it was written in, and not from the crate's.
const OLDER: &str = r#"#![deny(warnings)]
use cachekit::cached;

#[cached(key = (name.trim(), list.len()), tenant = name)]
pub fn keyed<'a>(name: &'a str, list: &[&str]) -> String {
    format!("{name}{}", list.len())
}

#[cached(mode = "degraded", ttl = 60, companion = false)]
pub async fn future(name: &str, list: &[&'static str]) -> usize {
    name.len() + list.len()
}

#[cached(l1 = "encoded")]
pub fn encoded<T: 'static>(n: u64) -> Vec<u64> {
    vec![n, std::mem::size_of::<T>() as u64]
}

#[derive(cachekit::CacheKey)]
pub struct Query<'a> {
    text: &'a str,
    next: Option<Box<Query<'a>>>,
}

#[cached(key = (a, b, c, sort, query))]
pub fn apart((mut a, &b): (u8, &u8), [(ref c, _), (sort, _)]: [(u8, u8); 2], query: &Query) -> u8 {
    a += b;
    let next = query.next.iter().count() + query.text.len();
    a + sort + c + next as u8
}

pub fn spawned() -> impl std::future::Future + Send {
    async {
        let (name, list) = (String::from("a"), vec!["b"]);
        encoded::<u8>(1);
        encoded::detailed::<u8>(1);
        keyed(&name, &list);
        future(&name, &list).await
    }
}
"#;

#[test]
fn every_edition_with_futures_will_do() {
    for edition in ["2018", "2021", "2024"] {
        let manifest = format!(
            "edition = \"{edition}\"\n\n[dependencies.cachekit]\npath = \"<cachekit>\"\n\
             default-features = false\nfeatures = [\"local\", \"degraded\", \"bincode\"]\n"
        );
        let fixture = Fixture::new(
            env!("CARGO_TARGET_TMPDIR"),
            &format!("edition-{edition}"),
            &manifest,
            OLDER,
        );
        let report = fixture.cargo(&["check"]);
        assert!(report.passed, "{edition}: {}", report.text);
    }
}

const DOCUMENTED: &str = r#"//! Documented functions.

use cachekit::cached;
use std::time::Duration;

const LIFE: Duration = Duration::from_secs(90);

/// A user.
///
/// Fetched from elsewhere.
#[cached(mode = "degraded", ttl = 300)]
pub fn user(id: u64) -> u64 {
    id
}

/// Whether there is one.
#[cached(ttl = LIFE, cache_none, negative_ttl = "1500ms")]
pub fn perhaps(id: u64) -> Option<u64> {
    Some(id)
}

#[cached]
pub fn undocumented(id: u64) -> u64 {
    id
}

/// Of a raw name.
#[cached(companion = RawCache)]
pub fn r#type(id: u64) -> u64 {
    id
}

/// Nobody's business.
#[doc(hidden)]
#[cached]
pub fn hidden(id: u64) -> u64 {
    id
}
"#;

/// F2: the attribute is the one place that states a life, and the documentation repeats it.
#[test]
fn a_functions_documentation_states_its_mode_and_its_life() {
    let manifest = "edition = \"2024\"\n\n[dependencies.cachekit]\npath = \"<cachekit>\"\ndefault-features = false\n\
                    features = [\"local\", \"degraded\", \"bincode\"]\n";
    let fixture = Fixture::new(env!("CARGO_TARGET_TMPDIR"), "documented", manifest, DOCUMENTED);
    let report = fixture.cargo(&["doc", "--no-deps"]);
    // Warnings are errors there: every link of the generated documentation leads somewhere.
    assert!(report.passed, "{}", report.text);
    let pages = fixture.target().join("doc/documented");
    let states = |page: &str, text: &str| {
        let html = std::fs::read_to_string(pages.join(page)).expect("reads the page");
        assert!(html.contains(text), "{page} does not state: {text}");
    };
    let cached = "<em>Cached:</em> mode";
    states("fn.user.html", &format!("{cached} <code>degraded</code>, for 5m."));
    states("fn.user.html", "<p>Fetched from elsewhere.</p>");
    states(
        "fn.perhaps.html",
        &format!(
            "{cached} <code>local</code>, for <code>LIFE</code> \
             (errors and <code>None</code>: 1s 500ms)."
        ),
    );
    states("fn.undocumented.html", &format!("{cached} <code>local</code>, without expiry."));
    states("struct.user.html", "beside calling it");
    for link in ["What can be done with ", "As ", "The body of "] {
        states("struct.RawCache.html", &format!("{link}<a href=\"fn.type.html\""));
    }
    assert!(!pages.join("struct.hidden.html").exists(), "it is hidden as the function is");
}
