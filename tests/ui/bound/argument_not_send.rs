//! An argument is compared with from any thread.

use cachekit::cached;

use std::rc::Rc;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Id(Rc<str>);

#[cached]
fn user(n: u64, id: &Id) -> u64 {
    n + id.0.len() as u64
}

fn main() {
    user(1, &Id("".into()));
}
