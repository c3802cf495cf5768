//! Type parameters live as long as the program, since they tell entries apart.

use cachekit::cached;

struct Shop<T>(T);

#[cached]
impl<T> Shop<T> {
    #[cached(skip(self))]
    fn brief(&self, n: u64) -> u64 {
        n
    }
}

struct Borrowed<'a>(&'a str);

impl<'a> Borrowed<'a> {
    #[cached(key = self.0)]
    fn alone(&self) -> usize {
        self.0.len()
    }
}

fn main() {
    Shop(1).brief(1);
    Borrowed("a").alone();
}
