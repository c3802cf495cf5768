//! What generated code may name; nothing here is stable, and nobody else should name it.

pub use crate::__part as part;
pub use crate::__share as share;
#[cfg(feature = "l2")]
pub use crate::__wired as wired;
pub use crate::companion::{
    invalidate, invalidate_all, invalidate_tenant, peek, prime, update, wait,
};
pub use crate::constant::{consts, count, life};
pub use crate::door::{Door, Local, Miss, Tier, Wired, hit, hit_told, refresh};
pub use crate::drive::Facts;
pub use crate::fingerprint::{Fingerprint, Outline};
pub use crate::key::{
    Args, Canonical, Encoder, KeyPart, Plain, PlainKey, PlainOpt, PlainSlice, Probe, ViaOpt,
    ViaPart, ViaPlain, ViaRef, ViaSlice,
};
pub use crate::policy::{L1Use, L2Use, OnStoreError, Policy};
pub use crate::shape::{
    AsOption, AsResult, OkOnly, OkOrErr, Refusal, Shape, SomeOnly, SomeOrNone, Whole,
};
pub use crate::share::{Share, Shared, Sharing, Unshared};
pub use crate::site::{Function, Site, Spec};
pub use crate::store::Types;
pub use crate::tenant::{Nobody, Of, Tenant};

#[cfg(feature = "bincode")]
pub use crate::codec::serial::Bincode;
#[cfg(feature = "msgpack")]
pub use crate::codec::serial::Msgpack;
#[cfg(feature = "postcard")]
pub use crate::codec::serial::Postcard;
#[cfg(feature = "l2")]
pub use crate::companion::key;
#[cfg(feature = "l2")]
pub use crate::wiring::{
    AsRaw, AsSerde, Asking, Form, IsEqual, IsNotEqual, IsNotOutlined, IsNotRaw, IsOutlined, IsRaw,
    outline,
};

/// Holds a part to its bound where it is written, so that the compiler's message points there.
#[inline]
pub fn key_part<K: KeyPart>(part: K) -> K {
    part
}

/// Holds a tenant to its bound where it is written.
#[inline]
pub fn tenant<T: Tenant + ?Sized>(tenant: &T) -> Of<'_, T> {
    Of(tenant)
}

/// Outlines a part where it is written.
pub fn part<T: Fingerprint + ?Sized>(to: &mut Outline, label: &str) {
    to.part::<T>(label);
}
