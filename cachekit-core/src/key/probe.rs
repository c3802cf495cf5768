//! Chooses how an argument enters the key: structurally where we know its type, by its own `Hash` and `Eq` elsewhere.

use std::hash::{Hash, Hasher};

use super::{KeyPart, Stored};

/// A type of the user's, compared by its own `Eq`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a cache key",
    label = "this argument is part of the key",
    note = "an argument needs `Hash + Eq + Clone + Send + Sync + 'static` to be a key; or choose one with `key = ..`, or leave it out with `skip(..)`"
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
}

/// Where method lookup decides: `(&&&&&Probe(&argument)).part()`.
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
            fn part(&self) -> Self::Part;
        }

        impl<'a, $($generics)*> $tier<'a> for $on {
            type Part = $part;

            #[inline]
            fn part(&self) -> $part {
                let $inner = self.0;
                $make
            }
        }
    )* };
}
tiers! {
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
        #[allow(unused_imports, reason = "method lookup needs one of the five")]
        use $crate::private::{
            ViaOpt as _, ViaPart as _, ViaPlain as _, ViaRef as _, ViaSlice as _,
        };
        (&&&&&$crate::private::Probe(&$argument)).part()
    }};
}
