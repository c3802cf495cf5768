//! A call's part in the flight of its key.

use std::mem;

use crate::flight::reentry::FlightId;
use crate::flight::{Follow, Lead};
use crate::guards::Guard;
use crate::key::OwnedKey;

/// Whether a call leads its key's flight or follows in it.
pub(super) enum Role<'a, O, V> {
    /// None, or not any more.
    Outside,
    Leads(Lead<'a, OwnedKey<O>, V>),
    Follows(Follow<'a, OwnedKey<O>, V>),
}

impl<'a, O, V> Role<'a, O, V> {
    pub(super) fn take_lead(&mut self) -> Option<Lead<'a, OwnedKey<O>, V>> {
        match mem::replace(self, Self::Outside) {
            Self::Leads(lead) => Some(lead),
            Self::Outside | Self::Follows(_) => None,
        }
    }

    /// The flight that the call leads.
    pub(super) fn flight(&self) -> FlightId {
        match self {
            Self::Leads(lead) => lead.id(),
            Self::Outside | Self::Follows(_) => FlightId::NONE,
        }
    }

    /// An operation is about to be sent: who joins the flight from now on is late for its outcome.
    pub(super) fn sends(&mut self, mark: Guard) {
        if let Self::Leads(lead) = self {
            lead.sends(mark);
        }
    }
}
