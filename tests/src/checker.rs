//! A checker of histories: operations of many callers and nodes, held to one rule as they end.
//!
//! One writer a key raises a row, which the cached function's body reads, and then makes a change.
//! Once a change promises something, whoever starts after that must not see an older row; nobody
//! ever sees a row that was never true. [`promise`] is the rule, [`Record`] holds operations to
//! it, and knows nothing of who drives them; [`run`] drives one of the [`SETUPS`] with threads or
//! tasks, callers that give up, and faults of the tier.

mod crew;
mod dice;
mod drive;
mod floor;
mod heard;
mod history;
mod record;
mod rule;
mod setups;
mod subject;
mod tally;
#[cfg(test)]
mod tests;
mod tier;
mod verdicts;
mod writer;

pub use crew::Crew;
pub use dice::Dice;
pub use drive::{Report, run};
pub use heard::Heard;
pub use record::{Call, Change, Record};
pub use rule::{Outcome, Promise, Reach, Seen, What, promise};
pub use setups::{SETUPS, Setup, named};
pub use subject::{Ask, Ground, Later, Row, Subject, Trouble};
pub use tally::{Count, Tally};
pub use tier::{Faults, Tier};
