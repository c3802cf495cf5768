//! `io_cached` is told its server, its prefix and how errors are made.

use cachekit::cached;

#[cached(redis = true, cache_prefix_block = r#"{ "user" }"#, map_error = r##"|e| e.to_string()"##)]
fn cost(n: u64) -> Result<u64, String> {
    Ok(n)
}

fn main() {
    cost(1).ok();
}
