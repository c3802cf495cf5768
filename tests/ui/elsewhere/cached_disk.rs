//! `io_cached` may keep its values on a disk.

use cachekit::cached;

#[cached(disk = true, disk_dir = "/tmp/user")]
fn cost(n: u64) -> Result<u64, String> {
    Ok(n)
}

fn main() {
    cost(1).ok();
}
