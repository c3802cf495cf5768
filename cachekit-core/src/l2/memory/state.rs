//! The content of a tier in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::l2::{Fault, Place};
use crate::random;

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) entries: HashMap<String, Entry>,
    pub(super) generations: HashMap<String, String>,
    /// What every operation answers with, while the tier plays dead.
    pub(super) fault: Option<Fault>,
    pub(super) listeners: Vec<Listener>,
}

pub(super) struct Listener(pub(super) Arc<dyn Fn(Fault) + Send + Sync>);

#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) values: BTreeMap<String, Value>,
    pub(super) fillers: BTreeSet<String>,
}

#[derive(Debug)]
pub(super) struct Value {
    pub(super) bytes: Vec<u8>,
    pub(super) generation: String,
    pub(super) expires: u64,
}

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Listener")
    }
}

impl State {
    /// The generations that a place depends on, made if they do not exist.
    pub(super) fn generation(&mut self, at: &Place) -> Result<String, Fault> {
        let mut joined = String::new();
        for key in at.generations() {
            if !self.generations.contains_key(key) {
                self.generations.insert(key.to_owned(), random::token().ok_or_else(Fault::random)?);
            }
            joined.push_str(&self.generations[key]);
            joined.push('.');
        }
        Ok(joined)
    }

    pub(super) fn prune(&mut self, at: &Place) {
        if self.entries.get(&at.entry).is_some_and(|e| e.values.is_empty() && e.fillers.is_empty())
        {
            self.entries.remove(&at.entry);
        }
    }
}
