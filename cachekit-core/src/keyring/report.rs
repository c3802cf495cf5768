//! The uses of each key, so that an operator knows when an old one is idle.

use std::time::Duration;

use crate::observe::json::Object;

use super::KeyState;

/// What became of one key since the runtime began.
///
/// ```
/// # fn main() -> Result<(), cachekit::Error> {
/// let runtime = cachekit::Runtime::builder().build()?;
/// for key in runtime.health().keys() {
///     println!("key {}: opened {} entries, idle for {:?}", key.id, key.opened, key.idle);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyUse {
    /// Its id.
    pub id: u32,
    /// Whether it is the one that seals now.
    pub current: bool,
    /// What the ring says of it; `None` where it does not know the id.
    pub state: Option<KeyState>,
    /// Whether the ring holds it now; one that was asked for and is not there is `false`.
    pub held: bool,
    /// Entries that were sealed under it.
    pub sealed: u64,
    /// Entries that were read under it, or could not be where it is not held.
    pub opened: u64,
    /// How long ago that was last; `None` if never.
    pub idle: Option<Duration>,
}

impl KeyUse {
    pub(crate) fn to_json(&self) -> String {
        let object = Object::new()
            .plain("id", self.id)
            .plain("current", self.current)
            .plain("held", self.held)
            .text("state", self.state.map_or("unknown", KeyState::as_str))
            .plain("sealed", self.sealed)
            .plain("opened", self.opened);
        match self.idle {
            Some(idle) => object.plain("idle_for_ms", idle.as_millis()).end(),
            None => object.raw("idle_for_ms", "null").end(),
        }
    }
}
