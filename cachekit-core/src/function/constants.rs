//! Constants that an attribute writes as expressions, checked by the compiler; const parameters as types.

use std::time::Duration;

use crate::policy::LONGEST;

/// A life from a const expression.
///
/// # Panics
///
/// While compiling, if nothing would be kept, or kept for longer than every tier can express.
pub const fn life(life: Duration) -> Duration {
    assert!(
        life.as_millis() > 0,
        "this length of time is under a millisecond: nothing would be kept"
    );
    assert!(
        life.as_secs() <= LONGEST.as_secs(),
        "this length of time is longer than ten years, the most there is"
    );
    life
}

/// A bound from a const expression.
///
/// # Panics
///
/// While compiling, if it is zero.
pub const fn count(count: usize) -> usize {
    assert!(count > 0, "a bound of zero would keep nothing");
    count
}

/// A share of a whole from a const expression.
///
/// # Panics
///
/// While compiling, unless it is above 0 and below 1.
pub const fn share(share: f64) -> f64 {
    assert!(share > 0.0 && share < 1.0, "this is a share: more than 0 and less than 1");
    share
}

/// Const parameters as types, under the names of their own types.
pub mod consts {
    macro_rules! consts {
        ($($ty:ident),*) => { $(
            #[doc = concat!("A const parameter of type `", stringify!($ty), "`.")]
            #[allow(non_camel_case_types, reason = "it stands where the type's own name stands")]
            #[derive(Debug)]
            pub struct $ty<const N: ::core::primitive::$ty>;
        )* };
    }
    consts!(bool, char, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);
}
