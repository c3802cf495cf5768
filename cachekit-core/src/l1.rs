//! A function's entries in this process: what is kept, how it is bounded, and what it weighs.

pub(crate) mod entries;
pub(crate) mod entry;
pub(crate) mod fallback;
pub(crate) mod open;
pub(crate) mod per_value;
pub(crate) mod quota;
pub(crate) mod table;
