//! Fingerprint: the names and types that a stored value's bytes depend on, as sixty-four bits.

mod standard;

use std::any::type_name;

/// A type whose stored form is known by the names and types of its parts.
///
/// A function with L2 stores values beside the fingerprint of their type: a reordered field, a
/// renamed variant or a widened integer gives another fingerprint, so that two deployed versions
/// never read each other's bytes. Derive it with `#[derive(cachekit::Fingerprint)]`, or state
/// `version = n` on the function instead and change `n` by hand.
///
/// ```
/// use cachekit::fingerprint::{Fingerprint, Outline};
///
/// struct Point { x: f64, y: f64 }
///
/// // What the derive writes:
/// impl Fingerprint for Point {
///     fn outline(to: &mut Outline) {
///         to.record::<Self>("Point", |to| {
///             to.part::<f64>("x");
///             to.part::<f64>("y");
///         });
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "the stored form of `{Self}` is not known",
    label = "this value goes to L2",
    note = "write `#[derive(cachekit::Fingerprint)]` on the type, or state `version = 1` and change it whenever the type changes: `#[fingerprint(version = 1)]` on a field, or `version = 1` in the attribute of the function"
)]
pub trait Fingerprint {
    /// Writes the type's outline.
    fn outline(to: &mut Outline);
}

/// Collects what a fingerprint is made of.
#[derive(Debug, Default)]
pub struct Outline {
    bytes: Vec<u8>,
    /// The types being outlined, outermost first: a recursive type refers back to its place.
    open: Vec<&'static str>,
    /// Every type that was outlined, in the order of their first appearance.
    seen: Vec<&'static str>,
}

/// An outline that is longer than this many bytes refers back to whatever it has outlined before.
///
/// Types that contain one another would otherwise be outlined along every path between them, which
/// are more than can be written. A smaller outline is written out, and its fingerprint stays what it
/// was in builds that knew no reference.
const LONG: usize = 64 * 1024;

impl Outline {
    /// The outline of `T`.
    pub fn of<T: Fingerprint + ?Sized>() -> Self {
        let mut outline = Self::default();
        T::outline(&mut outline);
        outline
    }

    /// A type without parts, known by its name.
    pub fn atom(&mut self, name: &str) {
        self.mark(b'a', name);
    }

    /// A type with parts: a struct, a variant's fields, a container.
    pub fn record<T: ?Sized>(&mut self, name: &str, parts: impl FnOnce(&mut Self)) {
        if let Some(depth) = self.open.iter().rposition(|open| *open == type_name::<T>()) {
            self.mark(b'^', &depth.to_string());
            return;
        }
        match self.seen.iter().position(|seen| *seen == type_name::<T>()) {
            Some(place) if self.bytes.len() > LONG => {
                self.mark(b'=', &place.to_string());
                return;
            }
            Some(_) => {}
            None => self.seen.push(type_name::<T>()),
        }
        self.open.push(type_name::<T>());
        self.mark(b'(', name);
        parts(self);
        self.bytes.push(b')');
        self.open.pop();
    }

    /// One part of a record.
    pub fn part<T: Fingerprint + ?Sized>(&mut self, label: &str) {
        self.mark(b'.', label);
        T::outline(self);
    }

    /// A part whose type is known by a number that changes with it.
    pub fn stated(&mut self, label: &str, version: u64) {
        self.mark(b'.', label);
        self.version(version);
    }

    /// The number that changes with what a type stores beside its parts.
    pub fn version(&mut self, version: u64) {
        self.mark(b'#', &version.to_string());
    }

    /// One variant of an enum, with its fields.
    pub fn variant(&mut self, name: &str, fields: impl FnOnce(&mut Self)) {
        self.mark(b'|', name);
        fields(self);
    }

    /// The bytes collected.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn mark(&mut self, kind: u8, text: &str) {
        self.bytes.push(kind);
        self.bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
        self.bytes.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct List(#[expect(dead_code, reason = "only its type matters")] Option<Box<List>>);

    impl Fingerprint for List {
        fn outline(to: &mut Outline) {
            to.record::<Self>("List", |to| to.part::<Option<Box<Self>>>("0"));
        }
    }

    fn outline<T: Fingerprint>() -> Vec<u8> {
        Outline::of::<T>().as_bytes().to_vec()
    }

    #[test]
    fn a_recursive_type_has_an_end() {
        assert!(!outline::<List>().is_empty());
    }

    /// One of many types of which each contains all.
    struct Tangled<const N: usize>;

    impl<const N: usize> Fingerprint for Tangled<N> {
        fn outline(to: &mut Outline) {
            to.record::<Self>(&format!("Tangled {N}"), |to| {
                to.part::<Tangled<0>>("0");
                to.part::<Tangled<1>>("1");
                to.part::<Tangled<2>>("2");
                to.part::<Tangled<3>>("3");
                to.part::<Tangled<4>>("4");
                to.part::<Tangled<5>>("5");
                to.part::<Tangled<6>>("6");
                to.part::<Tangled<7>>("7");
                to.part::<Tangled<8>>("8");
                to.part::<Tangled<9>>("9");
                to.part::<Tangled<10>>("10");
                to.part::<Tangled<11>>("11");
                to.part::<Tangled<12>>("12");
                to.part::<Tangled<13>>("13");
                to.part::<Tangled<14>>("14");
                to.part::<Tangled<15>>("15");
            });
        }
    }

    /// J5: sixteen types have more paths between them than could ever be written.
    #[test]
    fn types_that_contain_one_another_have_an_end() {
        let outlines = [outline::<Tangled<0>>(), outline::<Tangled<1>>()];
        assert!(outlines.iter().all(|outline| outline.len() < 2 * LONG));
        assert_ne!(outlines[0], outlines[1]);
    }

    #[test]
    fn types_that_serialise_differently_differ() {
        let outlines = [
            outline::<u32>(),
            outline::<u64>(),
            outline::<i64>(),
            outline::<Option<u32>>(),
            outline::<Vec<u32>>(),
            outline::<(u32,)>(),
            outline::<(u32, u32)>(),
            outline::<[u32; 2]>(),
            outline::<Result<u32, u32>>(),
            outline::<String>(),
            outline::<()>(),
        ];
        for (index, one) in outlines.iter().enumerate() {
            assert!(outlines[index + 1..].iter().all(|other| other != one), "{index}");
        }
    }

    #[test]
    fn pointers_leave_no_trace_because_they_are_not_stored() {
        assert_eq!(outline::<std::sync::Arc<str>>(), outline::<String>());
        assert_eq!(outline::<Box<[u8]>>(), outline::<Vec<u8>>());
    }
}
