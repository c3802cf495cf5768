//! A hit is a clone of what is inside.

use cachekit::cached;

struct Row;

#[cached]
async fn rows(n: u64) -> Result<Option<Vec<Row>>, String> {
    drop(n);
    Ok(None)
}

fn main() {
    drop(rows(1));
}
