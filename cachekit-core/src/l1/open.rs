//! Opens entries of an encoded L1, and judges what is no value, here and for whoever reads L2.

use crate::codec::{Decoded, Expected, Live, Remedy, Undecodable, WireFormat};
use crate::observe::stats::Counts;

/// What metrics call an encoded L1.
const OWN: &str = "l1";

/// Opens an encoded L1 entry; `None` if it is no value any more, which the caller removes.
pub(super) fn open<V>(
    wire: &dyn WireFormat<V>,
    bytes: &[u8],
    expected: &Expected<'_>,
    function: &str,
    counts: &Counts,
) -> Option<Live<V>> {
    match wire.decode(bytes, expected) {
        Ok(Decoded::Live(live)) => Some(live),
        Ok(Decoded::Expired) => None,
        Err(why) => {
            // The entry is this process's own, so it goes whatever the remedy is for others' bytes.
            judge(why, OWN, function, counts);
            counts.outcomes.add("removed");
            None
        }
    }
}

/// Counts what is no value, once, and says what becomes of it.
pub(crate) fn judge(
    why: Undecodable,
    tier: &'static str,
    function: &str,
    counts: &Counts,
) -> Remedy {
    counts.rejected.add((tier, why.reason()));
    let remedy = why.remedy();
    if remedy == Remedy::Leave && tier != OWN {
        counts.outcomes.add("foreign");
    }
    #[cfg(feature = "tracing")]
    crate::observe::trace::rejected(function, tier, &why.to_string());
    #[cfg(not(feature = "tracing"))]
    let _ = function;
    remedy
}
