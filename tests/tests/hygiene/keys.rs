//! Every type that is a key: equal arguments are one in each tier, others never are.

#![expect(clippy::boxed_local, clippy::linkedlist, reason = "each is a form of its own")]

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, LinkedList, VecDeque};
use std::ffi::{OsStr, OsString};
use std::marker::PhantomData;
use std::net::{IpAddr, SocketAddr};
use std::num::{NonZeroU8, NonZeroU64, Wrapping};
use std::ops::{Bound, Range, RangeFrom, RangeFull, RangeInclusive, RangeTo};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, SystemTime};

use cachekit::testing::Memory;
use cachekit::{CacheKey, Runtime, cached};

use super::runs;

pub(crate) fn runtime() -> Runtime {
    Runtime::builder().backend(Memory::new()).build().expect("builds")
}

/// A local and a shared function of one argument, called with two that are equal and others that
/// differ from them and from one another.
macro_rules! keys {
    ($($(#[$attr:meta])* $name:ident: $ty:ty, $one:expr, $same:expr, [$($other:expr),* $(,)?];)*) => { $(
        $(#[$attr])*
        #[test]
        fn $name() {
            // A runtime knows one function by one path, and these share theirs.
            static RUNTIME: LazyLock<Runtime> = LazyLock::new(runtime);

            #[cached]
            fn local(part: $ty) {
                let _ = part;
                runs::note(stringify!($name));
            }

            #[cached(mode = "degraded", ttl = 60, l1 = "off", runtime = RUNTIME)]
            fn shared(part: $ty) {
                let _ = part;
                runs::note(concat!("shared ", stringify!($name)));
            }

            let mut keys = HashSet::new();
            for _ in 0..2 {
                local($one);
                local($same);
                shared($one);
                shared($same);
                $(local($other); shared($other);)*
            }
            assert_eq!(shared::key($one), shared::key($same));
            assert!(keys.insert(shared::key($one)));
            $(assert!(keys.insert(shared::key($other)), "{}", stringify!($other));)*
            assert_eq!(runs::of(stringify!($name)), keys.len());
            assert_eq!(runs::of(concat!("shared ", stringify!($name))), keys.len());
        }
    )* };
}
pub(crate) use keys;

#[derive(CacheKey)]
struct Unit;

#[derive(CacheKey)]
struct Id(u64);

/// What borrows, has floats, and has fields that are no part.
#[derive(CacheKey)]
struct Query<'a> {
    text: &'a str,
    around: (f64, f64),
    page: Option<&'a Id>,
    #[cache_key(skip)]
    #[expect(dead_code, reason = "neither has equality, nor is it asked for any")]
    trace: Box<dyn Fn()>,
}

fn query<'a>(text: &'a str, around: (f64, f64), page: Option<&'a Id>) -> Query<'a> {
    Query { text, around, page, trace: Box::new(|| {}) }
}

#[derive(CacheKey)]
enum Event<'a, T, const N: usize> {
    Nothing,
    Nobody,
    Moved(u32, u32),
    Said { by: &'a str, r#type: T },
    Many([T; N]),
}

/// An identity of one kind of thing, of which there is nothing in a value.
#[derive(CacheKey)]
struct Of<T> {
    number: u64,
    of: PhantomData<T>,
}

struct NoKey;

#[derive(CacheKey)]
struct Next<I: Iterator>(I::Item, Vec<<I as Iterator>::Item>);

/// What it is made of is nobody else's to name.
#[expect(unreachable_pub, reason = "a public type may be made of private ones")]
mod private {
    use cachekit::CacheKey;

    #[derive(CacheKey)]
    struct Inner<'a>(&'a str);

    #[derive(CacheKey)]
    pub struct Tree<'a, T: Clone> {
        inner: Inner<'a>,
        leaf: T,
        branches: Vec<Tree<'a, T>>,
    }

    /// Each contains the other.
    #[derive(CacheKey)]
    pub struct Even(pub Option<Box<Odd>>);

    #[derive(CacheKey)]
    pub struct Odd {
        pub next: Even,
    }

    #[derive(CacheKey)]
    pub enum Never {}

    pub(super) fn grown<'a>(inner: &'a str, leaf: u8, branches: Vec<Tree<'a, u8>>) -> Tree<'a, u8> {
        Tree { inner: Inner(inner), leaf, branches }
    }
}

use private::{Even, Never, Odd, Tree, grown};

fn even(pairs: u32) -> Even {
    Even((pairs > 0).then(|| Box::new(Odd { next: even(pairs - 1) })))
}

type Events<'a> = Event<'a, u8, 2>;

keys! {
    /// D12.
    text: &str, "a", &String::from("a"), ["b", "", "A"];
    string: String, "a".to_owned(), "a".to_owned(), ["b".to_owned()];
    /// D12.
    either: Cow<'_, str>, Cow::Borrowed("a"), Cow::Owned("a".into()), [Cow::Borrowed("b")];
    shared_text: Arc<str>, "a".into(), "a".into(), ["b".into()];
    /// What the key keeps of an `Rc` is what it points at, which crosses threads.
    of_one_thread: Rc<str>, "a".into(), "a".into(), ["b".into()];
    boxed: Box<[Option<u8>]>, [None, Some(1)].into(), vec![None, Some(1)].into(),
        [[Some(1), None].into(), [None].into()];
    list: Vec<Vec<i64>>, vec![vec![1], vec![2]], vec![vec![1], vec![2]],
        [vec![vec![1, 2]], vec![vec![], vec![1, 2]], vec![vec![2], vec![1]]];
    array: [u16; 3], [1, 2, 3], [1, 2, 3], [[3, 2, 1]];
    ring: VecDeque<u8>, [1, 2].into(), { let mut ring = VecDeque::from([9, 1]); ring.rotate_left(1);
        ring.push_back(2); ring.retain(|n| *n != 9); ring }, [[2, 1].into(), [].into()];
    linked: LinkedList<&str>, ["a"].into(), ["a"].into(), [["b"].into(), ["a", "a"].into()];
    /// D12.
    map: HashMap<&'static str, f64>, [("a", 0.0), ("b", f64::NAN)].into(),
        [("b", -f64::NAN), ("a", -0.0)].into(), [[("a", 0.0)].into(), [].into()];
    /// D12.
    set: HashSet<u8>, [1, 2].into(), [2, 1].into(), [[1].into(), [1, 2, 3].into()];
    tree: BTreeMap<String, (u8, i8)>, [("a".to_owned(), (1, 1))].into(),
        [("a".to_owned(), (1, 1))].into(), [[("a".to_owned(), (1, 2))].into()];
    sorted: &BTreeSet<char>, &['b', 'a'].into(), &['a', 'b'].into(), [&['a'].into()];
    wide: u128, 1 << 100, 1 << 100, [1 << 101, 0];
    letter: char, 'a', '\u{61}', ['b', 'ä'];
    never_zero: (NonZeroU8, NonZeroU64), (NonZeroU8::MIN, NonZeroU64::MAX),
        (NonZeroU8::MIN, NonZeroU64::MAX), [(NonZeroU8::MAX, NonZeroU64::MIN)];
    span: Duration, Duration::from_secs(1), Duration::new(0, 1) + Duration::new(0, 999_999_999), [Duration::from_nanos(1)];
    date: SystemTime, SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH,
        [SystemTime::UNIX_EPOCH + Duration::from_secs(1), SystemTime::UNIX_EPOCH - Duration::from_secs(1)];
    address: IpAddr, [127, 0, 0, 1].into(), "127.0.0.1".parse().unwrap(),
        [[0; 16].into(), "::ffff:127.0.0.1".parse().unwrap()];
    socket: SocketAddr, ([127, 0, 0, 1], 80).into(), "127.0.0.1:80".parse().unwrap(),
        [([127, 0, 0, 1], 81).into()];
    path: &Path, Path::new("/a"), &PathBuf::from("/a"), [Path::new("/a/"), Path::new("a")];
    owned_path: PathBuf, "/a".into(), "/a".into(), ["/b".into()];
    system_text: (&OsStr, OsString), (OsStr::new("a"), "b".into()), (OsStr::new("a"), "b".into()),
        [(OsStr::new("b"), "a".into())];
    range: Range<u8>, 1..5, 1..5, [1..4, 2..5];
    /// A range that was iterated to its end is not one that was not.
    inclusive: RangeInclusive<u8>, 1..=1, 1..=1,
        [1..=2, { let mut range = 1..=1; range.next(); range }];
    half: (RangeFrom<f32>, RangeTo<i8>, RangeFull), (0.0.., ..-1, ..), (-0.0.., ..-1, ..),
        [(1.0.., ..-1, ..), (0.0.., ..0, ..)];
    bounds: (Bound<u8>, Bound<u8>), (Bound::Included(1), Bound::Unbounded),
        (Bound::Included(1), Bound::Unbounded),
        [(Bound::Excluded(1), Bound::Unbounded), (Bound::Unbounded, Bound::Included(1))];
    result: Result<u8, u8>, Ok(1), Ok(1), [Err(1), Ok(2)];
    order: Ordering, Ordering::Less, 1.cmp(&2), [Ordering::Equal, Ordering::Greater];
    wrapping: Wrapping<i32>, Wrapping(1), Wrapping(1), [Wrapping(-1)];
    unit: (), (), (), [];
    own_unit: Unit, Unit, Unit, [];
    own_number: &Id, &Id(1), &Id(1), [&Id(2)];
    /// D12, D14.
    own_query: Query<'_>, query("a", (0.0, f64::NAN), Some(&Id(1))),
        query(&String::from("a"), (-0.0, -f64::NAN), Some(&Id(1))),
        [query("b", (0.0, f64::NAN), None), query("a", (1.0, f64::NAN), None), query("a", (0.0, 1.0), Some(&Id(2)))];
    own_enum: Events<'_>, Event::Said { by: "a", r#type: 1 },
        Event::Said { by: &String::from("a"), r#type: 1 },
        [Event::Nothing, Event::Nobody, Event::Moved(1, 2), Event::Moved(2, 1),
         Event::Said { by: "b", r#type: 1 }, Event::Many([1, 2]), Event::Many([2, 1])];
    own_mark: (&Of<NoKey>, &[Of<u8>]), (&Of { number: 1, of: PhantomData }, &[]),
        (&Of { number: 1, of: PhantomData }, &[]),
        [(&Of { number: 2, of: PhantomData }, &[]), (&Of { number: 1, of: PhantomData }, &[Of { number: 1, of: PhantomData }])];
    own_tree: &Tree<'_, u8>, &grown("a", 1, vec![grown("b", 2, vec![])]),
        &grown("a", 1, vec![grown("b", 2, vec![])]),
        [&grown("a", 1, vec![]), &grown("a", 1, vec![grown("b", 3, vec![])]), &grown("b", 1, vec![])];
    own_mutual: (Even, Option<Never>), (even(3), None), (even(3), None), [(even(2), None), (even(0), None)];
    own_projection: Next<Range<u8>>, Next(1, vec![2]), Next(1, vec![2]),
        [Next(2, vec![1]), Next(1, vec![])];
}

/// D13, D15: a bound by `CacheKey` is enough for every mode.
#[test]
fn a_type_parameter_may_be_any_key() {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(runtime);

    #[cached(mode = "degraded", ttl = 60, l1 = "off", runtime = RUNTIME)]
    fn shared<T: CacheKey + 'static>(part: &T) {
        let _ = part;
        runs::note("any key");
    }
    for _ in 0..2 {
        shared(&Id(1));
        shared(&vec![Id(1)]);
        shared(&Some(2_u8));
    }
    assert_eq!(runs::of("any key"), 3);
}

/// Two builds of one type, of which the fields of the second moved, and one was widened.
mod builds {
    use cachekit::CacheKey;

    #[derive(CacheKey)]
    pub(super) struct Older {
        pub(super) from: u32,
        pub(super) to: u32,
    }

    #[derive(CacheKey)]
    pub(super) struct Newer {
        pub(super) to: u64,
        pub(super) from: u32,
    }
}

/// D5: the place of a field is nothing, its name is everything.
#[test]
fn two_builds_agree_on_a_key_although_its_fields_moved() {
    static OLDER: LazyLock<Runtime> = LazyLock::new(runtime);
    static NEWER: LazyLock<Runtime> = LazyLock::new(runtime);

    #[cached(mode = "degraded", ttl = 60, name = "moved", runtime = OLDER)]
    fn older(part: &builds::Older) {
        let _ = (part.from, part.to);
    }

    #[cached(mode = "degraded", ttl = 60, name = "moved", runtime = NEWER)]
    fn newer(part: &builds::Newer) {
        let _ = (part.from, part.to);
    }

    let of = |from, to| older::key(&builds::Older { from, to });
    assert_eq!(of(1, 2), newer::key(&builds::Newer { to: 2, from: 1 }));
    assert_ne!(of(2, 1), newer::key(&builds::Newer { to: 2, from: 1 }));
}
