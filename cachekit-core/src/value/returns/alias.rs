//! Sees through an alias: whether a return type is a `Result` or an `Option`, whatever it is called.

use std::marker::PhantomData;

use crate::value::answer::Answer;

use super::{OkOnly, SomeOnly, Whole};

/// A type that is asked what it is: an inherent constant comes before that of a trait, and is there
/// for a `Result` or an `Option` alone. The compiler looks through aliases.
#[derive(Debug)]
pub struct Asked<T>(PhantomData<fn() -> T>);

/// A type that is asked whether there is an `Option` in its `Ok`.
#[derive(Debug)]
pub struct AskedInside<T>(PhantomData<fn() -> T>);

/// What is said of every type.
pub trait Neither {
    /// The number of its kind, as [`Kinded`] takes it.
    const KIND: u8 = 0;
    /// That it is cached as a whole.
    const WHOLE: CachedWhole = CachedWhole;
}

impl<T> Neither for Asked<T> {}
impl<T> Neither for AskedInside<T> {}

impl<T> Asked<Option<T>> {
    /// An `Option`.
    pub const KIND: u8 = 1;
    /// That it is one.
    pub const WHOLE: AnOption = AnOption;
}

impl<T, E> Asked<Result<T, E>> {
    /// A `Result`.
    pub const KIND: u8 = 2;
    /// That it is one.
    pub const WHOLE: AResult = AResult;
}

impl<T, E> AskedInside<Result<Option<T>, E>> {
    /// With an `Option` inside.
    pub const KIND: u8 = 1;
}

/// A type that is neither `Result` nor `Option`.
#[derive(Debug, Clone, Copy)]
pub struct CachedWhole;

/// A type that is an `Option` by another name.
#[derive(Debug, Clone, Copy)]
pub struct AnOption;

/// A type that is a `Result` by another name.
#[derive(Debug, Clone, Copy)]
pub struct AResult;

/// What may be cached as a whole although nobody said so.
#[diagnostic::on_unimplemented(
    message = "a `Result` or an `Option` behind an alias, of which an `Err` or `None` would be cached like any value",
    label = "the attribute cannot see that this is one",
    note = "say what it is: `returns = \"result\"`, `\"option\"` or `\"result_option\"`; or `returns = \"value\"` to cache all of it"
)]
pub trait IsWhole {}
impl IsWhole for CachedWhole {}

/// Nothing, of what may be cached as a whole.
pub const fn whole<T: IsWhole>(_: &T) {}

/// A return type of this kind: 0 a value, 1 an `Option`, 2 a `Result`, 3 a `Result` of an `Option`.
#[derive(Debug)]
pub struct Kinded<T, const KIND: u8>(PhantomData<fn() -> T>);

/// What is cached of a return type by default.
pub trait Usual {
    /// Its [`Shape`](super::Shape).
    type Shape;
    /// What is cached.
    type Value;
    /// What `detailed` returns.
    type Detailed;
}

/// The shape of a return type of this kind.
pub type UsualShape<T, const KIND: u8> = <Kinded<T, KIND> as Usual>::Shape;

/// What is cached of it.
pub type UsualValue<T, const KIND: u8> = <Kinded<T, KIND> as Usual>::Value;

/// It, with the story of where it came from.
pub type UsualAnswer<T, const KIND: u8> = <Kinded<T, KIND> as Usual>::Detailed;

impl<T> Usual for Kinded<T, 0> {
    type Shape = Whole<T>;
    type Value = T;
    type Detailed = Answer<T>;
}

impl<T> Usual for Kinded<Option<T>, 1> {
    type Shape = SomeOnly<T>;
    type Value = T;
    type Detailed = Answer<Option<T>>;
}

impl<T, E> Usual for Kinded<Result<T, E>, 2> {
    type Shape = OkOnly<Whole<T>, E>;
    type Value = T;
    type Detailed = Result<Answer<T>, E>;
}

impl<T, E> Usual for Kinded<Result<Option<T>, E>, 3> {
    type Shape = OkOnly<SomeOnly<T>, E>;
    type Value = T;
    type Detailed = Result<Answer<Option<T>>, E>;
}

/// The number of a return type's kind.
#[doc(hidden)]
#[macro_export]
macro_rules! __kind {
    ($returned:ty) => {{
        use $crate::private::Neither as _;
        // So that nobody's lint says that what is in scope is not used.
        $crate::private::Asked::<()>::KIND
            + $crate::private::Asked::<$returned>::KIND
            + $crate::private::AskedInside::<$returned>::KIND
    }};
}

/// Refuses a type that is a `Result` or an `Option` by another name.
#[doc(hidden)]
#[macro_export]
macro_rules! __whole {
    ($returned:ty) => {{
        use $crate::private::Neither as _;
        $crate::private::whole(&$crate::private::Asked::<()>::WHOLE);
        $crate::private::whole(&$crate::private::Asked::<$returned>::WHOLE)
    }};
}
