//! The end of a call whose body returned what is not cached.

use crate::flight::{Followers, Landing, Lead};
use crate::guards::Guard;
use crate::key::OwnedKey;
use crate::value::answer::Story;
use crate::value::follower_copy::Parcel;

use super::Claimed;

/// What is left to do: the filler is taken back, and then the followers hear of the return value,
/// unless an invalidation came before it.
///
/// Dropped instead, it sends the followers to start over, and takes the filler back in the
/// background.
pub(crate) struct Uncached<'a, O, V> {
    pub(super) lead: Option<Lead<'a, OwnedKey<O>, V>>,
    pub(super) shared: Option<Shared>,
    pub(super) claim: Claimed,
}

/// A return value for the followers.
pub(super) struct Shared {
    pub(super) returned: Parcel,
    pub(super) story: Story,
    pub(super) refused: bool,
    /// Whom it serves.
    pub(super) followers: Followers,
}

impl<O, V> Uncached<'_, O, V> {
    pub(crate) async fn settle(self) {
        let Self { mut lead, shared, claim } = self;
        if let Some(lead) = &mut lead {
            lead.sends(Guard::AbortMark);
        }
        // A filler that could not be taken back ends with its own life; whether its fill was
        // wanted is then unknown.
        let wanted = claim.abort().await.unwrap_or(false);
        if let Some(lead) = lead {
            let shares = wanted || !Guard::AbortVerdict.holds();
            if shares { share(lead, shared) } else { lead.send_away() }
        }
    }
}

/// Gives the return value to the followers, or lets them go on for themselves if it has one copy.
pub(super) fn share<K, V>(lead: Lead<'_, K, V>, shared: Option<Shared>) {
    match shared {
        Some(Shared { returned, story, refused, followers }) => {
            lead.land(Landing::Shared { returned, story, refused }, followers);
        }
        None => lead.release(),
    }
}
