//! Cached async functions: what they borrow, where they may run, and how they recurse.

use std::sync::LazyLock;

use cachekit::testing::Memory;
use cachekit::{Runtime, Source, cached};

use super::runs;

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::builder().backend(Memory::new()).build().expect("builds"));

#[cached]
async fn borrowed(text: &str, list: &[u64], perhaps: Option<&str>) -> usize {
    runs::note("borrowed by a future");
    tokio::task::yield_now().await;
    text.len() + list.len() + perhaps.map_or(0, str::len)
}

#[cached(key = text.trim(), tenant = tenant.as_deref())]
async fn expressions(text: &str, tenant: Option<String>) -> String {
    runs::note("keyed future");
    tokio::task::yield_now().await;
    format!("{}{tenant:?}", text.trim())
}

#[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
async fn strict(text: &str) -> Result<String, cachekit::Error> {
    runs::note("strict future");
    tokio::task::yield_now().await;
    Ok(text.to_owned())
}

#[cached(returns = "value")]
async fn generic<T>(value: T) -> T
where
    T: std::hash::Hash + Eq + Clone + Send + Sync + 'static,
{
    tokio::task::yield_now().await;
    value
}

/// Recursion needs a box, as in any async function.
#[cached]
async fn fib(n: u64) -> u64 {
    runs::note("async fib");
    if n < 2 { n } else { Box::pin(fib(n - 1)).await + Box::pin(fib(n - 2)).await }
}

fn sendable<F: Future + Send>(future: F) -> F {
    future
}

#[tokio::test]
async fn arguments_of_a_future_may_borrow() {
    for _ in 0..2 {
        let text = String::from("text");
        assert_eq!(borrowed(&text, &[1, 2], Some(&text)).await, 10);
        assert_eq!(expressions(&format!(" {text} "), Some("a".into())).await, "textSome(\"a\")");
        assert_eq!(strict(&text).await.unwrap(), text);
    }
    let runs = ["borrowed by a future", "keyed future", "strict future"].map(runs::of);
    assert_eq!(runs, [1, 1, 1]);
}

#[tokio::test]
async fn every_future_crosses_threads_if_what_it_holds_does() {
    let text = String::from("crossing");
    sendable(borrowed(&text, &[], None)).await;
    sendable(expressions(&text, None)).await;
    sendable(strict(&text)).await.unwrap();
    sendable(strict::detailed(&text)).await.unwrap();
    sendable(strict::refresh(&text)).await.unwrap();
    sendable(strict::peek(&text)).await.unwrap();
    sendable(strict::prime(&text, String::new())).await.unwrap();
    sendable(strict::update(&text, |value| value.push('!'))).await.unwrap();
    sendable(strict::invalidate(&text)).await.unwrap();
    sendable(strict::invalidate_all()).await.unwrap();
    sendable(generic(1_u8)).await;
}

#[tokio::test]
async fn a_recursive_future_runs_once_a_number() {
    assert_eq!(sendable(fib(30)).await, 832_040);
    assert_eq!(runs::of("async fib"), 31);
    assert_eq!(fib::detailed(30).await.source, Source::L1);
}
