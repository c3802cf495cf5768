//! What a companion's operations take: the key's parameters alone where no body runs.

use std::cell::Cell;
use std::fmt::Debug;
use std::rc::Rc;
use std::thread;

use cachekit::{Asked, At, Invalidated, cached};

use super::runs;

/// What only bodies need, and a consumer of messages does not have.
#[derive(Clone)]
struct Pool(u64);

impl Pool {
    fn load(&self, id: u64) -> u64 {
        runs::note("load");
        self.0 + id
    }
}

#[cached(skip(pool))]
fn user(pool: &Pool, id: u64) -> u64 {
    pool.load(id)
}

/// N3: an operation that runs no body takes no parameter that only the body needs.
#[test]
fn operations_without_a_body_take_what_the_key_is_made_of() {
    assert_eq!(user(&Pool(100), 1), 101);
    assert_eq!(user::peek(1).expect("is local"), Some(101));
    assert_eq!(user::update(1, |user| *user += 1).expect("is local"), Some(102));
    assert_eq!(user::invalidate(1).expect("is local"), Invalidated::LocalOnly);
    assert_eq!(user::peek(1).expect("is local"), None);
    user::prime(1, 7).expect("is local");
    assert_eq!(user(&Pool(100), 1), 7);
}

struct Repo(Rc<Pool>);

#[cached]
impl Repo {
    #[cached(skip(self))]
    fn order(&mut self, id: u64) -> u64 {
        self.0.load(id)
    }

    #[cached(key = (self.0.0, id))]
    fn line(self: Rc<Self>, id: u64, more: Rc<Cell<u64>>) -> u64 {
        self.0.load(id) + more.get()
    }
}

/// N3: nor an instance, unless the key names it; and then it borrows what a call would use up.
#[test]
fn operations_take_an_instance_where_the_key_names_it() {
    let mut repo = Repo(Rc::new(Pool(200)));
    assert_eq!(repo.order(1), 201);
    assert_eq!(Repo::order_peek(1).expect("is local"), Some(201));
    let shared = Rc::new(repo);
    assert_eq!(shared.line_peek(2).expect("is local"), None);
    assert_eq!(Rc::clone(&shared).line(2, Rc::new(Cell::new(3))), 205);
    assert_eq!(shared.line_peek(2).expect("is local"), Some(205));
    shared.line_invalidate(2).expect("is local");
    assert_eq!(shared.line_peek(2).expect("is local"), None);
}

#[cached(key = format!("{name}-{width:>digits$}"), tenant = shop)]
fn label(shop: &str, name: &str, width: u8, digits: usize, nothing: &Pool) -> String {
    format!("{shop} {name} {width} {digits} {}", nothing.0)
}

#[cached(key = low)]
fn apart((low, high): (u64, u64), scale: u64) -> u64 {
    (low + high) * scale
}

/// N3: what a key is made of is found in expressions, in texts that are formatted, in the tenant,
/// and behind patterns.
#[test]
fn what_a_key_is_made_of_is_found_wherever_it_is_named() {
    let made = label("corner", "salt", 7, 3, &Pool(0));
    assert_eq!(label::peek("corner", "salt", 7, 3).expect("is local"), Some(made));
    assert_eq!(label::peek("other", "salt", 7, 3).expect("is local"), None);
    assert_eq!(apart((1, 2), 10), 30);
    assert_eq!(apart::peek((1, 9)).expect("is local"), Some(30));
}

trait Store {
    const NAME: &'static str;
}

struct Pg;

impl Store for Pg {
    const NAME: &'static str = "pg";
}

#[cached(skip(store))]
fn row<S: Store + 'static>(store: S, id: u64) -> String {
    drop(store);
    format!("{} {id}", S::NAME)
}

/// N3: a type parameter of what is skipped is part of the identity, and is written.
#[test]
fn a_type_that_only_skipped_parameters_have_is_written() {
    assert_eq!(row(Pg, 1), "pg 1");
    assert_eq!(row::peek::<Pg>(1).expect("is local").as_deref(), Some("pg 1"));
    row::invalidate::<Pg>(1).expect("is local");
    assert_eq!(row::peek::<Pg>(1).expect("is local"), None);
}

#[cached(skip(pool, lent, plain))]
fn warmed(pool: Pool, lent: Option<&str>, plain: u8, id: u64) -> u64 {
    pool.load(id) + u64::from(plain) + lent.map_or(0, |lent| lent.len() as u64)
}

#[cached(skip(log))]
fn logged(log: &mut Vec<u64>, id: u64) -> u64 {
    log.push(id);
    id
}

#[cached(skip(pool, own))]
async fn awaited(pool: &Pool, own: Pool, id: u64, more: &str) -> u64 {
    pool.load(id) + own.0 + more.len() as u64
}

/// M1, N3: what is no part of the key is given once, before the list: a reference, or something of
/// which each call takes a clone.
#[test]
fn warming_takes_what_is_skipped_once() {
    assert_eq!(warmed::warm(Pool(10), Some("ab"), 3, [1, 2, 1]).computed, 2);
    assert_eq!(warmed::peek(2).expect("is local"), Some(17));
    let mut log = Vec::new();
    assert_eq!(logged::warm(&mut log, 0..3).computed, 3);
    assert_eq!(log, [0, 1, 2]);
    let pool = Pool(5);
    let text = String::from("xy");
    let made = awaited::warm(&pool, Pool(1), vec![(1, text.as_str()), (2, "x")]);
    let made = tokio::runtime::Builder::new_current_thread().build().expect("one").block_on(made);
    assert_eq!(made.computed, 2);
    assert_eq!(awaited::peek(1, "xy").wait().expect("is local"), Some(9));
}

fn is_sent<T: Send + Sync + Clone + Debug + 'static>(_: &T) {}

/// N3: an entry can be kept and passed on, and knows nothing of the arguments it was made of.
#[test]
fn an_entry_is_a_value_of_its_own() {
    let entry: At<u64> = user::at(40);
    is_sent(&entry);
    let other = entry.clone();
    thread::spawn(move || other.prime(4).wait()).join().expect("no panic").expect("is local");
    assert_eq!(entry.peek().wait().expect("is local"), Some(4));
    assert_eq!(entry.update(|user| *user *= 2).wait().expect("is local"), Some(8));
    assert_eq!(user(&Pool(0), 40), 8);
    assert_eq!(entry.key(), None, "the function has no L2");
    entry.invalidate().wait().expect("is local");
    assert_eq!(user::peek(40).expect("is local"), None);
}

/// N3: in an async function's companion nothing is done before it is awaited, and all of it can be
/// sent to another task.
#[tokio::test]
async fn an_operation_does_nothing_before_it_is_awaited() {
    let text = String::from("q");
    let primed: Asked<_> = awaited::prime(9, &text, 1);
    let invalidated = awaited::invalidate(9, &text);
    let refreshed = awaited::refresh(&Pool(1), Pool(1), 9, "q");
    drop(refreshed);
    // The key is the operation's own.
    drop(text);
    assert_eq!(awaited::peek(9, "q").await.expect("is local"), None);
    tokio::spawn(primed).await.expect("no panic").expect("is local");
    assert_eq!(awaited::peek(9, "q").await.expect("is local"), Some(1));
    drop(invalidated);
    let mut times = 0;
    let updated = awaited::update(9, "q", |value| {
        times += 1;
        *value += 1;
    });
    assert_eq!(updated.await.expect("is local"), Some(2));
    assert_eq!((times, runs::of("load")), (1, 0));
}

trait Priced {
    const BASE: u64;
    fn price(&self, article: u64, pool: &Pool) -> u64;
    async fn later(self: Rc<Self>, pair: (u64, u64), text: String) -> Option<u64>;
    fn listed(ids: Vec<u64>) -> Vec<u64>;
}

struct Shop(u64);

#[cached]
impl Priced for Shop {
    const BASE: u64 = 1_000;

    #[cached(key = (self.0, article, Self::BASE), companion = PriceCache)]
    fn price(&self, article: u64, pool: &Pool) -> u64 {
        if article == 0 {
            return 0;
        }
        Self::BASE + self.0 + pool.load(article)
    }

    #[cached(skip(self), tenant = text.as_str(), companion = LaterCache)]
    async fn later(self: Rc<Self>, (low, high): (u64, u64), mut text: String) -> Option<u64> {
        text.push('!');
        Some(self.0 + low * high + text.len() as u64)
    }

    #[cached(companion = ListedCache)]
    fn listed(ids: Vec<u64>) -> Vec<u64> {
        ids
    }
}

/// N3: a method of a trait has a companion where the user names a type for it, which has all that
/// needs no body.
#[test]
fn a_method_of_a_trait_has_a_companion_of_its_own() {
    let shop = Shop(5);
    assert_eq!(shop.price(7, &Pool(100)), 1_112);
    assert_eq!(PriceCache::peek(&shop, 7).expect("is local"), Some(1_112));
    assert_eq!(PriceCache::peek(&Shop(6), 7).expect("is local"), None);
    assert_eq!(PriceCache::update(&shop, 7, |price| *price += 1).expect("is local"), Some(1_113));
    assert_eq!(shop.price(7, &Pool(0)), 1_113);
    assert_eq!((PriceCache::stats().hits, PriceCache::SPEC.name()), (1, PriceCache::SPEC.name()));
    PriceCache::invalidate_all().expect("is local");
    assert_eq!(shop.price(7, &Pool(0)), 1_012);
    assert_eq!(shop.price(0, &Pool(0)), 0);
    assert_eq!(Shop::listed(vec![1, 2]), [1, 2]);
    assert_eq!(ListedCache::peek(vec![1, 2]).expect("is local"), Some(vec![1, 2]));
    let executor = tokio::runtime::Builder::new_current_thread().build().expect("one");
    executor.block_on(async {
        let shop = Rc::new(shop);
        assert_eq!(Rc::clone(&shop).later((2, 3), "ab".to_owned()).await, Some(14));
        let peeked = LaterCache::peek((2, 3), "ab".to_owned()).await;
        assert_eq!(peeked.expect("is local"), Some(14));
        LaterCache::invalidate_tenant("ab").await.expect("is local");
        assert_eq!(LaterCache::at((2, 3), "ab".to_owned()).peek().await.expect("is local"), None);
    });
}
