//! A tenant is a text or a number.

use cachekit::cached;

struct Account;

#[cached(tenant = account, skip(account))]
fn user(account: &Account, id: u64) -> u64 {
    let _ = account;
    id
}

fn main() {
    user(&Account, 1);
}
