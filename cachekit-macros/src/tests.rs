//! Grouped snapshots of expansions.
