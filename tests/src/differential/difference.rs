//! The differences of the tiers that are of their nature, each with its reason, and steps that show it.
//!
//! A difference that is not here is a fault of a tier. One that its steps do not show any more fails
//! the test: it is to go from here.

use cachekit::backend::{Read, Rejected};

use super::scene::{Generation, Spot};
use super::step::{
    Ask, Bound, Client, Company, Fate, Hand, Reach, Saw, Sequence, Step, Strange, Value,
};
use super::task::{Came, Told};
use super::view::State;

/// A difference of the tiers' nature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// A value whose life is over.
    Over,
    /// Bytes that no generation of now covers.
    Revoked,
    /// Something that is no value.
    Stain,
    /// A filler that is taken back without its generations.
    Unanswered,
    /// A caller that goes before it sends.
    Unsent,
    /// A fill that takes more than an hour.
    Hour,
    /// Something else in a generation's place.
    Place,
}

/// How a difference is dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Answers that it explains are passed over; what can be had of the tiers is compared all the same.
    Excused,
    /// Sequences leave it out.
    LeftOut,
}

/// What is said of a difference.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Which one.
    pub difference: Difference,
    /// How it is dealt with.
    pub way: Way,
    /// What each tier does, and why that is its nature.
    pub why: &'static str,
    /// Steps that show it.
    steps: fn() -> Vec<Step>,
}

/// All of them.
pub static DIFFERENCES: [Row; 7] = [
    Row {
        difference: Difference::Over,
        way: Way::Excused,
        why: "a server ends an entry as a whole and leaves it to readers to end a value; a directory \
              ends each value by its own dates, and only if its check is right",
        steps: || {
            let short = Value { id: 1, life: Some(50), is_large: false };
            let long = Value { id: 2, life: Some(750), is_large: false };
            let mut steps = stored(AT, short);
            steps.extend(stored(BESIDE, long));
            steps.extend([Step::Pass(140), asked(Ask::Read(AT, Bound::None))]);
            steps
        },
    },
    Row {
        difference: Difference::Revoked,
        way: Way::Excused,
        why: "a bump makes a server's values unreadable and leaves their bytes, which a rejection \
              still removes; it moves a directory's files away",
        steps: || {
            let mut steps = stored(AT, Value { id: 1, life: Some(750), is_large: false });
            let reject = Ask::Reject(AT, Saw::Sound(1));
            steps.extend([asked(Ask::Bump(vec![Generation::Function])), asked(reject)]);
            steps
        },
    },
    Row {
        difference: Difference::Stain,
        way: Way::Excused,
        why: "a step on a server clears what is no value from the whole entry, whose fields have one \
              type; in a directory each version is a file, and whoever reads it has it removed",
        steps: || {
            let claim = Ask::Claim(BESIDE, 1);
            vec![
                Step::Hand(Hand::Occupy(AT.entry)),
                asked(claim),
                asked(Ask::Read(AT, Bound::None)),
            ]
        },
    },
    Row {
        difference: Difference::Unanswered,
        way: Way::Excused,
        why: "who was not told the generations of its claim cannot know on a server whether its fill \
              is still wanted; in a directory a fill that is not is not there",
        steps: || {
            let claim = Step::Ask(Client::Second, Ask::Claim(AT, 1), Fate::Lost);
            vec![claim, asked(Ask::Abort(AT, 1))]
        },
    },
    Row {
        difference: Difference::Unsent,
        way: Way::LeftOut,
        why: "the tier in memory does what it is asked as it is asked; the others when they are first \
              waited for",
        steps: || {
            let value = Value { id: 1, life: Some(750), is_large: false };
            vec![Step::Ask(Client::Second, Ask::Replace(AT, value), Fate::Unsent)]
        },
    },
    Row {
        difference: Difference::Hour,
        way: Way::LeftOut,
        why: "a server ends a filler after an hour by its own clock; a directory's janitor removes it \
              after an hour by the date that the file system gave it, which no test can move",
        steps: || {
            let value = Value { id: 1, life: Some(750), is_large: false };
            let commit = Ask::Commit(AT, 1, value, Company::Beside);
            vec![asked(Ask::Claim(AT, 1)), Step::Pass(7_000), asked(commit)]
        },
    },
    Row {
        difference: Difference::Place,
        way: Way::LeftOut,
        why: "a generation of a directory is a directory, and something else in its place is a fault \
              of the file system; a server's is poison, which is removed. Nor has a file fields that \
              another program could write",
        steps: || {
            let strange = Hand::Degenerate(Generation::Function, Strange::List);
            vec![Step::Hand(strange), asked(Ask::Claim(AT, 1))]
        },
    },
];

const AT: Spot = Spot { entry: 1, version: 0 };
const BESIDE: Spot = Spot { entry: 1, version: 1 };

fn asked(ask: Ask) -> Step {
    Step::Ask(Client::First, ask, Fate::Answered)
}

fn stored(at: Spot, value: Value) -> Vec<Step> {
    let commit = Ask::Commit(at, 100 + value.id, value, Company::Beside);
    vec![asked(Ask::Claim(at, 100 + value.id)), asked(commit)]
}

impl Row {
    /// Steps that show it.
    pub fn witness(&self) -> Sequence {
        Sequence { seed: 0, reach: Reach::Near, steps: (self.steps)() }
    }
}

/// The check of a value that a directory has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    /// It is as it was made.
    Right,
    /// It was damaged.
    Wrong,
}

/// What is known of the value that an operation is about, before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Before {
    /// What the tier in memory has of it.
    pub(super) state: State,
    /// The one that the directory has, if its life is over.
    pub(super) over: Option<Check>,
    /// Whether its filler was claimed, and its caller not told.
    pub(super) is_unanswered: bool,
}

/// The difference that explains why a directory answered something else than the tier in memory.
pub(super) fn excuse(
    ask: &Ask,
    before: Before,
    memory: &Came,
    directory: &Came,
) -> Option<Difference> {
    let is_over = before.state == State::Over || before.over.is_some();
    let is_passed_over = match ask {
        Ask::Read(..) | Ask::Shed(_) | Ask::Reject(_, Saw::Sound(_) | Saw::Damaged(_)) => is_over,
        Ask::Swap(..) => before.over == Some(Check::Wrong),
        _ => false,
    };
    if is_passed_over {
        return Some(Difference::Over);
    }
    let rejected = matches!(
        (memory, directory),
        (Came::Told(Told::Rejected(_)), Came::Told(Told::Rejected(_)))
    );
    if rejected && before.state == State::Revoked {
        return Some(Difference::Revoked);
    }
    let misses = |came: &Came| {
        matches!(
            came,
            Came::Told(
                Told::Read(Read::Absent | Read::WrongType)
                    | Told::Rejected(Rejected::Removed | Rejected::Changed)
            )
        )
    };
    let is_about_type = matches!(ask, Ask::Read(..) | Ask::Reject(_, Saw::Type));
    if is_about_type && misses(memory) && misses(directory) {
        return Some(Difference::Stain);
    }
    (matches!(ask, Ask::Abort(..) | Ask::Commit(..)) && before.is_unanswered)
        .then_some(Difference::Unanswered)
}
