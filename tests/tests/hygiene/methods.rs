//! Methods: every receiver, generic blocks, implementations of traits, and companions beside them.

use std::collections::HashMap;
use std::sync::Arc;

use cachekit::{Function, Source, cached};

use super::runs;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Shop {
    id: u64,
    names: HashMap<u64, String>,
}

fn shop(id: u64) -> Shop {
    Shop { id, names: HashMap::from([(1, format!("one of {id}"))]) }
}

#[cached]
impl Shop {
    /// What stands untouched between cached functions.
    const MOST: usize = 3;

    #[cached(key = (self.id, article))]
    fn name(&self, article: u64) -> Option<String> {
        runs::note("Shop::name");
        self.names.get(&article).cloned()
    }

    #[cached(skip(self))]
    fn shared(&self, n: u64) -> u64 {
        runs::note("Shop::shared");
        self.id + n
    }

    #[cached(skip(self))]
    fn changed(&mut self, n: u64) -> u64 {
        runs::note("Shop::changed");
        self.id += n;
        self.id
    }

    #[cached(key = self.id)]
    fn by_value(mut self) -> u64 {
        runs::note("Shop::by_value");
        self.id += 1;
        self.id
    }

    #[cached(key = format!("{}", self.id))]
    fn by_arc(self: Arc<Self>) -> u64 {
        runs::note("Shop::by_arc");
        self.id
    }

    #[cached(key = self.id)]
    fn by_borrowed_arc(self: &Arc<Self>) -> u64 {
        runs::note("Shop::by_borrowed_arc");
        self.id
    }

    #[cached(key = [self.id].iter().map(|id| id + self.id).sum::<u64>())]
    async fn awaited(&self, n: &str) -> Result<String, Self> {
        runs::note("Shop::awaited");
        std::future::ready(()).await;
        if n.is_empty() {
            return Err(self.clone());
        }
        Ok(format!("{n} {}", self.id))
    }

    #[cached(max_size = Self::MOST, companion = built)]
    pub(crate) fn new(id: u64) -> Self {
        runs::note("Shop::new");
        let most = u64::try_from(Self::MOST).expect("is small");
        Self { id: id.min(most), names: HashMap::new() }
    }

    #[cached(companion = false)]
    fn quiet(n: u64) -> Vec<Self> {
        runs::note("Shop::quiet");
        vec![Self { id: n, names: HashMap::new() }]
    }

    fn plain(&self) -> u64 {
        self.id
    }

    #[cfg(any())]
    #[cached(skip(self))]
    fn absent(&self, n: NoSuchType) -> u64 {
        n
    }
}

/// N1: `self` in a key tells instances apart, and is seen by every operation on the entry.
#[test]
fn instances_are_told_apart_by_what_the_key_takes_of_them() {
    let (a, b) = (shop(11), shop(12));
    for _ in 0..2 {
        assert_eq!(a.name(1).as_deref(), Some("one of 11"));
        assert_eq!(b.name(1).as_deref(), Some("one of 12"));
    }
    assert_eq!(runs::of("Shop::name"), 2);
    assert_eq!(a.name_peek(1).expect("is local").as_deref(), Some("one of 11"));
    a.name_invalidate(1).expect("is local");
    assert_eq!(a.name_peek(1).expect("is local"), None);
    assert_eq!(b.name_detailed(1).source, Source::L1);
    a.name_prime(1, "primed".to_owned()).expect("is local");
    assert_eq!(a.name(1).as_deref(), Some("primed"));
    let updated = a.name_update(1, |name| name.push('!')).expect("is local");
    assert_eq!(updated.as_deref(), Some("primed!"));
    assert_eq!(a.name_refresh(1).as_deref(), Some("one of 11"));
    assert_eq!(a.name_uncached(2), None);
    assert!(Shop::name_stats().calls >= 6);
    Shop::name_invalidate_all().expect("is local");
    assert_eq!(b.name_peek(1).expect("is local"), None);
}

struct Sometimes;

#[cached]
impl Sometimes {
    #[cfg_attr(all(), cached(skip(self)))]
    fn always(&self, n: u64) -> u64 {
        runs::note("Sometimes::always");
        n
    }

    #[cfg_attr(any(), cached(skip(self)), must_use)]
    #[expect(clippy::unused_self, reason = "as of any function, whose receiver this one skips")]
    fn never(&self, n: u64) -> u64 {
        runs::note("Sometimes::never");
        n
    }
}

/// N1: an attribute under a condition is one where the condition holds.
#[test]
fn a_method_is_cached_under_the_condition_that_is_written() {
    for _ in 0..2 {
        assert_eq!((Sometimes.always(1), Sometimes.never(1)), (1, 1));
    }
    assert_eq!((runs::of("Sometimes::always"), runs::of("Sometimes::never")), (1, 2));
    assert_eq!(Sometimes::always_peek(1).expect("is local"), Some(1));
}

/// N1: `skip(self)` lets instances share.
#[test]
fn instances_share_where_the_attribute_says_so() {
    assert_eq!((shop(1).shared(1), shop(2).shared(1)), (2, 2));
    let mut other = shop(5);
    assert_eq!((shop(1).changed(1), other.changed(1), other.plain()), (2, 2, 5));
}

/// N1.
#[test]
fn every_receiver_is_passed_on_as_it_is() {
    let arc = Arc::new(shop(21));
    for _ in 0..2 {
        assert_eq!(shop(21).by_value(), 22);
        assert_eq!(Arc::clone(&arc).by_arc(), 21);
        assert_eq!(arc.by_borrowed_arc(), 21);
    }
    for body in ["Shop::by_value", "Shop::by_arc", "Shop::by_borrowed_arc"] {
        assert_eq!(runs::of(body), 1, "{body}");
    }
    assert_eq!(arc.by_borrowed_arc_detailed().source, Source::L1);
    assert_eq!(shop(21).by_value_detailed().source, Source::L1);
}

/// N1: only `Ok` is kept, and `return` ends the body alone.
#[tokio::test]
async fn async_methods_have_async_companions() {
    let shop = shop(31);
    assert_eq!(shop.awaited("").await, Err(shop.clone()));
    assert_eq!(shop.awaited("").await, Err(shop.clone()));
    shop.awaited_invalidate().await.expect("is local");
    assert_eq!(shop.awaited("x").await.as_deref(), Ok("x 31"));
    assert_eq!(shop.awaited("y").await.as_deref(), Ok("x 31"));
    assert_eq!(runs::of("Shop::awaited"), 3);
}

/// N1: functions of a type that take no instance, under another name and without companions.
#[test]
fn associated_functions_are_cached() {
    assert_eq!((Shop::new(9), Shop::new(9)), (Shop::new(3), shop_without_names(3)));
    assert_eq!(Shop::built_detailed(9).source, Source::L1);
    assert_eq!((Shop::quiet(1), Shop::quiet(1)), (vec![shop_without_names(1)], Shop::quiet(1)));
    assert_eq!((runs::of("Shop::new"), runs::of("Shop::quiet")), (2, 1));
}

fn shop_without_names(id: u64) -> Shop {
    Shop { id, names: HashMap::new() }
}

/// D15: a method is known by its type as well, and a type by what tells its blocks apart.
#[test]
fn a_method_is_known_by_its_type() {
    let name = |function: Function| function.name().replace(concat!(module_path!(), "::"), "");
    assert_eq!(name(Shop::NAME_SPEC), "Shop::name");
    assert_eq!(name(Shop::BUILT_SPEC), "Shop::new");
    assert_eq!(name(Repo::<u8>::SIZE_SPEC), "Repo::size");
    assert_eq!(name(Repo::<u16>::SIZE_SPEC), "Repo::size");
    assert_eq!(name(Pair::<u8, bool>::ONLY_SPEC), "Pair<_,bool>::only");
    assert_eq!(name(Pair::<u8, char>::ONLY_SPEC), "Pair<_,char>::only");
}

struct Repo<T>(Vec<T>);

#[cached]
impl<T> Repo<T>
where
    T: Clone + Default + Send + Sync + 'static,
{
    #[cached(skip(self))]
    fn size(&self, times: usize) -> usize {
        runs::note("Repo::size");
        size_of::<T>() * times + self.0.len()
    }

    #[cached(returns = "value")]
    fn first() -> T {
        T::default()
    }

    #[cached(key = self.0.len())]
    fn of<U: 'static, const N: usize>(&self) -> usize {
        runs::note("Repo::of");
        size_of::<U>() * 100 + N * 10 + size_of::<T>()
    }
}

/// D15: neither the parameters of the block nor those of the function may be shared.
#[test]
fn two_instantiations_never_share_an_entry() {
    let (bytes, words) = (Repo(vec![1_u8]), Repo(vec![1_u64]));
    assert_eq!((bytes.size(2), words.size(2)), (3, 17));
    assert_eq!((bytes.size(2), words.size(2)), (3, 17));
    assert_eq!(runs::of("Repo::size"), 2);
    assert_eq!((Repo::<u8>::first(), Repo::<String>::first()), (0, String::new()));
    assert_eq!((bytes.of::<u16, 3>(), words.of::<u16, 3>()), (231, 238));
    assert_eq!((bytes.of::<u32, 3>(), words.of::<u16, 4>()), (431, 248));
    assert_eq!(bytes.of_detailed::<u32, 3>().source, Source::L1);
    assert_eq!(runs::of("Repo::of"), 4);
    Repo::<u8>::of_invalidate_all().expect("is local");
    assert_eq!(words.of_detailed::<u16, 4>().source, Source::Computed);
}

struct Pair<A, B>(A, B);

#[cached]
impl<A: Copy + 'static> Pair<A, bool> {
    #[cached(key = self.1)]
    fn only(&self) -> &'static str {
        "a bool"
    }
}

#[cached]
impl<A: Copy + 'static> Pair<A, char> {
    #[cached(key = self.1)]
    fn only(&self) -> &'static str {
        "a char"
    }
}

#[test]
fn blocks_of_one_type_may_have_methods_of_one_name() {
    assert_eq!((Pair(1_u8, true).only(), Pair(1_u8, 'c').only()), ("a bool", "a char"));
    let _ = Pair(1_u8, 'c').0;
}

struct Borrowed<'a> {
    text: &'a str,
}

#[cached]
impl<'a> Borrowed<'a> {
    #[cached(key = (self.text, extra))]
    fn joined<'b>(&self, extra: &'b str) -> String
    where
        'a: 'b,
    {
        runs::note("Borrowed::joined");
        format!("{}{extra}", self.text)
    }
}

#[cached]
impl Borrowed<'_> {
    #[cached(key = self.text)]
    fn length(&self) -> usize {
        runs::note("Borrowed::length");
        self.text.len()
    }
}

/// N1: a value owns its data, so that what an instance borrows is no part of anything.
#[test]
fn a_type_that_borrows_may_have_cached_methods() {
    for _ in 0..2 {
        let text = "a".repeat(3);
        let borrowed = Borrowed { text: &text };
        assert_eq!((borrowed.joined("b"), borrowed.length()), ("aaab".to_owned(), 3));
    }
    assert_eq!((runs::of("Borrowed::joined"), runs::of("Borrowed::length")), (1, 1));
}

mod other {
    use cachekit::cached;

    pub(super) struct Shop(pub(super) u64);

    #[cached]
    impl Shop {
        #[cached(key = self.0)]
        pub(super) fn shared(&self) -> u64 {
            self.0
        }
    }

    pub(super) struct Stall(pub(super) u64);

    #[cached]
    impl Stall {
        #[cached(key = self.0)]
        pub(super) fn shared(&self) -> u64 {
            self.0 + 100
        }
    }
}

#[test]
fn types_with_methods_of_one_name_are_two_functions() {
    assert_eq!((other::Shop(1).shared(), other::Stall(1).shared()), (1, 101));
    assert_ne!(other::Shop::SHARED_SPEC.name(), other::Stall::SHARED_SPEC.name());
}

macro_rules! shelf {
    ($name:ident, $method:ident, $key:expr) => {
        struct $name(u64);

        #[cached]
        impl $name {
            #[cached(key = (self.0, $key))]
            fn $method(&self) -> u64 {
                self.0 + $key
            }
        }
    };
}
shelf!(Shelf, place, 5);

#[test]
fn a_macro_may_write_the_block() {
    assert_eq!((Shelf(1).place(), Shelf(1).place()), (6, 6));
    assert_eq!(Shelf(1).place_detailed().source, Source::L1);
}

struct Plane(i64);

impl Plane {
    #[cached(key = (self.0, x, y))]
    fn moved(&self, (x, y): (i64, i64)) -> i64 {
        self.0 + x * 10 + y
    }

    #[cached(skip(self))]
    async fn later(&self, [a, b]: [u8; 2], mut more: u8) -> u8 {
        more += 1;
        a + b + more
    }
}

#[cached]
impl Plane {
    #[cached(skip(self))]
    fn apart(&self, (x, y): (i64, i64)) -> i64 {
        x * 10 + y
    }
}

/// N1, D14: a method's parameters may be patterns, with companions and without.
#[test]
fn a_methods_parameter_may_be_taken_apart() {
    let plane = Plane(100);
    assert_eq!((plane.moved((1, 2)), plane.moved((1, 2)), plane.moved((2, 1))), (112, 112, 121));
    assert_eq!(plane.apart((3, 4)), 34);
    assert_eq!(Plane::apart_peek((3, 4)).expect("nothing to reach"), Some(34));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let later = |a, b| runtime.block_on(plane.later([a, b], 1));
    assert_eq!((later(1, 2), later(1, 2), later(2, 2)), (5, 5, 6));
}
