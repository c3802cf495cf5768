//! Implementations of traits, and methods on which the attribute stands alone: no companions.

use async_trait::async_trait;
use cachekit::cached;

use super::runs;

trait Priced {
    fn price(&self, article: u64) -> u64;
    fn bare(n: u64) -> u64;
    async fn awaited(&self, n: u64) -> Result<u64, String>;

    /// The body of a trait is one function for every type that takes it over.
    #[cached(skip(self))]
    fn by_default(&self, n: u64) -> u64
    where
        Self: 'static,
    {
        runs::note("Priced::by_default");
        Self::bare(n)
    }
}

struct Shop(u64);
struct Stall(u64);

#[cached]
impl Priced for Shop {
    #[cached(key = (self.0, article))]
    fn price(&self, article: u64) -> u64 {
        runs::note("Shop as Priced");
        self.0 * article
    }

    #[cached]
    fn bare(mut n: u64) -> u64 {
        n += 1;
        n
    }

    #[cached(key = (self.0, n))]
    async fn awaited(&self, n: u64) -> Result<u64, String> {
        runs::note("Shop::awaited");
        if n == 0 {
            return Err("none".to_owned());
        }
        std::future::ready(()).await;
        let parsed: u64 = "7".parse().map_err(|error| format!("{error:?}"))?;
        Ok(self.0 * n + parsed)
    }
}

impl Priced for Stall {
    #[cached(key = (self.0, article))]
    fn price(&self, article: u64) -> u64 {
        runs::note("Stall as Priced");
        self.0 + article
    }

    fn bare(n: u64) -> u64 {
        n + 100
    }

    #[cached(skip(self))]
    async fn awaited(&self, n: u64) -> Result<u64, String> {
        runs::note("Stall::awaited");
        Ok(self.0 + n)
    }
}

/// N1: methods of traits are cached, with the attribute on the `impl` and without.
#[test]
fn an_implementation_of_a_trait_is_cached() {
    for _ in 0..2 {
        assert_eq!((Shop(3).price(4), Shop(2).price(4)), (12, 8));
        assert_eq!((Stall(3).price(4), Stall(2).price(4)), (7, 6));
        assert_eq!(Shop::bare(4), 5);
    }
    assert_eq!((runs::of("Shop as Priced"), runs::of("Stall as Priced")), (2, 2));
}

/// D15: one body of a trait, and an entry for each type that has it.
#[test]
fn a_default_method_keeps_types_apart() {
    for _ in 0..2 {
        assert_eq!((Shop(1).by_default(4), Stall(1).by_default(4)), (5, 104));
    }
    assert_eq!(runs::of("Priced::by_default"), 2);
}

/// N1.
#[tokio::test]
async fn a_native_async_method_of_a_trait_is_cached() {
    for _ in 0..2 {
        assert_eq!(Shop(5).awaited(1).await, Ok(12));
        assert_eq!(Stall(5).awaited(1).await, Ok(6));
        assert_eq!(Shop(5).awaited(0).await, Err("none".to_owned()));
    }
    assert_eq!((runs::of("Shop::awaited"), runs::of("Stall::awaited")), (3, 1));
}

#[async_trait]
trait Stored: Sync {
    async fn load(&self, id: u64, name: &str) -> Result<String, String>;
}

struct First(u64);
struct Second(u64);
struct Alone(u64);

#[async_trait]
#[cached]
impl Stored for First {
    #[cached(key = (self.0, id, name))]
    async fn load(&self, id: u64, name: &str) -> Result<String, String> {
        runs::note("First::load");
        if name.is_empty() {
            return Err(format!("{id}"));
        }
        std::future::ready(()).await;
        Ok(format!("{name} {}", self.0))
    }
}

#[cached]
#[async_trait]
impl Stored for Second {
    #[cached(key = (self.0, id, name))]
    async fn load(&self, id: u64, name: &str) -> Result<String, String> {
        runs::note("Second::load");
        if name.is_empty() {
            return Err(format!("{id}"));
        }
        std::future::ready(()).await;
        Ok(format!("{name} {}", self.0))
    }
}

#[async_trait]
impl Stored for Alone {
    #[cached(key = (self.0, id, name))]
    async fn load(&self, id: u64, name: &str) -> Result<String, String> {
        runs::note("Alone::load");
        if name.is_empty() {
            return Err(format!("{id}"));
        }
        Ok(format!("{name} {}", self.0))
    }
}

/// N1: `#[async_trait]` may stand before the attribute or behind it.
#[tokio::test]
async fn a_boxed_async_method_is_cached_in_either_order() {
    let all: [(&dyn Stored, &str); 3] =
        [(&First(7), "First::load"), (&Second(7), "Second::load"), (&Alone(7), "Alone::load")];
    for (stored, body) in all {
        for _ in 0..2 {
            assert_eq!(stored.load(1, "x").await.as_deref(), Ok("x 7"));
            assert_eq!(stored.load(1, "").await, Err("1".to_owned()));
        }
        assert_eq!(runs::of(body), 3, "{body}: an error is not kept");
    }
    assert_eq!(First(8).load(1, "x").await.as_deref(), Ok("x 8"));
}

trait Converts<T> {
    fn size(&self) -> usize;
}

struct Converter;

impl<T> Converts<T> for Converter {
    #[cached(skip(self))]
    fn size(&self) -> usize {
        size_of::<T>()
    }
}

struct Generic<T>(T);

impl<T: Copy + 'static> Generic<T> {
    #[cached(skip(self))]
    #[expect(clippy::unused_self, reason = "as of any function, whose receiver this one skips")]
    fn size(&self) -> usize {
        size_of::<T>()
    }

    #[cached(skip(_self))]
    fn vec(n: usize, _self: std::marker::PhantomData<Self>) -> usize {
        n * size_of::<T>()
    }
}

/// D15: an attribute alone does not see the parameters around it, and still keeps them apart.
#[test]
fn parameters_that_the_attribute_cannot_see_are_part_of_the_store() {
    assert_eq!(Converts::<u8>::size(&Converter), 1);
    assert_eq!(Converts::<u16>::size(&Converter), 2);
    assert_eq!((Generic(1_u8).size(), Generic(1_u32).size(), Generic(1_u8).0), (1, 4, 1));
    assert_eq!(Generic::<u8>::vec(2, std::marker::PhantomData), 2);
    assert_eq!(Generic::<u32>::vec(2, std::marker::PhantomData), 8);
}

trait Chosen {
    fn chosen(&mut self, n: u64) -> u64;
    fn crossed(&self, n: u64) -> impl Future<Output = u64> + Send;
}

#[cached(crate = ::cachekit)]
impl Chosen for Shop {
    #[cached(skip(self), when(feature = "distributed", max_size = 5))]
    fn chosen(&mut self, mut n: u64) -> u64 {
        runs::note("Shop::chosen");
        self.0 += 1;
        n += self.0;
        n
    }

    #[cached(key = (self.0, n))]
    async fn crossed(&self, n: u64) -> u64 {
        std::future::ready(n + self.0).await
    }
}

#[cached]
impl Shop {
    #[cached(key = self.0, when(feature = "distributed", ttl = 60))]
    async fn chosen_too(&self) -> u64 {
        std::future::ready(self.0).await
    }
}

/// N1: each of two branches holds its own body, and a future crosses threads as the body's would.
#[tokio::test]
async fn a_feature_may_choose_the_options_of_a_method() {
    fn crosses<F: Future + Send>(future: F) -> F {
        future
    }
    let mut shop = Shop(1);
    assert_eq!((shop.chosen(5), shop.chosen(5), shop.0), (7, 7, 2));
    assert_eq!(runs::of("Shop::chosen"), 1);
    assert_eq!(crosses(shop.crossed(1)).await, 3);
    assert_eq!(crosses(shop.chosen_too()).await, 2);
    assert_eq!(crosses(shop.chosen_too_peek()).await.ok(), Some(Some(2)));
}
