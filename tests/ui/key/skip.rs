//! What is left out of the key must be there, and a key is said once.

use cachekit::cached;

#[cached(skip(database))]
fn unknown(db: &str, id: u64) -> u64 {
    id + db.len() as u64
}

#[cached(skip = db)]
fn not_a_list(db: &str, id: u64) -> u64 {
    id + db.len() as u64
}

#[cached(skip)]
fn nothing(db: &str, id: u64) -> u64 {
    id + db.len() as u64
}

#[cached(key = id, skip(db))]
fn both(db: &str, id: u64) -> u64 {
    id + db.len() as u64
}

fn main() {
    unknown("", not_a_list("", nothing("", both("", 1))));
}
