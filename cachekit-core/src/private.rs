//! The names that generated code may use; nothing here is stable, and nobody else should use it.

#[cfg(feature = "bincode")]
mod envelopes;

#[cfg(feature = "bincode")]
pub use envelopes::Envelopes;

pub use crate::__kind as kind;
pub use crate::__part as part;
pub use crate::__share as share;
pub use crate::__whole as whole_or_refused;
pub use crate::__wiring as wiring;
pub use crate::call::drive::Facts;
pub use crate::function::at::key;
pub use crate::function::companion::{invalidate_all, invalidate_tenant};
pub use crate::function::constants::{consts, count, life, share as portion};
pub use crate::function::handle::{
    Again, Ask, Detailed, Ending, Frame, Handle, Itself, Lazily, Local, Made, Missed, Returned,
    Running, Tail, Tells, Tier, Warmth, Wired, lazily, opaque, run, warm_each,
};
pub use crate::function::named::Function;
pub use crate::function::site::Site;
pub use crate::function::store::Types;
pub use crate::key::tenant::{Nobody, Of, Tenant};
pub use crate::key::{
    Args, CacheKey, Canonical, Encoder, KeyPart, Plain, PlainKey, PlainOpt, PlainSlice, Probe,
    Scalar, ViaOpt, ViaPart, ViaPlain, ViaRef, ViaScalar, ViaSlice,
};
pub use crate::l1::per_value::PerValue;
pub use crate::policy::{L1Use, L2Use, OnStoreError, OnTamper, Policy, Protection};
pub use crate::runtime::registered::Spec;
pub use crate::value::fingerprint::{Fingerprint, Outline};
pub use crate::value::follower_copy::{Share, Shared, Sharing, Unshared};
pub use crate::value::returns::{
    AsOption, AsResult, Asked, AskedInside, IsWhole, Kinded, Neither, OkOnly, OkOrErr, Refusal,
    Shape, SomeOnly, SomeOrNone, Usual, UsualAnswer, UsualShape, UsualValue, Value, Whole, refuse,
    whole,
};

#[cfg(feature = "bincode")]
pub use crate::codec::serial::Bincode;
#[cfg(feature = "msgpack")]
pub use crate::codec::serial::Msgpack;
#[cfg(feature = "postcard")]
pub use crate::codec::serial::Postcard;
#[cfg(feature = "l2")]
pub use crate::codec::serial::{Budget, Codec, Excess};
#[cfg(feature = "l2")]
pub use crate::function::encoding::{
    AsRaw, AsSerde, Asking, Form, IsEqual, IsNotEqual, IsNotOutlined, IsNotRaw, IsOutlined, IsRaw,
    Serde, Wiring, outline,
};

/// Outlines a part where it is written.
pub fn part<T: Fingerprint + ?Sized>(to: &mut Outline, label: &str) {
    to.part::<T>(label);
}
