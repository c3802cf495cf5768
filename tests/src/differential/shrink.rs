//! The fewest steps that still show what went wrong.

use super::stand::{Rigour, Stand, Trouble};
use super::step::Sequence;

/// Drops steps for as long as the tiers still differ; answers with what is left, and how they do.
pub(super) fn shrink(
    stand: &mut Stand,
    sequence: &Sequence,
    at: usize,
    what: String,
) -> (Sequence, String) {
    let mut left = Sequence { steps: sequence.steps[..=at].to_vec(), ..sequence.clone() };
    let mut last = what;
    let mut piece = left.steps.len() / 2;
    while piece > 0 {
        let mut from = 0;
        while from < left.steps.len() {
            let mut fewer = left.clone();
            fewer.steps.drain(from..(from + piece).min(left.steps.len()));
            match stand.take(&fewer, Rigour::Fair) {
                Err(Trouble::Mismatch(at, what)) => {
                    fewer.steps.truncate(at + 1);
                    (left, last) = (fewer, what);
                }
                Ok(_) | Err(Trouble::Slow) => from += piece,
            }
        }
        piece /= 2;
    }
    (left, last)
}
