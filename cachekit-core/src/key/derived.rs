//! A user's own type as a key: field by field, each by its name.

use super::{Canonical, Encoder, KeyPart};

/// What can be a key in every mode: standard types, and those that derive it.
///
/// Derive it with `#[derive(cachekit::CacheKey)]`, and bind a type parameter by it that is part of
/// the key of a function with L2.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of every cache key",
    label = "this is part of a key",
    note = "write `#[derive(cachekit::CacheKey)]` on the type, or leave the field out with `#[cache_key(skip)]`"
)]
pub trait CacheKey: KeyPart + Canonical {}

#[diagnostic::do_not_recommend]
impl<T: KeyPart + Canonical + ?Sized> CacheKey for T {}

impl Encoder {
    /// Begins a struct of so many fields, which follow in the order of their names.
    pub fn record(&mut self, fields: usize) {
        self.open(Self::RECORD, fields);
    }

    /// Begins a variant of an enum; its fields follow as those of a struct.
    pub fn variant(&mut self, name: &str, fields: usize) {
        self.open(Self::VARIANT, name.len());
        self.append(name.as_bytes());
        self.record(fields);
    }

    /// One field.
    pub fn field(&mut self, name: &str, part: &(impl Canonical + ?Sized)) {
        self.label(name);
        part.encode(self);
    }
}
