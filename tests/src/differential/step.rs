//! What a sequence is made of: operations of two clients, what befalls them, an operator's hand, time.

use super::scene::{Generation, Spot};

/// Steps, which tiers they are taken on, and the seed that they came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence {
    /// What drew it.
    pub seed: u64,
    /// Whether a directory takes it too.
    pub reach: Reach,
    /// In order.
    pub steps: Vec<Step>,
}

/// Which tiers a sequence is taken on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Memory, the server and the directory.
    Near,
    /// Memory and the server: hours pass, and others write what a directory has nothing like.
    Far,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A client's operation, and what befalls it.
    Ask(Client, Ask, Fate),
    /// What an operator or another program does.
    Hand(Hand),
    /// So many seconds pass.
    Pass(u64),
    /// The second client's connection is closed.
    HangUp,
    /// The server forgets its scripts.
    Forget,
}

/// Who asks. The second one goes through a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Straight to the tier.
    First,
    /// Through what may break.
    Second,
}

/// An operation of a backend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// `read`, of at most so much.
    Read(Spot, Bound),
    /// `claim`, under a filler's number.
    Claim(Spot, u32),
    /// `commit` of a filler's number; whether in place of everything else.
    Commit(Spot, u32, Value, Company),
    /// `abort` of a filler's number.
    Abort(Spot, u32),
    /// `reject` of what was seen.
    Reject(Spot, Saw),
    /// `shed`.
    Shed(Spot),
    /// `invalidate`.
    Invalidate(Spot),
    /// `invalidate_many`.
    InvalidateMany(Vec<Spot>),
    /// `replace`.
    Replace(Spot, Value),
    /// `swap` of a value's number for another's.
    Swap(Spot, u32, u32),
    /// `bump`.
    Bump(Vec<Generation>),
}

/// The most bytes that a read asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// It does not say.
    None,
    /// More than any value has.
    Roomy,
    /// Less than a large value has.
    Tight,
}

/// Whether a commit is beside other versions and fillers, or in their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Company {
    /// As a miss commits.
    Beside,
    /// As a refresh commits.
    Sole,
}

/// What a rejection saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saw {
    /// A value.
    Sound(u32),
    /// A value that was damaged once.
    Damaged(u32),
    /// No entry.
    Type,
}

/// A value: its number, seconds of life, and size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value {
    /// Which one; no two steps of a sequence make the same.
    pub id: u32,
    /// `None` if its life is over when it is stored.
    pub life: Option<u64>,
    /// Whether it has more bytes than [`Bound::Tight`].
    pub is_large: bool,
}

/// What befalls an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is asked and answered.
    Answered,
    /// Nobody waits for it any more when it is asked.
    Late,
    /// Its caller is dropped before it is sent.
    Unsent,
    /// It is obeyed, and its caller is dropped before the answer comes.
    Lost,
    /// It is obeyed, and its connection is closed before the answer comes.
    Cut,
    /// The tier is away.
    Away,
}

/// What an operator or another program does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// Removes an entry.
    Delete(usize),
    /// Removes a generation.
    Ungenerate(Generation),
    /// Removes everything.
    Flush,
    /// Puts something else in an entry's place.
    Occupy(usize),
    /// Changes a value, whose dates stay.
    Damage(Spot),
    /// Puts something that is no value in a value's place.
    Stain(Spot),
    /// Puts something else in a generation's place.
    Degenerate(Generation, Strange),
    /// Says something else of what a value is stored under.
    Mark(Spot, Mark),
    /// Adds a field to an entry.
    Litter(usize, Litter),
    /// Takes an entry's end away.
    Persist(usize),
}

/// What is in a generation's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strange {
    /// Another type.
    List,
    /// Fields.
    Fields,
    /// An empty text.
    Empty,
    /// A text that is not hexadecimal.
    Text,
    /// Too long a one.
    Long,
    /// A generation, without an end.
    Sound,
}

/// What says what a value is stored under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Nothing.
    Empty,
    /// Generations without an end.
    Endless,
    /// An end of too many digits.
    Digits,
    /// Too long a text.
    Long,
    /// An end in an hour, under nothing.
    Nothing,
    /// An end in an hour, under generations that are not there.
    Others,
    /// An end that has come, under the generations of now.
    Past,
}

/// A field that no build of ours writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Litter {
    /// Of another kind.
    Other,
    /// Of a longer name than ours have.
    Long,
    /// A filler without a date.
    Undated,
    /// A filler dated further ahead than ours.
    Ahead,
    /// A value of a third version, without a mark.
    Unmarked,
    /// More than an entry has.
    Crowd,
}

/// Fields of [`Litter::Crowd`].
pub(super) const CROWD: usize = 1_100;

impl Ask {
    /// Whether it says until when it is waited for.
    pub(super) fn is_dated(&self) -> bool {
        matches!(self, Self::Claim(..) | Self::Replace(..) | Self::Swap(..))
    }

    /// Whether it is one command.
    pub(super) fn is_single(&self) -> bool {
        match self {
            Self::InvalidateMany(spots) => spots.len() == 1,
            Self::Bump(generations) => generations.len() == 1,
            _ => true,
        }
    }

    /// The value that it is about, where it is about one.
    pub(super) fn spot(&self) -> Option<Spot> {
        match self {
            Self::Read(spot, _)
            | Self::Claim(spot, _)
            | Self::Commit(spot, ..)
            | Self::Abort(spot, _)
            | Self::Reject(spot, _)
            | Self::Shed(spot)
            | Self::Invalidate(spot)
            | Self::Replace(spot, _)
            | Self::Swap(spot, ..) => Some(*spot),
            Self::InvalidateMany(_) | Self::Bump(_) => None,
        }
    }
}
