//! LZ4 blocks with an output bound; the only importer of `lz4_flex`.

use super::Undecodable;

/// Below this, a block saves less than its own overhead is worth.
const LEAST_BYTES: usize = 1024;

/// A block is kept only if it has at most this share of the original, in percent: decompressing
/// costs every reader, and saves nothing below this.
const MOST_PERCENT: usize = 90;

/// LZ4 stores at most this many bytes in one (a match of 255 bytes a length byte), give or take
/// the first literals.
const MOST_RATIO: usize = 255;
const SLACK_BYTES: usize = 64;

/// The payload as a block, if it is worth it.
pub(crate) fn shrink(payload: &[u8]) -> Option<Vec<u8>> {
    if payload.len() < LEAST_BYTES {
        return None;
    }
    let block = lz4_flex::block::compress(payload);
    (block.len() <= payload.len() / 100 * MOST_PERCENT).then_some(block)
}

/// The original of a block, which must have exactly `len` bytes.
///
/// Nothing is allocated for a length that no block of this size can have.
pub(crate) fn expand(block: &[u8], len: usize) -> Result<Vec<u8>, Undecodable> {
    if len > block.len().saturating_mul(MOST_RATIO).saturating_add(SLACK_BYTES) {
        return Err(Undecodable::Length);
    }
    let mut payload = Vec::new();
    payload.try_reserve_exact(len).map_err(|_ignored| Undecodable::Length)?;
    payload.resize(len, 0);
    match lz4_flex::block::decompress_into(block, &mut payload) {
        Ok(written) if written == len => Ok(payload),
        _ => Err(Undecodable::Decompress),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_shrinks_and_comes_back() {
        let text = "the quick brown fox ".repeat(100).into_bytes();
        let block = shrink(&text).expect("it repeats itself");
        assert!(block.len() < text.len() / 2);
        assert_eq!(expand(&block, text.len()), Ok(text));
    }

    #[test]
    fn what_is_short_or_random_stays_as_it_is() {
        assert_eq!(shrink(&[7; LEAST_BYTES - 1]), None);
        let mut state = 1_u64;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        })
        .take(4096)
        .collect();
        assert_eq!(shrink(&noise), None);
    }

    /// J3.
    #[test]
    fn a_block_that_claims_more_than_it_can_hold_allocates_nothing() {
        assert_eq!(expand(&[0; 64], 4 << 30), Err(Undecodable::Length));
    }

    #[test]
    fn another_length_than_the_block_has_is_refused() {
        let text = vec![9; 2000];
        let block = shrink(&text).expect("it repeats itself");
        assert!(expand(&block, 1999).is_err() && expand(&block, 2001).is_err());
    }
}
