//! Any thread may be given a value.

use cachekit::cached;

use std::rc::Rc;

#[cached]
fn text(n: u64) -> Rc<str> {
    n.to_string().into()
}

fn main() {
    text(1);
}
