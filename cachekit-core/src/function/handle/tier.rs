//! Tells the compiler whether a function's values leave the process as bytes.

use std::pin::Pin;

use crate::call::{Uncached, drive};
use crate::function::handle::Tells;
use crate::function::handle::miss::{Rest, Waiting};
use crate::function::site::Site;
use crate::key::digest::Digest;
use crate::key::tenant::Owner;
use crate::key::{Canonical, Stored};
use crate::l1::table::{MakeSealed, sealed};
use crate::value::returns::{Shape, Value};

/// Values never leave the process as bytes.
#[derive(Debug)]
pub struct Local;

/// Values are stored as bytes, in L2 or in an encoded L1.
#[derive(Debug)]
pub struct Wired;

/// Whether a key of type `K` must have a digest.
pub trait Tier<K: ?Sized>: Tail {
    #[doc(hidden)]
    fn digest(site: &Site, generics: &str, parts: &K) -> Option<Asked>;
}

/// A digest, out of sight.
#[derive(Debug)]
pub struct Asked(pub(crate) Digest);

impl<K: ?Sized> Tier<K> for Local {
    #[inline]
    fn digest(_: &Site, _: &str, _: &K) -> Option<Asked> {
        None
    }
}

#[cfg(feature = "l2")]
impl<K: Canonical> Tier<K> for Wired {
    fn digest(site: &Site, generics: &str, parts: &K) -> Option<Asked> {
        Some(Asked(Digest::key(site.spec().identity, generics, parts)))
    }
}

#[cfg(not(feature = "l2"))]
impl<K: Canonical> Tier<K> for Wired {
    fn digest(_: &Site, _: &str, _: &K) -> Option<Asked> {
        None
    }
}

/// What a function has the code of: what its calls wait for, what they hold meanwhile, sealed entries.
///
/// One without L2 has none of the code that asks one, and no filler to take back, so that its
/// future can cross threads although its error cannot.
pub trait Tail: 'static {
    #[doc(hidden)]
    #[expect(private_interfaces, reason = "generated code names the trait's types alone")]
    fn seal<O: Stored + Owner>() -> Option<MakeSealed<O>>;
    #[doc(hidden)]
    type Held<R>: Unpin;
    #[doc(hidden)]
    fn hold<R>(returned: R) -> Self::Held<R>;
    #[doc(hidden)]
    fn give<R>(held: Self::Held<R>) -> R;
    #[doc(hidden)]
    #[expect(private_interfaces, reason = "generated code names the trait's types alone")]
    fn wait<O: Stored + Owner, S: Shape, A: Tells<S>>(
        rest: Box<Rest<O, S, Self, A>>,
    ) -> Boxed<Waiting<S::Return, A::Out>>
    where
        Self: Sized;
    #[doc(hidden)]
    #[expect(private_interfaces, reason = "generated code names the trait's types alone")]
    fn settle<O: Stored, V: Value>(last: Box<Uncached<'static, O, V>>) -> Boxed<()>;
}

/// What is awaited is boxed: most calls await nothing.
pub(crate) type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

#[expect(private_interfaces, reason = "generated code names the trait's types alone")]
impl Tail for Local {
    type Held<R> = Never;

    fn seal<O: Stored + Owner>() -> Option<MakeSealed<O>> {
        None
    }

    fn hold<R>(_: R) -> Never {
        unreachable!("a function without L2 registers no filler")
    }

    fn give<R>(held: Never) -> R {
        match held {}
    }

    fn wait<O: Stored + Owner, S: Shape, A: Tells<S>>(
        mut rest: Box<Rest<O, S, Self, A>>,
    ) -> Boxed<Waiting<S::Return, A::Out>> {
        Box::pin(async move {
            drive::wait_here(&mut rest.call).await;
            rest as Waiting<_, _>
        })
    }

    fn settle<O: Stored, V: Value>(_: Box<Uncached<'static, O, V>>) -> Boxed<()> {
        unreachable!("a function without L2 registers no filler")
    }
}

#[expect(private_interfaces, reason = "generated code names the trait's types alone")]
impl Tail for Wired {
    /// In a box, so that who holds it can be moved.
    type Held<R> = Box<R>;

    fn seal<O: Stored + Owner>() -> Option<MakeSealed<O>> {
        Some(sealed)
    }

    fn hold<R>(returned: R) -> Box<R> {
        Box::new(returned)
    }

    fn give<R>(held: Box<R>) -> R {
        *held
    }

    fn wait<O: Stored + Owner, S: Shape, A: Tells<S>>(
        mut rest: Box<Rest<O, S, Self, A>>,
    ) -> Boxed<Waiting<S::Return, A::Out>> {
        Box::pin(async move {
            drive::wait(&mut rest.call).await;
            rest as Waiting<_, _>
        })
    }

    fn settle<O: Stored, V: Value>(last: Box<Uncached<'static, O, V>>) -> Boxed<()> {
        Box::pin(last.settle())
    }
}

/// Nothing can be one.
#[derive(Debug)]
pub enum Never {}
