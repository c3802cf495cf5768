//! The tiers held to each other: random steps of two clients and an operator, on memory, a real server and a directory.
//!
//! The tier in memory is the model of the scripts that a server runs. [`draw`] makes a sequence of a
//! seed; [`Stand::take`] takes the tiers through it, and compares after each step what they answered
//! and what is in them. Memory and the server have to agree in every field and date; the directory,
//! which has no fields, in the values that can be read and the fills that would be stored, and in its
//! answers but for the [`DIFFERENCES`]. Time passes on a server as everything it keeps grows older.

mod by_hand;
mod content;
mod difference;
mod many;
mod plan;
mod run;
mod scene;
mod shrink;
mod side;
mod stand;
mod step;
mod task;
mod value;
mod view;

pub use difference::{DIFFERENCES, Difference, Row, Way};
pub use many::{Failed, Report, many};
pub use plan::draw;
pub use scene::{ENTRIES, Generation, Spot, VERSIONS};
pub use stand::{Rigour, Seen, Stand, Trouble};
pub use step::{
    Ask, Bound, Client, Company, Fate, Hand, Litter, Mark, Reach, Saw, Sequence, Step, Strange,
    Value,
};
