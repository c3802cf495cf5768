//! What a call's end comes to for whoever asked.

use crate::call::drive::Facts;
use crate::function::handle::Warmth;
use crate::value::answer::{Source, Story};
use crate::value::returns::{Shape, Split};

/// Makes of a call's end what was asked for.
pub trait Tells<S: Shape>: 'static {
    /// What was asked for.
    type Out;

    #[doc(hidden)]
    fn tell(returned: S::Return, story: Story, facts: &Facts<S>) -> Self::Out;
}

/// The return value.
#[derive(Debug)]
pub struct Returned;

/// The return value with the story of where it came from.
#[derive(Debug)]
pub struct Detailed;

/// Whether there is an entry now.
#[derive(Debug)]
pub struct Made;

impl<S: Shape> Tells<S> for Returned {
    type Out = S::Return;

    fn tell(returned: S::Return, _: Story, _: &Facts<S>) -> S::Return {
        returned
    }
}

impl<S: Shape> Tells<S> for Detailed {
    type Out = S::Detailed;

    fn tell(returned: S::Return, story: Story, _: &Facts<S>) -> S::Detailed {
        S::tell(returned, story)
    }
}

impl<S: Shape> Tells<S> for Made {
    type Out = Warmth;

    fn tell(returned: S::Return, story: Story, facts: &Facts<S>) -> Warmth {
        match (S::split(returned, facts.keep), story.source) {
            (Split::Pass(_), _) => Warmth::Failed,
            (Split::Keep(..), Source::Computed | Source::Coalesced) => Warmth::Computed,
            (Split::Keep(..), _) => Warmth::Present,
        }
    }
}
