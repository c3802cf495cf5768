//! What warming gives to each call is cloned, where it is no reference.

use cachekit::cached;

struct Connection;

#[cached(skip(connection))]
fn user(connection: Connection, id: u64) -> u64 {
    drop(connection);
    id
}

fn main() {
    user::warm(Connection, [1, 2]);
}
