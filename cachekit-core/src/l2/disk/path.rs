//! Where things lie in the directory: paths made of our own names and digits, and never of a key's text.
//!
//! ```text
//!   <dir>/v1/<namespace>.<8 hex>/<function>/<tenant | ->/<2 hex>/<64 hex>.<16 hex>   a value
//!                                                                <64 hex>~<32 hex>   a filler
//!   <dir>/v1/trash/<32 hex>       what was invalidated as a whole, until it is deleted
//!   <dir>/v1/locks/<1 hex>        locks of the sixteen parts that digests fall into
//!   <dir>/v1/probe~<32 hex>       written and removed to see whether that can be done
//!   <dir>/v1/locks/janitor        held by the process that cleans up
//! ```

use crate::l2::keys;
use crate::l2::{Fault, Place};

use super::files::{At, Root};

/// The version of the layout. Another version's directory is neither read nor cleaned.
pub(super) const FORMAT: &str = "v1";
pub(super) const TRASH: &str = "trash";
pub(super) const LOCKS: &str = "locks";

const PROBE: &str = "probe~";

/// The directory of entries without a tenant. No tenant's digest reads like it.
const NOBODY: &str = "-";

/// Hexadecimal digits of a digest, a version, a filler's token and a tenant's digest.
const DIGEST: usize = 64;
const VERSION: usize = 16;
const TOKEN: usize = 32;

/// Where an entry lies.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    /// The directory of the function and tenant, below the format's.
    pub(super) home: String,
    digest: String,
    version: String,
}

/// What a file's name says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named<'a> {
    Value { digest: &'a str, version: &'a str },
    Filler { digest: &'a str },
}

impl Spot {
    /// Where a place's entry lies.
    ///
    /// # Errors
    ///
    /// If the place was not named by this library.
    pub(super) fn of(place: &Place) -> Result<Self, Fault> {
        let strange = || Fault::protocol("a place with other names than ours");
        let parts = keys::parts(&place.entry).ok_or_else(strange)?;
        let tenant = match &place.tenant_generation {
            None => None,
            Some(key) => Some(keys::parts(key).and_then(|parts| parts.last).ok_or_else(strange)?),
        };
        let digest = parts.last.filter(|digest| is_hex(digest, DIGEST)).ok_or_else(strange)?;
        if !is_hex(&place.version, VERSION) {
            return Err(strange());
        }
        let home = home(&parts, Some(tenant.unwrap_or(NOBODY)));
        Ok(Self { home, digest: digest.to_owned(), version: place.version.clone() })
    }

    /// The entry whose value a file is.
    pub(super) fn named(home: &str, digest: &str, version: &str) -> Self {
        let (digest, version) = (digest.to_owned(), version.to_owned());
        Self { home: home.to_owned(), digest, version }
    }

    pub(super) fn digest(&self) -> &str {
        &self.digest
    }

    pub(super) fn version(&self) -> &str {
        &self.version
    }

    /// The directory that the entry's files are in.
    pub(super) fn folder(&self, root: &Root) -> At {
        root.join(&self.home).join(&self.digest[..2])
    }

    pub(super) fn value(&self, root: &Root) -> At {
        self.file(root, '.', &self.version)
    }

    /// The file that a fill is written into before it gets the value's name.
    pub(super) fn filler(&self, root: &Root, token: &str) -> At {
        self.file(root, '~', token)
    }

    fn file(&self, root: &Root, mark: char, end: &str) -> At {
        let mut name = String::with_capacity(DIGEST + 1 + end.len());
        name.push_str(&self.digest);
        name.push(mark);
        name.push_str(end);
        self.folder(root).join(name)
    }

    /// The lock that changes of the entry take.
    pub(super) fn part(&self) -> usize {
        // A digit that is none was refused when the spot was made.
        usize::from_str_radix(&self.digest[1..2], 16).unwrap_or(0)
    }
}

impl<'a> Named<'a> {
    /// What a name is, if it is one of ours.
    pub(super) fn read(name: &'a str) -> Option<Self> {
        let (digest, rest) = name.split_at_checked(DIGEST)?;
        let (mark, end) = rest.split_at_checked(1)?;
        match mark {
            _ if !is_hex(digest, DIGEST) => None,
            "." if is_hex(end, VERSION) => Some(Self::Value { digest, version: end }),
            "~" if is_hex(end, TOKEN) => Some(Self::Filler { digest }),
            _ => None,
        }
    }

    pub(super) fn digest(self) -> &'a str {
        match self {
            Self::Value { digest, .. } | Self::Filler { digest } => digest,
        }
    }
}

/// The directory of a generation: a function's, or a tenant's of it; below the format's.
///
/// # Errors
///
/// If the key is none of ours.
pub(super) fn generation(key: &str) -> Result<String, Fault> {
    let parts = keys::parts(key).ok_or(Fault::protocol("a generation with another name"))?;
    Ok(home(&parts, parts.last))
}

/// The namespace's hash tells apart what a file system that ignores case would merge, and keeps a
/// namespace called `..` from leading anywhere.
fn home(parts: &keys::Parts<'_>, last: Option<&str>) -> String {
    let hash = keys::hash(parts.namespace);
    let mut home = format!("{}.{hash}/{}", parts.namespace, parts.function);
    if let Some(last) = last {
        home.push('/');
        home.push_str(last);
    }
    home
}

/// Whether a directory below the format's may be a namespace's.
pub(super) fn is_namespace(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, hash)| is_hex(hash, 8))
}

/// Whether a directory below a function's may be a tenant's, or nobody's.
pub(super) fn is_tenant(name: &str) -> bool {
    name == NOBODY || is_hex(name, TOKEN)
}

/// A file that is written to see whether one can be.
pub(super) fn probe(token: &str) -> String {
    format!("{PROBE}{token}")
}

/// Whether a file may be one that a process left as it was probing.
pub(super) fn is_probe(name: &str) -> bool {
    name.strip_prefix(PROBE).is_some_and(|token| is_hex(token, TOKEN))
}

/// Whether a directory may be one of those that digests are spread over.
pub(super) fn is_shard(name: &str) -> bool {
    is_hex(name, 2)
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGITS: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    fn place(namespace: &str, tenant: Option<&str>) -> Place {
        let entry = format!("ck2:{{{namespace}:1.0}}:e:shop.user.01234567:{DIGITS}");
        let generation = format!("ck2:{{{namespace}:1.0}}:g:shop.user.01234567");
        let tenant = tenant.map(|tenant| format!("{generation}:{tenant}"));
        Place::new(entry, "0123456789abcdef".to_owned(), generation, tenant)
    }

    #[test]
    fn whatever_a_namespace_is_called_it_leads_nowhere_else() {
        for namespace in ["..", ".", "a", "A", "trash", "locks"] {
            let spot = Spot::of(&place(namespace, None)).expect("a place of ours");
            let first = spot.home.split('/').next().expect("a first part");
            assert!(is_namespace(first) && first.len() == namespace.len() + 9, "{first}");
            assert_ne!(first.to_lowercase(), TRASH);
        }
        let home = |namespace| Spot::of(&place(namespace, None)).expect("ours").home.to_lowercase();
        assert_ne!(home("shop"), home("Shop"));
    }

    #[test]
    fn a_generation_is_the_directory_of_what_depends_on_it() {
        let tenant = "0123456789abcdef0123456789abcdef";
        let place = place("shop", Some(tenant));
        let spot = Spot::of(&place).expect("a place of ours");
        for key in place.generations() {
            let directory = generation(key).expect("a generation of ours");
            assert!(spot.home.starts_with(&directory), "{directory}");
        }
    }

    #[test]
    fn only_our_own_names_are_taken_for_ours() {
        let value = format!("{DIGITS}.0123456789abcdef");
        assert_eq!(Named::read(&value).map(Named::digest), Some(DIGITS));
        let filler = format!("{DIGITS}~{}", &DIGITS[..32]);
        assert_eq!(Named::read(&filler), Some(Named::Filler { digest: DIGITS }));
        for foreign in ["", "README", &value[1..], &format!("{value}.bak"), &value.to_uppercase()] {
            assert_eq!(Named::read(foreign), None, "{foreign}");
        }
        let strange = Place::new("x".into(), "y".into(), "z".into(), None);
        assert!(Spot::of(&strange).is_err());
    }
}
