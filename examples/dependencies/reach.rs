//! The function that remembers: what a group of packages reaches, from what the groups below reach.

use std::collections::BTreeSet;
use std::sync::Arc;

use cachekit::{Fingerprint, cached};
use serde::{Deserialize, Serialize};

use crate::lock::Graph;

/// What a group of packages reaches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Fingerprint)]
pub(crate) struct Reach {
    /// The group's own packages and everything below them.
    pub(crate) packages: BTreeSet<Arc<str>>,
    /// Groups on the longest way down.
    pub(crate) depth: u32,
}

/// Remembers in this process.
///
/// The graph itself is no part of the key: to hash it would take longer than the body. The digest
/// of the file stands for it, beside the name of the group in that file.
#[cached(key = (graph.digest, graph.name(*group)))]
pub(crate) fn local(graph: &Graph, group: usize) -> Arc<Reach> {
    step(graph, group, local)
}

/// Remembers in Redis too, for every process that reads the same lockfile.
///
/// Another lockfile has another digest and so never meets these entries. `version` is to be
/// counted up when `step` comes to mean something else. Should Redis go away, this process goes on
/// by itself: the results can always be computed again.
#[cached(mode = "degraded", ttl = "1day", version = 1, key = (graph.digest, graph.name(*group)))]
pub(crate) fn shared(graph: &Graph, group: usize) -> Arc<Reach> {
    step(graph, group, shared)
}

/// Remembers nothing.
pub(crate) fn plain(graph: &Graph, group: usize) -> Arc<Reach> {
    step(graph, group, plain)
}

/// One step of the recursion; `reach` takes the next one.
fn step(graph: &Graph, group: usize, reach: fn(&Graph, usize) -> Arc<Reach>) -> Arc<Reach> {
    let mut mine = Reach { packages: graph.members(group).cloned().collect(), depth: 0 };
    for below in graph.below(group) {
        let theirs = reach(graph, below);
        mine.packages.extend(theirs.packages.iter().cloned());
        mine.depth = mine.depth.max(theirs.depth + 1);
    }
    Arc::new(mine)
}
