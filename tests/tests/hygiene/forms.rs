//! Every form of free function that can be cached.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::{Arc, LazyLock};

use cachekit::testing::Memory;
use cachekit::{Runtime, Source, cached};

use super::runs;

#[cached]
fn nothing() {
    runs::note("nothing");
}

#[cached]
#[expect(clippy::ptr_arg, clippy::trivially_copy_pass_by_ref, reason = "each is a form of its own")]
fn borrowed(text: &str, bytes: &[u8], number: &u8, list: &Vec<String>) -> usize {
    runs::note("borrowed");
    text.len() + bytes.len() + usize::from(*number) + list.len()
}

#[cached]
fn nested(pair: (u8, Option<&str>), map: &BTreeMap<String, Vec<f64>>, float: f32) -> Arc<str> {
    runs::note("nested");
    format!("{pair:?}{map:?}{float}").into()
}

#[cached]
fn lifetimes<'a, 'b: 'a>(left: &'a str, right: &'b str, both: Cow<'a, str>) -> String
where
    'a: 'a,
{
    runs::note("lifetimes");
    both.into_owned() + left + right
}

/// A key of the user's own type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Point {
    x: i64,
    y: i64,
}

#[cached]
fn own_type(point: &Point, points: &[Point], perhaps: Option<&Point>, moved: Point) -> i64 {
    runs::note("own type");
    let Point { x, y } = moved;
    point.x + point.y + points.iter().map(|p| p.x).sum::<i64>() + perhaps.map_or(0, |p| p.x) + x + y
}

#[cached]
pub(crate) fn bounded<T>(value: T) -> Vec<T>
where
    T: Debug + Hash + Eq + Clone + Send + Sync + 'static,
{
    runs::note("bounded");
    vec![value]
}

#[cached]
fn sized<const N: usize, const FLAG: bool>(n: usize) -> (usize, bool) {
    runs::note("sized");
    (N + n, FLAG)
}

#[cached]
fn of_a_type<T>() -> usize
where
    T: 'static,
{
    runs::note("of a type");
    size_of::<T>()
}

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::builder().backend(Memory::new()).build().expect("builds"));

#[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
fn shared<T: 'static, const N: usize>(n: usize) -> Result<usize, cachekit::Error> {
    runs::note("shared");
    Ok(size_of::<T>() + N + n)
}

#[cached(skip(by))]
fn through<F: Fn(u64) -> u64 + 'static>(n: u64, by: F) -> u64 {
    runs::note("through");
    by(n)
}

#[cached]
fn fib(n: u64) -> u64 {
    runs::note("fib");
    if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
}

mod inner {
    use cachekit::cached;

    #[cached]
    pub(in crate::hygiene::forms) fn restricted(n: u64) -> u64 {
        n
    }

    #[cached]
    pub(super) fn public(n: u64) -> u64 {
        n
    }
}

use inner::{public, restricted};

#[test]
fn a_function_without_arguments_has_one_entry() {
    nothing();
    nothing();
    assert_eq!(runs::of("nothing"), 1);
    assert!(matches!(nothing::peek(), Ok(Some(()))));
}

#[test]
fn arguments_may_borrow() {
    let (list, map) = (vec![String::from("x")], BTreeMap::from([(String::new(), vec![0.5])]));
    for _ in 0..2 {
        // Each time from elsewhere in memory: what counts is what they point at.
        let text = String::from("text");
        assert_eq!(borrowed(&text, &[1, 2], &3, &list.clone()), 10);
        nested((1, Some(&text)), &map, -0.0);
        nested((1, Some(&text)), &map, 0.0);
        assert_eq!(lifetimes(&text, "b", Cow::Borrowed("c")), "ctextb");
        assert_eq!(lifetimes("text", "b", Cow::Owned("c".into())), "ctextb");
        let point = Point { x: 1, y: 2 };
        assert_eq!(own_type(&point, &[], Some(&point), point), 7);
    }
    for body in ["borrowed", "lifetimes", "own type"] {
        assert_eq!(runs::of(body), 1, "{body}");
    }
    // `-0.0` and `0.0` are one key, and either may be the one that is kept.
    assert_eq!(runs::of("nested"), 1);
}

/// D15.
#[test]
fn two_instantiations_share_nothing() {
    for _ in 0..2 {
        assert_eq!((bounded(1_u8), bounded(1_u16), bounded("1")), (vec![1], vec![1], vec!["1"]));
    }
    assert_eq!(runs::of("bounded"), 3);
    assert_eq!(
        (sized::<1, true>(1), sized::<2, true>(1), sized::<1, false>(1)),
        ((2, true), (3, true), (2, false))
    );
    assert_eq!(runs::of("sized"), 3);
    assert_eq!((of_a_type::<u8>(), of_a_type::<u64>(), of_a_type::<u8>()), (1, 8, 1));
    assert_eq!(runs::of("of a type"), 2);
    for _ in 0..2 {
        assert_eq!((through(1, |n| n + 1), through(1, |n| n + 2)), (2, 3));
    }
}

/// D15.
#[test]
fn two_instantiations_share_nothing_in_a_shared_tier() {
    for _ in 0..2 {
        assert_eq!(shared::<u8, 1>(1).unwrap(), 3);
        assert_eq!(shared::<u16, 1>(1).unwrap(), 4);
        assert_eq!(shared::<u8, 2>(1).unwrap(), 4);
    }
    assert_eq!(runs::of("shared"), 3);
    assert_ne!(shared::key::<u8, 1>(1), shared::key::<u8, 2>(1));
}

#[test]
fn a_recursive_function_runs_once_a_number() {
    assert_eq!(fib(40), 102_334_155);
    assert_eq!(runs::of("fib"), 41);
}

#[test]
fn one_use_imports_the_function_and_its_companion() {
    assert_eq!((public(1), restricted(1)), (1, 1));
    assert_eq!(public::detailed(1).source, Source::L1);
    assert_eq!(restricted::detailed(1).source, Source::L1);
}
