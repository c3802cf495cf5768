//! The names that the cache gives to what it keeps in L2; the registry of its prefixes.
//!
//! ```text
//!   ck2:{<namespace>:<bucket>.<n>}:e:<function>:<digest>     entry: HASH of value and filler fields
//!   ck2:{<namespace>:<bucket>.<n>}:g:<function>              generation of the function
//!   ck2:{<namespace>:<bucket>.<n>}:g:<function>:<tenant>     generation of one tenant of it
//!   ck2:{<namespace>:<bucket>.<n>}:p                         probed by deletion; never exists
//!   ck2:{<namespace>:<bucket>.<n>}:i                         marker of the index key: HASH as an entry
//!   ck2:{<namespace>:<bucket>.<n>}:i:g                       generation of the marker
//! ```
//!
//! The braces are a Cluster hash tag: an entry and its generations share a slot. `l` (log), `h`
//! (head of the log) and `t` (tag) are kept for coherence and tags.

mod buckets;

use std::sync::Arc;

use crate::key::digest::Digest;
#[cfg(feature = "encrypt")]
use crate::keyring::secret::Secret;
use crate::l2::Place;

use buckets::{BUCKETS, Buckets};

/// The version of the names. Another version's entries are neither read nor removed; they end with
/// their own lives.
const FORMAT: &str = "ck2";

const ENTRY: char = 'e';
const GENERATION: char = 'g';
#[cfg(feature = "encrypt")]
const INDEX: char = 'i';
#[cfg(feature = "redis")]
const PROBE: char = 'p';

/// Hexadecimal digits of an entry's digest.
const DIGEST_DIGITS: usize = 64;

/// Hexadecimal digits of a tenant's digest.
const TENANT_DIGITS: usize = 32;

/// The most bytes of a function's readable name in a key.
const READABLE_BYTES: usize = 64;

/// The most bytes of a namespace: a key stays below 256 bytes.
const NAMESPACE_BYTES: usize = 64;

/// The names of one function.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    #[cfg_attr(
        not(any(feature = "encrypt", feature = "metrics")),
        expect(dead_code, reason = "protected entries and metrics name it")
    )]
    namespace: Arc<str>,
    buckets: Arc<Buckets>,
    function: String,
    /// The index key, of a protected function: who does not have it tests no guesses of tenants.
    #[cfg(feature = "encrypt")]
    index: Option<Secret>,
}

impl Names {
    pub(crate) fn new(namespace: Arc<str>, identity: &str) -> Self {
        Self {
            buckets: Arc::new(Buckets::of(&namespace)),
            namespace,
            function: function(identity),
            #[cfg(feature = "encrypt")]
            index: None,
        }
    }

    /// The same, whose tenants are named under an index key.
    #[cfg(feature = "encrypt")]
    pub(crate) fn under(self, index: Secret) -> Self {
        Self { index: Some(index), ..self }
    }

    /// What stands for a tenant in names.
    #[cfg_attr(
        not(feature = "encrypt"),
        expect(clippy::unused_self, reason = "with the feature the index key names it")
    )]
    pub(crate) fn tenant(&self, text: &str) -> String {
        let digest = Digest::tenant(text);
        #[cfg(feature = "encrypt")]
        let digest = match &self.index {
            Some(index) => digest.under(index.as_bytes()),
            None => digest,
        };
        digest.to_hex()[..TENANT_DIGITS].to_owned()
    }

    #[cfg(any(feature = "encrypt", feature = "metrics"))]
    pub(crate) fn namespace(&self) -> &Arc<str> {
        &self.namespace
    }

    /// Where a value of this function lies.
    pub(crate) fn place(&self, digest: &Digest, version: &str, tenant: Option<&str>) -> Place {
        let bucket = digest.bucket();
        Place::new(
            self.entry(digest),
            version.to_owned(),
            self.generation(bucket, None),
            tenant.map(|tenant| self.generation(bucket, Some(&self.tenant(tenant)))),
        )
    }

    /// The key of the entry.
    pub(crate) fn entry(&self, digest: &Digest) -> String {
        let mut key = self.named(digest.bucket(), ENTRY, 1 + DIGEST_DIGITS);
        key.push(':');
        key.push_str(&digest.to_hex());
        key
    }

    /// The generations of the function, or of one tenant of it, in every bucket.
    pub(crate) fn generations(&self, tenant: Option<&str>) -> Vec<String> {
        let tenant = tenant.map(|tenant| self.tenant(tenant));
        (0..BUCKETS).map(|bucket| self.generation(bucket, tenant.as_deref())).collect()
    }

    /// The generation that the function has in the first bucket, which nobody else has.
    pub(crate) fn first_generation(&self) -> String {
        self.generation(0, None)
    }

    /// As [`Names::generations`], of a tenant by what stands for it in names.
    pub(crate) fn generations_of(&self, tenant: &str) -> Vec<String> {
        (0..BUCKETS).map(|bucket| self.generation(bucket, Some(tenant))).collect()
    }

    fn generation(&self, bucket: u8, tenant: Option<&str>) -> String {
        let mut key = self.named(bucket, GENERATION, 0);
        if let Some(tenant) = tenant {
            key.push(':');
            key.push_str(tenant);
        }
        key
    }

    /// `ck2:{<namespace>:<bucket>.<n>}:<kind>:<function>`, with room for `more` bytes: made for
    /// every call that reaches L2, so in one allocation and without a formatter.
    fn named(&self, bucket: u8, kind: char, more: usize) -> String {
        let beginning = self.buckets.beginning(bucket);
        let mut key =
            String::with_capacity(beginning.len() + "e:".len() + self.function.len() + more);
        key.push_str(beginning);
        key.push(kind);
        key.push(':');
        key.push_str(&self.function);
        key
    }
}

/// What stands in a place's names for its tenant, if it has one.
pub(crate) fn tenant_of(place: &Place) -> Option<&str> {
    let (_, tenant) = place.tenant_generation.as_deref()?.rsplit_once(':')?;
    Some(tenant)
}

/// The key that a probe deletes to see that the server takes writes.
#[cfg(feature = "redis")]
pub(crate) fn probe(namespace: &str) -> String {
    format!("{}{PROBE}", buckets::beginning(namespace, 0))
}

/// Where the marker of a namespace's index key lies.
#[cfg(feature = "encrypt")]
pub(crate) fn index(namespace: &str) -> Place {
    let entry = format!("{}{INDEX}", buckets::beginning(namespace, 0));
    let generation = format!("{entry}:{GENERATION}");
    Place::new(entry, format!("{:016x}", 0), generation, None)
}

/// What stands for the digest of the marker, which has none.
#[cfg(all(feature = "disk", feature = "encrypt"))]
const MARKER: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What a key says that it is of, for a tier that lays out its entries by it.
#[cfg(feature = "disk")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parts<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) function: &'a str,
    /// An entry's digest, or a generation's tenant.
    pub(crate) last: Option<&'a str>,
}

/// Takes the key of an entry or a generation apart; `None` if it is neither.
#[cfg(feature = "disk")]
pub(crate) fn parts(key: &str) -> Option<Parts<'_>> {
    let rest = key.strip_prefix(FORMAT)?.strip_prefix(":{")?;
    let (tag, rest) = rest.split_once("}:")?;
    let (namespace, _bucket) = tag.rsplit_once(':')?;
    #[cfg(feature = "encrypt")]
    if let Some(end) = rest.strip_prefix(INDEX) {
        // The marker is the one entry of a function that no function is called.
        let last = end.is_empty().then_some(MARKER);
        return namespace_is_fit(namespace).then_some(Parts { namespace, function: "index", last });
    }
    let rest = rest.strip_prefix([ENTRY, GENERATION])?.strip_prefix(':')?;
    let (function, last) = match rest.split_once(':') {
        Some((function, last)) => (function, Some(last)),
        None => (rest, None),
    };
    let safe = |part: &str| !part.is_empty() && !part.contains(['/', ':', '\0']);
    let is_function = safe(function) && !matches!(function, "." | "..");
    (namespace_is_fit(namespace) && is_function && last.is_none_or(safe)).then_some(Parts {
        namespace,
        function,
        last,
    })
}

/// Eight hexadecimal digits that tell namespaces apart where case does not.
#[cfg(feature = "disk")]
pub(crate) fn hash(namespace: &str) -> String {
    Digest::function(namespace)
}

/// Whether a namespace may stand in a key.
pub(crate) fn namespace_is_fit(namespace: &str) -> bool {
    let fit = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    !namespace.is_empty() && namespace.len() <= NAMESPACE_BYTES && namespace.bytes().all(fit)
}

/// A function's readable name, made unmistakable by its hash.
fn function(identity: &str) -> String {
    let readable: String = identity
        .replace("::", ".")
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '_' || c == '.' { c } else { '_' })
        .collect();
    // The end of a path says more than its beginning.
    let from = readable.len().saturating_sub(READABLE_BYTES);
    format!("{}.{}", &readable[from..], Digest::function(identity))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// D11.
    #[test]
    fn a_key_is_bounded_and_safe_whatever_its_function_is_called() {
        let names = Names::new("n".repeat(NAMESPACE_BYTES).into(), &"crate::módule::ƒ".repeat(40));
        let digest = Digest::key("f", "", &("x".repeat(1 << 20),));
        let place = names.place(&digest, "0123456789abcdef", Some("a:b*[?]\\ü"));
        for key in place.generations().chain([place.entry.as_str()]) {
            assert!(key.len() <= 256, "{key}");
            let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-:{}".contains(&byte);
            assert!(key.bytes().all(safe), "{key}");
        }
    }

    #[test]
    fn functions_that_read_alike_are_told_apart() {
        assert_ne!(function("a::b"), function("a.b"));
        assert_ne!(function("a-b"), function("a_b"));
    }

    #[test]
    fn an_entry_and_its_generations_share_a_hash_tag() {
        let names = Names::new("shop".into(), "shop::user");
        let digest = Digest::key("shop::user", "", &(42_u64,));
        let place = names.place(&digest, "0123456789abcdef", Some("acme"));
        let tag = |key: &str| key[key.find('{').unwrap()..=key.find('}').unwrap()].to_owned();
        assert!(place.generations().all(|key| tag(key) == tag(&place.entry)));
        assert!(names.generations(None).contains(&place.generation));
        assert!(names.generations(Some("acme")).contains(&place.tenant_generation.unwrap()));
    }

    #[test]
    fn a_namespace_is_made_of_plain_characters() {
        assert!(namespace_is_fit("shop-eu.prod_1"));
        for unfit in ["", "a:b", "a}b", "ü", "a b", &"n".repeat(65)] {
            assert!(!namespace_is_fit(unfit), "{unfit}");
        }
    }
}
