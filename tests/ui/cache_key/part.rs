//! A field that is no key, in a type that derives it and in one that is generic.

use cachekit::{CacheKey, cached};

struct Connection;

#[derive(CacheKey)]
struct Query {
    id: u64,
    connection: Connection,
}

#[derive(CacheKey)]
struct Of<T>(T);

#[cached]
fn of(part: Of<Connection>) -> u64 {
    let _ = part.0;
    1
}

fn main() {
    of(Of(Connection));
    let _ = Query { id: 1, connection: Connection }.id;
}
