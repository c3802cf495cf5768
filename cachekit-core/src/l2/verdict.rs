//! The outcomes of a tier's operations, and what a rejection is about.

/// What came of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    /// The value is stored; or its life is over by the tier's own time, and its fill was wanted.
    Stored,
    /// An invalidation came first.
    Lost,
}

/// What came of a replacement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaced {
    /// The value is stored.
    Stored,
    /// Its life is over by the tier's own time: what was there is gone, and nothing is stored.
    Ended,
}

/// What was seen and could not be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen<'a> {
    /// These bytes in the value field.
    Bytes(&'a [u8]),
    /// Something that is not an entry.
    WrongType,
}

/// What came of a rejection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejected {
    /// It is gone.
    Removed,
    /// Something else is there by now, and stays.
    Changed,
}

/// What came of a swap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swapped {
    /// The new bytes are stored.
    Stored,
    /// The field holds other bytes by now.
    Changed,
    /// There is nothing to change.
    Absent,
}
