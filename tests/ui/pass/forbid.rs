//! Nothing that is generated meets a lint that the user's crate forbids.

#![forbid(
    dead_code,
    non_camel_case_types,
    non_snake_case,
    unreachable_code,
    unused_braces,
    unused_imports,
    unused_lifetimes,
    unused_mut,
    unused_parens,
    unused_qualifications,
    unused_variables,
    warnings
)]

use std::collections::HashMap;

use cachekit::{CacheKey, Fingerprint, cached};

#[cached]
pub fn plain(n: u64) -> u64 {
    n
}

#[cached(key = a + text.len() as u64)]
pub fn patterned((a, mut b): (u64, u64), text: &str) -> String {
    b += a;
    format!("{b}{text}")
}

#[cached(key = n, tenant = name)]
pub fn by_key(name: &str, n: u64) -> u64 {
    7
}

#[cached(skip(connection), ttl = 60)]
pub async fn later(connection: u8, n: u64) -> Result<u64, String> {
    if connection > 0 { Ok(n) } else { Err(String::new()) }
}

#[cached]
pub async fn forever(n: u64) -> u64 {
    loop {
        std::hint::black_box(n);
    }
}

#[cached(force_refresh = *fresh)]
pub async fn fresh(map: HashMap<String, u64>, fresh: bool) -> Option<u64> {
    map.get("x").copied()
}

#[cached]
pub fn generic<T: std::hash::Hash + Eq + Clone + Send + Sync + 'static, const N: usize>(n: T) -> usize {
    drop(n);
    N
}

#[cached(companion = false)]
pub fn alone(n: u64) -> u64 {
    n
}

#[derive(Debug, Clone, CacheKey, Fingerprint)]
pub enum Shape {
    Point,
    Circle(u32),
    Square { side: u32 },
}

#[derive(Debug, Clone, CacheKey, Fingerprint)]
pub enum Never {}

#[derive(Debug, Clone, CacheKey)]
pub struct Id<'a> {
    pub text: &'a str,
}

#[cached]
pub fn shaped(shape: &Shape, id: &Id<'_>) -> Shape {
    println!("{}", id.text);
    shape.clone()
}

pub struct Repo(pub u64);

#[cached]
impl Repo {
    #[cached(key = self.0 + n)]
    pub fn get(&self, n: u64) -> u64 {
        self.0 + n
    }

    #[cached(skip(self))]
    pub async fn find(&self, n: u64) -> Result<u64, String> {
        Ok(n)
    }
}

pub trait Price {
    fn price(&self, n: u64) -> u64;
}

impl Price for Repo {
    #[cached(key = (self.0, n))]
    fn price(&self, n: u64) -> u64 {
        self.0 * n
    }
}

fn main() {
    let _ = (plain, patterned, by_key, later, forever, fresh, alone, shaped);
    let _ = (generic::<u64, 3>, Repo::get, Repo::find, <Repo as Price>::price);
    let _ = (Shape::Point, Shape::Circle(1), Shape::Square { side: 1 }, Repo(1));
    let _ = |never: &Never| match *never {};
}
