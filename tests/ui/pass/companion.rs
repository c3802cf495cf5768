//! The companion's operations are typed: closures and options, no `Any` and no text.

use std::sync::Arc;

use cachekit::{Answer, Error, Function, Invalidated, Stats, cached};

#[derive(Debug, Clone, PartialEq)]
pub struct User {
    id: u64,
}

#[derive(Debug, Clone)]
pub enum AppError {
    Gone,
    Cache(Error),
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        Self::Cache(error)
    }
}

#[cached(cache_err = |error: &AppError| matches!(error, AppError::Gone), cache_none, ttl = 60)]
pub fn user(id: u64) -> Result<Option<Arc<User>>, AppError> {
    Ok(Some(Arc::new(User { id })))
}

#[cached]
pub fn plain(id: u64) -> u64 {
    id
}

#[cached(tenant = shop, skip(shop))]
pub fn of(shop: &str, id: u64) -> u64 {
    let _ = shop;
    id
}

#[cached]
pub fn optional(id: u64) -> Option<u64> {
    Some(id)
}

#[cached(cache_none)]
pub fn optional_kept(id: u64) -> Option<u64> {
    Some(id)
}

type Kept = Result<Option<Arc<User>>, AppError>;
type Alias = Result<Option<u64>, AppError>;

#[cached(returns = "result_option")]
pub fn aliased(id: u64) -> Alias {
    Ok(Some(id))
}

#[cached(mode = "strict", ttl = 60)]
pub async fn strict(id: u64) -> Result<u64, AppError> {
    Ok(id)
}

fn main() {
    let _: Function = user::SPEC;
    let _: fn(u64) -> Kept = user;
    let _: fn(u64) -> Kept = user::uncached;
    let _: fn(u64) -> Kept = user::refresh;
    let _: fn(u64) -> Result<Answer<Option<Arc<User>>>, AppError> = user::detailed;
    let _: fn(u64) -> Result<Option<Kept>, Error> = user::peek;
    let _: fn(u64) -> Result<Invalidated, Error> = user::invalidate;
    let _: fn() -> Result<Invalidated, Error> = user::invalidate_all;
    let _: fn(u64, Kept) -> Result<Invalidated, Error> = user::prime;
    let _: fn() -> Stats = user::stats;
    let _: Result<Option<Kept>, Error> = user::update(1, |kept: &mut Kept| *kept = Ok(None));
    let _: Result<Invalidated, Error> = of::invalidate_tenant("acme");

    let _: fn(u64) -> Answer<u64> = plain::detailed;
    let _: fn(u64) -> Result<Option<u64>, Error> = plain::peek;
    let _: fn(u64, u64) -> Result<Invalidated, Error> = plain::prime;

    // What is not cached is not in the type: a cached `Option` without `cache_none` is its `Some`.
    let _: fn(u64) -> Answer<Option<u64>> = optional::detailed;
    let _: fn(u64) -> Result<Option<u64>, Error> = optional::peek;
    let _: fn(u64) -> Result<Option<Option<u64>>, Error> = optional_kept::peek;
    let _: fn(u64) -> Result<Option<u64>, Error> = aliased::peek;
    let _: fn(u64, u64) -> Result<Invalidated, Error> = aliased::prime;

    let _: fn(u64) -> String = strict::key;
    let _ = async {
        let _: Result<Answer<u64>, AppError> = strict::detailed(1).await;
        let _: Result<Option<u64>, Error> = strict::peek(1).await;
    };
}
