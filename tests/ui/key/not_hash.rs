//! An argument that cannot be compared is reported at its type.

use cachekit::cached;

#[derive(Clone)]
struct Connection;

#[cached]
fn query(connection: &Connection, id: u64) -> u64 {
    let _ = connection;
    id
}

#[cached(key = connection)]
fn chosen(connection: &Connection, id: u64) -> u64 {
    let _ = connection;
    id
}

fn main() {
    query(&Connection, chosen(&Connection, 1));
}
