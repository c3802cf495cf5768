//! What a tier in memory has beside its keys: who is told, and whether it plays dead.

use std::sync::Arc;

use crate::l2::Fault;

use super::keys::Keys;

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) keys: Keys,
    /// What every operation answers with, while the tier plays dead.
    pub(super) fault: Option<Fault>,
    pub(super) listeners: Vec<Listener>,
}

pub(super) struct Listener(pub(super) Arc<dyn Fn(Fault) + Send + Sync>);

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Listener")
    }
}
