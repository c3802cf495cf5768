//! Stands for `names` in builds without L2, in which nothing has a name there.

use crate::l2::Place;

/// The names of one function; nobody makes any.
#[derive(Debug, Clone)]
pub(crate) struct Names(());

#[expect(clippy::unused_self, reason = "its twin with the feature asks itself")]
impl Names {
    pub(crate) fn generations(&self, _: Option<&str>) -> Vec<String> {
        Vec::new()
    }

    pub(crate) fn first_generation(&self) -> String {
        String::new()
    }

    pub(crate) fn tenant(&self, text: &str) -> String {
        text.to_owned()
    }

    pub(crate) fn generations_of(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
}

/// What stands in a place's names for its tenant, if it has one.
pub(crate) fn tenant_of(place: &Place) -> Option<&str> {
    place.tenant_generation.as_deref()
}
