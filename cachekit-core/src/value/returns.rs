//! Takes a return value apart into what is cached, and puts it together again.

mod alias;

use crate::policy::Sign;
use std::marker::PhantomData;

use crate::error::Error;
use crate::value::answer::{Answer, Story};

pub use super::bounds::Value;
pub use alias::{
    Asked, AskedInside, IsWhole, Kinded, Neither, Usual, UsualAnswer, UsualShape, UsualValue, whole,
};

/// An error that a function can make of a refusal.
#[diagnostic::on_unimplemented(
    message = "a strict function can refuse a call, but `{Self}` is not made from `cachekit::Error`",
    label = "this error type must be able to carry the refusal",
    note = "write `impl From<cachekit::Error> for {Self}`, or choose `mode = \"degraded\"` or `mode = \"local\"`, which never refuse"
)]
pub trait Refusal {
    /// The function's error for a call that the cache refused.
    fn refusal(error: Error) -> Self;
}

#[diagnostic::do_not_recommend]
impl<E: From<Error>> Refusal for E {
    fn refusal(error: Error) -> Self {
        error.into()
    }
}

/// A function's answer to a call that the cache refused.
///
/// # Errors
///
/// Always: the refusal, as the function's own error.
pub fn refuse<T, E: Refusal>(error: Error) -> Result<T, E> {
    Err(E::refusal(error))
}

/// A `Result`, by whatever alias it is written.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a `Result`",
    label = "this function is said to return one",
    note = "write the return type as `Result<T, E>`, or say what it is: `returns = \"value\"` caches it as a whole, `returns = \"option\"` is for an `Option`"
)]
pub trait AsResult {
    /// The type in `Ok`.
    type Ok;
    /// The type in `Err`.
    type Err;
}

impl<T, E> AsResult for Result<T, E> {
    type Ok = T;
    type Err = E;
}

/// An `Option`, by whatever alias it is written.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an `Option`",
    label = "this function is said to return one",
    note = "write the return type as `Option<T>`, or say what it is: `returns = \"value\"` caches it as a whole, `returns = \"result\"` is for a `Result` without an `Option` inside"
)]
pub trait AsOption {
    /// The type in `Some`.
    type Some;
}

impl<T> AsOption for Option<T> {
    type Some = T;
}

/// What becomes of a return value.
#[derive(Debug)]
pub enum Split<V, R> {
    /// This much of it is cached.
    Keep(V, Sign),
    /// It passes by, uncached.
    Pass(R),
}

/// A kind of return type.
///
/// Shape: `OkOnly<SomeOnly<T>, E>` is `Result<Option<T>, E>` of which `Ok(Some(T))` is cached.
pub trait Shape: 'static {
    /// The function's return type.
    type Return;
    /// What is cached.
    type Value: Value;
    /// What `detailed` returns.
    type Detailed;
    /// Chooses the errors that are cached; `()` where there are none.
    type Keep: Copy + Send + Sync;

    /// Takes a return value apart.
    fn split(returned: Self::Return, keep: Self::Keep) -> Split<Self::Value, Self::Return>;

    /// Puts a cached value back.
    fn join(value: Self::Value) -> Self::Return;

    /// Whether a value that is primed or updated counts as negative.
    fn sign(value: &Self::Value) -> Sign;

    /// Joins the story to the return value.
    fn tell(returned: Self::Return, story: Story) -> Self::Detailed;
}

/// Every value is cached.
#[derive(Debug)]
pub struct Whole<T>(PhantomData<fn() -> T>);

/// `Option<T>`, of which `Some` is cached.
#[derive(Debug)]
pub struct SomeOnly<T>(PhantomData<fn() -> T>);

/// `Option<T>`, of which `None` is cached too.
#[derive(Debug)]
pub struct SomeOrNone<T>(PhantomData<fn() -> T>);

/// `Result<S, E>`, of which what `S` keeps of an `Ok` is cached.
#[derive(Debug)]
pub struct OkOnly<S, E>(PhantomData<fn() -> (S, E)>);

/// `Result<S, E>`, of which chosen errors are cached too.
#[derive(Debug)]
pub struct OkOrErr<S, E>(PhantomData<fn() -> (S, E)>);

impl<T: Value> Shape for Whole<T> {
    type Return = T;
    type Value = T;
    type Detailed = Answer<T>;
    type Keep = ();

    fn split(returned: T, (): ()) -> Split<T, T> {
        Split::Keep(returned, Sign::Positive)
    }

    #[inline]
    fn join(value: T) -> T {
        value
    }

    fn sign(_: &T) -> Sign {
        Sign::Positive
    }

    fn tell(returned: T, story: Story) -> Answer<T> {
        story.about(returned)
    }
}

impl<T: Value> Shape for SomeOnly<T> {
    type Return = Option<T>;
    type Value = T;
    type Detailed = Answer<Option<T>>;
    type Keep = ();

    fn split(returned: Option<T>, (): ()) -> Split<T, Option<T>> {
        match returned {
            Some(value) => Split::Keep(value, Sign::Positive),
            None => Split::Pass(None),
        }
    }

    #[inline]
    fn join(value: T) -> Option<T> {
        Some(value)
    }

    fn sign(_: &T) -> Sign {
        Sign::Positive
    }

    fn tell(returned: Option<T>, story: Story) -> Self::Detailed {
        story.about(returned)
    }
}

impl<T: Value> Shape for SomeOrNone<T> {
    type Return = Option<T>;
    type Value = Option<T>;
    type Detailed = Answer<Option<T>>;
    type Keep = ();

    fn split(returned: Option<T>, (): ()) -> Split<Option<T>, Option<T>> {
        let sign = Self::sign(&returned);
        Split::Keep(returned, sign)
    }

    #[inline]
    fn join(value: Option<T>) -> Option<T> {
        value
    }

    fn sign(value: &Option<T>) -> Sign {
        if value.is_some() { Sign::Positive } else { Sign::Negative }
    }

    fn tell(returned: Option<T>, story: Story) -> Self::Detailed {
        story.about(returned)
    }
}

impl<S: Shape<Keep = ()>, E: 'static> Shape for OkOnly<S, E> {
    type Return = Result<S::Return, E>;
    type Value = S::Value;
    type Detailed = Result<Answer<S::Return>, E>;
    type Keep = ();

    fn split(returned: Self::Return, (): ()) -> Split<S::Value, Self::Return> {
        match returned.map(|ok| S::split(ok, ())) {
            Ok(Split::Keep(value, sign)) => Split::Keep(value, sign),
            Ok(Split::Pass(ok)) => Split::Pass(Ok(ok)),
            Err(error) => Split::Pass(Err(error)),
        }
    }

    #[inline]
    fn join(value: S::Value) -> Self::Return {
        Ok(S::join(value))
    }

    fn sign(value: &S::Value) -> Sign {
        S::sign(value)
    }

    fn tell(returned: Self::Return, story: Story) -> Self::Detailed {
        returned.map(|ok| story.about(ok))
    }
}

impl<S: Shape<Keep = ()>, E: Value> Shape for OkOrErr<S, E> {
    type Return = Result<S::Return, E>;
    type Value = Result<S::Value, E>;
    type Detailed = Result<Answer<S::Return>, E>;
    type Keep = fn(&E) -> bool;

    fn split(returned: Self::Return, keep: Self::Keep) -> Split<Self::Value, Self::Return> {
        match returned.map(|ok| S::split(ok, ())) {
            Ok(Split::Keep(value, sign)) => Split::Keep(Ok(value), sign),
            Ok(Split::Pass(ok)) => Split::Pass(Ok(ok)),
            Err(error) if keep(&error) => Split::Keep(Err(error), Sign::Negative),
            Err(error) => Split::Pass(Err(error)),
        }
    }

    #[inline]
    fn join(value: Self::Value) -> Self::Return {
        value.map(S::join)
    }

    fn sign(value: &Self::Value) -> Sign {
        value.as_ref().map_or(Sign::Negative, S::sign)
    }

    fn tell(returned: Self::Return, story: Story) -> Self::Detailed {
        returned.map(|ok| story.about(ok))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Nested = OkOnly<SomeOnly<u8>, &'static str>;
    type Everything = OkOrErr<SomeOrNone<u8>, &'static str>;

    #[test]
    fn only_ok_some_is_kept_by_default() {
        assert!(matches!(Nested::split(Ok(Some(1)), ()), Split::Keep(1, Sign::Positive)));
        assert!(matches!(Nested::split(Ok(None), ()), Split::Pass(Ok(None))));
        assert!(matches!(Nested::split(Err("e"), ()), Split::Pass(Err("e"))));
        assert_eq!(Nested::join(2), Ok(Some(2)));
    }

    #[test]
    fn what_is_asked_for_is_kept_as_negative() {
        let some: fn(&&'static str) -> bool = |error| *error == "kept";
        let split = |returned| Everything::split(returned, some);
        assert!(matches!(split(Ok(None)), Split::Keep(Ok(None), Sign::Negative)));
        assert!(matches!(split(Err("kept")), Split::Keep(Err("kept"), Sign::Negative)));
        assert!(matches!(split(Err("other")), Split::Pass(Err("other"))));
        assert_eq!(Everything::join(Err("kept")), Err("kept"));
    }
}
