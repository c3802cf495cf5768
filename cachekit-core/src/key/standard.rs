//! Standard types that are keys by way of others: sequences, results, ranges, wrappers.

use std::cmp::Ordering;
use std::collections::{LinkedList, VecDeque};
use std::hash::Hasher;
use std::marker::PhantomData;
use std::num::{Saturating, Wrapping};
use std::ops::{
    Bound, Range, RangeBounds, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive,
};

use super::{Canonical, Encoder, KeyPart};

macro_rules! sequences {
    ($($sequence:ident),*) => { $(
        impl<T: KeyPart> KeyPart for $sequence<T> {
            type Owned = Box<[T::Owned]>;

            fn hash_part<H: Hasher>(&self, state: &mut H) {
                state.write_usize(self.len());
                for part in self {
                    part.hash_part(state);
                }
            }

            fn eq_part(&self, owned: &Self::Owned) -> bool {
                let mut pairs = self.iter().zip(owned);
                self.len() == owned.len() && pairs.all(|(part, owned)| part.eq_part(owned))
            }

            fn own(&self) -> Self::Owned {
                self.iter().map(T::own).collect()
            }

            fn points_at(&self) -> usize {
                size_of::<T::Owned>() * self.len() + self.iter().map(T::points_at).sum::<usize>()
            }
        }

        impl<T: Canonical> Canonical for $sequence<T> {
            fn encode(&self, to: &mut Encoder) {
                to.sequence(self.iter());
            }
        }
    )* };
}
sequences!(VecDeque, LinkedList);

/// Keys that are looked up, owned and written as another type is.
macro_rules! made {
    ($([$($param:ident),*] [$($free:tt)*] $part:ty => $owned:ty, |$value:ident| $as:expr;)*) => { $(
        impl<$($param: $crate::key::KeyPart,)* $($free)*> $crate::key::KeyPart for $part {
            type Owned = <$owned as $crate::key::KeyPart>::Owned;

            #[inline]
            fn hash_part<HASHER: ::std::hash::Hasher>(&self, state: &mut HASHER) {
                let $value = self;
                $crate::key::KeyPart::hash_part(&$as, state);
            }

            #[inline]
            fn eq_part(&self, owned: &Self::Owned) -> bool {
                let $value = self;
                $crate::key::KeyPart::eq_part(&$as, owned)
            }

            #[inline]
            fn own(&self) -> Self::Owned {
                let $value = self;
                $crate::key::KeyPart::own(&$as)
            }

            #[inline]
            fn points_at(&self) -> usize {
                let $value = self;
                $crate::key::KeyPart::points_at(&$as)
            }
        }

        impl<$($param: $crate::key::Canonical,)* $($free)*> $crate::key::Canonical for $part {
            fn encode(&self, to: &mut $crate::key::Encoder) {
                let $value = self;
                $crate::key::Canonical::encode(&$as, to);
            }
        }
    )* };
}
pub(crate) use made;

self::made! {
    [T] [] Bound<T> => (u8, Option<T>), |bound| match bound {
        Bound::Included(end) => (0_u8, Some(end)),
        Bound::Excluded(end) => (1_u8, Some(end)),
        Bound::Unbounded => (2_u8, None),
    };
    [T, E] [] Result<T, E> => (Option<T>, Option<E>), |result| match result {
        Ok(value) => (Some(value), None),
        Err(error) => (None, Some(error)),
    };
    [T] [] Wrapping<T> => T, |number| number.0;
    [T] [] Saturating<T> => T, |number| number.0;
    [] [T: ?Sized] PhantomData<T> => (), |_mark| ();
    [] [] RangeFull => (), |_range| ();
    [] [] Ordering => i8, |order| (*order as i8);
}

macro_rules! ranges {
    ($($range:ident),*) => { $(
        self::made! {
            // Both ends. That an inclusive range was iterated to its end shows there, as in `==`.
            [T] [] $range<T> => (Bound<T>, Bound<T>), |range| {
                (RangeBounds::<T>::start_bound(range), RangeBounds::<T>::end_bound(range))
            };
        }
    )* };
}
ranges!(Range, RangeInclusive, RangeFrom, RangeTo, RangeToInclusive);
