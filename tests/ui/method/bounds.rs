//! What cannot be cached in a method's body alone is reported where it stands, as elsewhere.

use std::cell::Cell;

use cachekit::cached;

struct Shop;
struct NotClone;

trait Priced {
    fn argument(&self, cell: &Cell<u8>) -> u64;
    fn returned(&self, n: u64) -> NotClone;
    fn refused(&self, n: u64) -> Result<u64, String>;
}

#[cached]
impl Priced for Shop {
    #[cached(skip(self))]
    fn argument(&self, cell: &Cell<u8>) -> u64 {
        u64::from(cell.get())
    }

    #[cached(skip(self))]
    fn returned(&self, n: u64) -> NotClone {
        drop(n);
        NotClone
    }

    #[cached(skip(self), mode = "strict", ttl = 60)]
    fn refused(&self, n: u64) -> Result<u64, String> {
        Ok(n)
    }
}

fn main() {
    Shop.argument(&Cell::new(1));
    Shop.returned(1);
    drop(Shop.refused(1));
}
