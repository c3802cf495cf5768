//! Ports that nothing else of this machine takes, also while nobody listens on them.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::net::TcpListener;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Below those that systems give to outgoing connections: one of those may be taken by anybody's
/// client while a server is down.
const PORTS: Range<u16> = 10_000..30_000;

/// A port that nobody listens on, and that is given out once in this process.
pub(crate) fn free_port() -> u16 {
    static GIVEN: Mutex<Option<HashSet<u16>>> = Mutex::new(None);
    let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
    let given = given.get_or_insert_default();
    loop {
        // Processes that begin together begin apart.
        let among = u64::from(PORTS.end - PORTS.start);
        let step = RandomState::new().hash_one(given.len()) % among;
        let port = PORTS.start + u16::try_from(step).expect("it is less than a port");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() && given.insert(port) {
            return port;
        }
    }
}
