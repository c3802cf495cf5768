//! Chooses how an argument enters the key: structurally where we know its type, by its own `Hash` and `Eq` elsewhere.

use std::hash::{Hash, Hasher};

use super::{Canonical, Encoder, KeyPart, Stored, fed};

/// A type of the user's, compared by its own `Eq`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a cache key",
    label = "this is part of the key, and it is not `Hash + Eq + Clone + Send + Sync + 'static`",
    note = "what does not change the answer, as a pool or a connection, is left out: `skip(db)`, or `#[cache_key(skip)]` on a field",
    note = "what does is told apart: derive `cachekit::CacheKey` on the type, or `Clone, PartialEq, Eq, Hash`; or add these bounds to a type parameter; or write the key yourself, `key = user.id`"
)]
pub trait PlainKey: Stored + Hash {}

#[diagnostic::do_not_recommend]
impl<T: Stored + Hash> PlainKey for T {}

/// An argument of a user's type.
#[derive(Debug)]
pub struct Plain<'a, T: ?Sized>(&'a T);

impl<T: PlainKey> KeyPart for Plain<'_, T> {
    type Owned = T;

    #[inline]
    fn hash_part<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }

    #[inline]
    fn eq_part(&self, owned: &T) -> bool {
        self.0 == owned
    }

    fn own(&self) -> T {
        self.0.clone()
    }
}

// What the compiler misses is then the user's own type's, not that of a wrapper of ours.
macro_rules! canonical {
    ($([$($generics:tt)*] $plain:ty),*) => { $(
        impl<$($generics)*> Canonical for $plain {
            fn encode(&self, to: &mut Encoder) {
                self.0.encode(to);
            }
        }
    )* };
}
canonical!(
    [T: Canonical + ?Sized] Plain<'_, T>,
    [T: Canonical] PlainOpt<'_, T>,
    [T: Canonical] PlainSlice<'_, T>
);

/// An optional reference to a user's type.
#[derive(Debug)]
pub struct PlainOpt<'a, T>(Option<&'a T>);

impl<T: PlainKey> KeyPart for PlainOpt<'_, T> {
    type Owned = Option<T>;

    #[inline]
    fn hash_part<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }

    #[inline]
    fn eq_part(&self, owned: &Self::Owned) -> bool {
        self.0 == owned.as_ref()
    }

    fn own(&self) -> Self::Owned {
        self.0.cloned()
    }
}

/// A slice of a user's type.
#[derive(Debug)]
pub struct PlainSlice<'a, T>(&'a [T]);

impl<T: PlainKey> KeyPart for PlainSlice<'_, T> {
    type Owned = Box<[T]>;

    #[inline]
    fn hash_part<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }

    #[inline]
    fn eq_part(&self, owned: &Self::Owned) -> bool {
        *self.0 == **owned
    }

    fn own(&self) -> Self::Owned {
        self.0.into()
    }

    fn points_at(&self) -> usize {
        size_of_val(self.0) + self.0.iter().map(fed::by).sum::<usize>()
    }
}

/// A part that is no larger than a pointer to it.
pub trait Scalar: KeyPart + Copy {}

macro_rules! scalars {
    ($($scalar:ty),*) => { $( impl Scalar for $scalar {} )* };
}
scalars!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize, bool, char, f32, f64);

/// Where method lookup decides: `(&&&&&&Probe(&argument)).cachekit_part()`. The name is long so that
/// no trait of the user's has a method of it.
///
/// Each reference peeled off is one tier tried and found wanting. The last tier is
/// unconditional, so that a type which fits none fails at the bound [`KeyPart`], whose message
/// names the fix, and not inside method lookup, whose message would not.
#[derive(Debug)]
pub struct Probe<'a, T: ?Sized>(pub &'a T);

macro_rules! tiers {
    ($($(#[$doc:meta])* $tier:ident [$($generics:tt)*] $on:ty => $part:ty, |$inner:ident| $make:expr;)*) => { $(
        $(#[$doc])*
        pub trait $tier<'a> {
            /// What enters the key.
            type Part;

            /// The argument as a part of the key.
            fn cachekit_part(&self) -> Self::Part;
        }

        impl<'a, $($generics)*> $tier<'a> for $on {
            type Part = $part;

            #[inline]
            fn cachekit_part(&self) -> $part {
                let $inner = self.0;
                $make
            }
        }
    )* };
}
tiers! {
    /// A number, or another scalar: by value, so that a hit follows one pointer less.
    ViaScalar [T: Scalar] &&&&&Probe<'a, T> => T, |part| *part;
    /// A type we know.
    ViaPart [T: KeyPart + ?Sized] &&&&Probe<'a, T> => &'a T, |part| part;
    /// A reference to a user's type.
    ViaRef [T: 'a] &&&Probe<'a, &'a T> => Plain<'a, T>, |part| Plain(*part);
    /// A slice of a user's type.
    ViaSlice [T: 'a] &&Probe<'a, &'a [T]> => PlainSlice<'a, T>, |part| PlainSlice(part);
    /// An optional reference to a user's type.
    ViaOpt [T: 'a] &Probe<'a, Option<&'a T>> => PlainOpt<'a, T>, |part| PlainOpt(*part);
    /// Anything else.
    ViaPlain [T: ?Sized] Probe<'a, T> => Plain<'a, T>, |part| Plain(part);
}

/// One argument as a part of the key.
#[doc(hidden)]
#[macro_export]
macro_rules! __part {
    ($argument:expr) => {{
        use $crate::private::{
            ViaOpt as _, ViaPart as _, ViaPlain as _, ViaRef as _, ViaScalar as _, ViaSlice as _,
        };
        (&&&&&&$crate::private::Probe(&$argument)).cachekit_part()
    }};
}
