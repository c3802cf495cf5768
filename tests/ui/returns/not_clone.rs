//! A hit is a clone.

use cachekit::cached;

struct Connection;

#[cached]
fn connect(n: u64) -> Connection {
    drop(n);
    Connection
}

#[cached]
fn perhaps(n: u64) -> Result<Option<Connection>, String> {
    drop(n);
    Ok(Some(Connection))
}

#[cached]
fn of_one_thread(n: u64) -> std::rc::Rc<u64> {
    n.into()
}

fn main() {
    of_one_thread(1);
    connect(1);
    perhaps(1).ok();
}
