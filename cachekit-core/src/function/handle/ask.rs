//! What is asked of a key, each a type, so that generated code takes the key in one function.
//!
//! That function is generic over what is asked, and what comes of it names neither the key nor the
//! kind of return type: whoever asks has no types to infer and no bounds to prove.

use crate::call::Purpose;
use crate::call::drive::Facts;
use crate::call::steps::Intent;
use crate::function::at::At;
use crate::function::handle::miss::{Missed, miss};
use crate::function::handle::{Ending, Handle, Tail, Tier, Warmth, entry, hit, hit_told};
use crate::key::tenant::Keyed;
use crate::value::answer::{Source, Story};
use crate::value::returns::{Shape, Split};

/// Something that is asked of a key: of a function that returns `R`, of which `V` is cached and `D`
/// is what `detailed` returns.
pub trait Ask<R, V, D, T> {
    /// What comes of it.
    type Out;

    /// Asks; `afresh` computes anew whatever is stored.
    fn ask<S, G, K>(handle: &Handle<S, T, G>, parts: &K, afresh: bool) -> Self::Out
    where
        S: Shape<Return = R, Value = V, Detailed = D>,
        T: Tier<K>,
        G: ?Sized + 'static,
        K: Keyed;
}

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

/// The entry itself, for what is done without the body.
#[derive(Debug)]
pub struct Itself;

/// A call, as far as it can be answered at once.
#[derive(Debug)]
#[must_use = "a call that is dropped never returned"]
pub struct Asked<R, A, T>(Result<A, Missed<R, A, T>>);

impl<R, A, T> Asked<R, A, T> {
    /// Whether there is an answer.
    #[inline]
    pub fn is_answered(&self) -> bool {
        self.0.is_ok()
    }

    /// The answer.
    #[inline]
    pub fn answer(self) -> A {
        match self.0 {
            Ok(answer) => answer,
            Err(_) => unreachable!("there is an answer"),
        }
    }

    /// The answer, or what the rest of the call comes to with this body.
    pub fn or_else(self, body: impl FnOnce() -> R) -> A
    where
        R: 'static,
        A: 'static,
    {
        match self.0.map_err(Missed::begin) {
            Ok(answer) | Err(Err(answer)) => answer,
            Err(Ok(frame)) => frame.end(body()),
        }
    }

    /// The same with an async body.
    pub fn run<B: Future<Output = R>>(self, body: B) -> Ending<B, A, T>
    where
        R: 'static,
        A: 'static,
        T: Tail,
    {
        match self.0 {
            Ok(answer) => Ending::Answered(Some(answer)),
            Err(missed) => Ending::Runs(missed.run(body)),
        }
    }

    /// What is left of a call that has none yet.
    #[inline]
    pub fn missed(self) -> Missed<R, A, T> {
        match self.0 {
            Ok(_) => unreachable!("there is no answer"),
            Err(missed) => missed,
        }
    }
}

macro_rules! asks {
    ($($marker:ident -> $out:ty = $ask:ident)*) => { $(
        // No bounds: they are those of `S`, and a type that does not meet them is reported where a
        // function's handle is made, and not again wherever something is asked of it.
        impl<R, V, D, T> Ask<R, V, D, T> for $marker {
            type Out = $out;

            #[inline(always)]
            fn ask<S, G, K>(handle: &Handle<S, T, G>, parts: &K, afresh: bool) -> $out
            where
                S: Shape<Return = R, Value = V, Detailed = D>,
                T: Tier<K>,
                G: ?Sized + 'static,
                K: Keyed,
            {
                $ask(handle, parts, afresh)
            }
        }
    )* };
}
asks! {
    Returned -> Asked<R, R, T> = returned
    Detailed -> Asked<R, D, T> = detailed
    Made -> Asked<R, Warmth, T> = made
    Itself -> At<V> = itself
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "a hit is inlined into its function")]
fn returned<S, T, G, K>(
    handle: &Handle<S, T, G>,
    parts: &K,
    afresh: bool,
) -> Asked<S::Return, S::Return, T>
where
    S: Shape,
    T: Tier<K>,
    G: ?Sized + 'static,
    K: Keyed,
{
    match if afresh { None } else { hit(handle, parts) } {
        Some(found) => Asked(Ok(found)),
        None => {
            Asked(Err(miss::<Returned, _, _, _, _>(handle, parts, intent(afresh), Purpose::Answer)))
        }
    }
}

fn detailed<S, T, G, K>(
    handle: &Handle<S, T, G>,
    parts: &K,
    afresh: bool,
) -> Asked<S::Return, S::Detailed, T>
where
    S: Shape,
    T: Tier<K>,
    G: ?Sized + 'static,
    K: Keyed,
{
    match if afresh { None } else { hit_told(handle, parts) } {
        Some(found) => Asked(Ok(found)),
        None => {
            Asked(Err(miss::<Detailed, _, _, _, _>(handle, parts, intent(afresh), Purpose::Answer)))
        }
    }
}

fn made<S, T, G, K>(handle: &Handle<S, T, G>, parts: &K, _: bool) -> Asked<S::Return, Warmth, T>
where
    S: Shape,
    T: Tier<K>,
    G: ?Sized + 'static,
    K: Keyed,
{
    if handle.store::<K::Owned>().tiers.fills.are_withheld() {
        // To warm is to fill, and nothing else.
        return Asked(Ok(Warmth::Failed));
    }
    Asked(Err(miss::<Made, _, _, _, _>(handle, parts, Intent::Read, Purpose::Warm)))
}

fn itself<S, T, G, K>(handle: &Handle<S, T, G>, parts: &K, _: bool) -> At<S::Value>
where
    S: Shape,
    T: Tier<K>,
    G: ?Sized + 'static,
    K: Keyed,
{
    At::new(entry(handle, parts))
}

fn intent(afresh: bool) -> Intent {
    if afresh { Intent::Refresh } else { Intent::Read }
}

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
