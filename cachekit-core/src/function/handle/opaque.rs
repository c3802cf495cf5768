//! A handle behind which the kind of return type is hidden.

use crate::function::handle::Handle;
use crate::value::returns::Shape;

/// A handle known by what it does alone.
///
/// A return type that cannot be cached is then reported where the handle is made, once, and not
/// again wherever it is used. A function of its own has the handle as a return type that says so;
/// one that makes it in its body says it with this.
#[inline]
#[expect(opaque_hidden_inferred_bound, reason = "the handle's maker has met the bounds of `V`")]
pub fn opaque<R, V, D, S, T, G>(
    handle: Handle<S, T, G>,
) -> Handle<impl Shape<Return = R, Value = V, Detailed = D>, T, G>
where
    S: Shape<Return = R, Value = V, Detailed = D>,
    G: ?Sized + 'static,
{
    handle
}
