//! Every part of a signature that fails a bound is reported, each once.

use cachekit::cached;

struct Connection;

#[cached(mode = "strict", ttl = 60)]
fn open(at: &Connection, again: Connection) -> Result<Connection, ()> {
    drop(again);
    let _ = at;
    Err(())
}

fn main() {
    open(&Connection, Connection).ok();
}
