//! The kinds of errors, and the operations that they are of.

/// What went wrong, as far as a caller may act on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// L2 cannot be reached, or answers that it cannot serve.
    Unavailable,
    /// L2 did not answer in time.
    Timeout,
    /// The call's leader did not finish within `wait`.
    Patience,
    /// Others kept changing the entry.
    Conflict,
    /// L2 answered with something that is not its protocol.
    Corrupt,
    /// The value does not survive its codec.
    Serialize,
    /// The value is larger than `max_value_bytes`.
    TooLarge,
    /// The attribute, the builder or the environment asks for what cannot be had.
    Config,
    /// L2 refuses our credentials or permissions.
    Auth,
    /// An entry failed its authentication.
    Tampered,
}

/// What was being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Get,
    Set,
    Invalidate,
    Clear,
    Update,
    Install,
}

impl Operation {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Set => "set",
            Self::Invalidate => "invalidate",
            Self::Clear => "clear",
            Self::Update => "update",
            Self::Install => "install",
        }
    }
}

impl Kind {
    /// What a stranger may be told: nothing of how a service is built.
    pub(super) const fn public(self) -> &'static str {
        match self {
            Self::Unavailable | Self::Corrupt | Self::Config | Self::Auth | Self::Tampered => {
                "this cannot be answered at present"
            }
            Self::Timeout | Self::Patience => "this takes too long at present",
            Self::Conflict => "somebody else is changing this; try again",
            Self::Serialize | Self::TooLarge => "this cannot be kept",
        }
    }

    pub(super) const fn clause(self) -> &'static str {
        match self {
            Self::Unavailable => "L2 is unavailable",
            Self::Timeout => "L2 did not answer in time",
            Self::Patience => "the call that computes this value did not finish within `wait`",
            Self::Conflict => "others kept changing the entry",
            Self::Corrupt => "L2 answered with something that is not its protocol",
            Self::Serialize => "the value does not survive its codec",
            Self::TooLarge => "the value is larger than `max_value_bytes`",
            Self::Config => "the configuration asks for what cannot be had",
            Self::Auth => "L2 refuses our credentials",
            Self::Tampered => "the stored entry failed its authentication and is kept as evidence",
        }
    }
}
