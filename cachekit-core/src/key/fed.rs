//! The size of a key of a user's own type, as far as its `Hash` tells.

use std::hash::{Hash, Hasher};

use super::KeyPart;

/// The bytes that a part feeds to its hash beyond those that its owned form is: what that points at,
/// of a type of which nothing else is known.
pub(super) fn to<P: KeyPart + ?Sized>(part: &P) -> usize {
    let mut fed = Fed(0);
    part.hash_part(&mut fed);
    fed.0.saturating_sub(size_of::<P::Owned>())
}

/// The same of a value that is kept as it is.
pub(super) fn by<T: Hash>(value: &T) -> usize {
    let mut fed = Fed(0);
    value.hash(&mut fed);
    fed.0.saturating_sub(size_of::<T>())
}

/// Counts the bytes that it is fed.
struct Fed(usize);

impl Hasher for Fed {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = self.0.saturating_add(bytes.len());
    }

    fn finish(&self) -> u64 {
        self.0 as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_type_points_at_is_known_by_what_it_hashes() {
        #[derive(Hash)]
        struct Wide {
            id: u64,
            names: Vec<String>,
        }
        assert_eq!(by(&7_u64), 0);
        assert_eq!(by(&Wide { id: 1, names: Vec::new() }), 0);
        let names = vec!["x".repeat(1_000); 3];
        assert!((2_900..=3_100).contains(&by(&Wide { id: 1, names })));
    }
}
