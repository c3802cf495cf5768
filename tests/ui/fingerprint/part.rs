//! Every part of a stored type is outlined, and the part that is not is named.

use cachekit::Fingerprint;

struct Opaque;

#[derive(Fingerprint)]
struct User {
    id: u64,
    inner: Opaque,
}

#[derive(Fingerprint)]
enum Event {
    Created(u64),
    Changed { from: Vec<Opaque> },
}

fn main() {
    let user = User { id: 1, inner: Opaque };
    let _ = (user.id, user.inner, Event::Created(1), Event::Changed { from: Vec::new() });
}
