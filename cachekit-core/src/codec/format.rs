//! A function's values as envelopes: its codec, its fingerprint, and the proof that both fit its type.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::key::digest::Digest;
use crate::policy::Sign;
use crate::value::fingerprint::Outline;

use super::envelope::{self, GUARDED_BYTES, Header, OVERHEAD_BYTES};
use super::serial::{self, Budget, Codec, RAW_ID, RAW_NAME, Raw};
use super::{Decoded, Expected, Live, Stamp, Undecodable, Unfit, WireFormat};

/// How a function's values are serialised.
#[derive(Debug)]
pub struct Serial<V> {
    id: u8,
    name: &'static str,
    faithful: bool,
    encode: fn(&V, &mut Vec<u8>, &Budget) -> Result<(), String>,
    decode: fn(&[u8], &Budget) -> Option<V>,
}

impl<V> Serial<V> {
    /// By a codec.
    pub fn by<C: Codec>() -> Self
    where
        V: Serialize + DeserializeOwned,
    {
        Self {
            id: C::ID,
            name: C::NAME,
            faithful: C::FAITHFUL,
            encode: C::encode::<V>,
            decode: C::decode::<V>,
        }
    }

    /// As the bytes that the values are.
    pub fn raw() -> Self
    where
        V: Raw,
    {
        Self {
            id: RAW_ID,
            name: RAW_NAME,
            faithful: true,
            encode: |value, to, _| {
                to.extend_from_slice(value.bytes());
                Ok(())
            },
            decode: |bytes, _| Some(V::from_bytes(bytes)),
        }
    }
}

/// Whether two values are equal, for types that can tell.
pub(crate) type Equal<V> = fn(&V, &V) -> bool;

/// A function's values as envelopes.
pub(crate) struct Format<V> {
    serial: Serial<V>,
    fingerprint: u64,
    version: String,
    equal: Option<Equal<V>>,
    /// Whether a value has come back from its bytes unharmed, so that the type can be trusted.
    proven: AtomicBool,
}

impl<V> Format<V> {
    pub(crate) fn new(
        serial: Serial<V>,
        outline: Option<&Outline>,
        version: Option<u64>,
        equal: Option<Equal<V>>,
    ) -> Self {
        let fingerprint = Digest::fingerprint(serial.id, outline.map(Outline::as_bytes), version);
        let version = format!("{fingerprint:016x}");
        Self { serial, fingerprint, version, equal, proven: AtomicBool::new(false) }
    }

    fn serialise(&self, value: &V, budget: &Budget) -> Result<Vec<u8>, Unfit> {
        let mut payload = Vec::new();
        // The user's `Serialize` may panic; the value is then merely not stored.
        let encode = || (self.serial.encode)(value, &mut payload, budget);
        let encoded = catch_unwind(AssertUnwindSafe(encode));
        if let Some(excess) = budget.excess() {
            return Err(Unfit::TooMuch(excess.to_string()));
        }
        match encoded {
            Ok(Ok(())) => Ok(payload),
            Ok(Err(why)) => Err(Unfit::Codec(format!("it does not serialise: {why}"))),
            Err(_panic) => Err(Unfit::Codec("its `Serialize` panicked".to_owned())),
        }
    }

    fn deserialise(&self, payload: &[u8], budget: &Budget) -> Option<V> {
        // The user's `Deserialize` may panic on bytes it never wrote.
        let decoded = catch_unwind(AssertUnwindSafe(|| (self.serial.decode)(payload, budget)));
        // One that goes on after an error of its parts is no value either.
        decoded.ok().flatten().filter(|_| budget.excess().is_none())
    }

    /// Reads back what was written, once a function, or with every store under a codec that has
    /// one form for two values: what does not survive its codec is found when it is stored, not
    /// when it is read.
    ///
    /// What may be more than a reader makes of its bytes is read back too.
    fn prove(&self, value: &V, payload: &[u8], written: &Budget, most: usize) -> Result<(), Unfit> {
        let proven = self.serial.faithful && self.proven.load(Ordering::Relaxed);
        if proven && !written.is_doubtful() {
            return Ok(());
        }
        let unfit =
            |why: &str| Err(Unfit::Codec(format!("{why} with codec \"{}\"", self.serial.name)));
        let budget = Budget::new(most);
        let Some(back) = self.deserialise(payload, &budget) else {
            let excess = budget.excess().map(|excess| Unfit::TooMuch(excess.to_string()));
            return excess.map_or_else(|| unfit("it does not deserialise from its own bytes"), Err);
        };
        if proven {
            return Ok(());
        }
        if self.serialise(&back, &Budget::new(most))?.len() != payload.len() {
            return unfit("it comes back from its own bytes with another length");
        }
        // A value that is not equal to itself, such as NaN, proves nothing either way.
        let comparable = self.equal.filter(|equal| equal(value, value));
        match comparable {
            Some(equal) if !equal(value, &back) => {
                return unfit("it comes back from its own bytes as another value");
            }
            None if !self.serial.faithful => {
                return unfit("it has no `PartialEq`, or holds a NaN, and so cannot be compared");
            }
            _ => {}
        }
        self.proven.store(true, Ordering::Relaxed);
        Ok(())
    }

    fn payload<'a>(
        &self,
        header: &Header,
        payload: &'a [u8],
    ) -> Result<Cow<'a, [u8]>, Undecodable> {
        if header.has(envelope::COMPRESSED) {
            return self.expand(header, payload);
        }
        if payload.len() == header.len as usize {
            Ok(Cow::Borrowed(payload))
        } else {
            Err(Undecodable::Length)
        }
    }

    #[cfg(feature = "compress")]
    #[expect(clippy::unused_self, reason = "its twin without the feature looks alike")]
    fn expand<'a>(&self, header: &Header, block: &[u8]) -> Result<Cow<'a, [u8]>, Undecodable> {
        super::compress::expand(block, header.len as usize).map(Cow::Owned)
    }

    #[cfg(not(feature = "compress"))]
    #[expect(clippy::unused_self, reason = "its twin with the feature looks alike")]
    fn expand<'a>(&self, _: &Header, _: &[u8]) -> Result<Cow<'a, [u8]>, Undecodable> {
        Err(Undecodable::Decompress)
    }
}

impl<V: Send + Sync> WireFormat<V> for Format<V> {
    fn version(&self) -> &str {
        &self.version
    }

    #[cfg(feature = "metrics")]
    fn codec(&self) -> &'static str {
        self.serial.name
    }

    fn encode(&self, value: &V, stamp: &Stamp<'_>) -> Result<Vec<u8>, Unfit> {
        let budget = Budget::new(stamp.max_bytes);
        let payload = self.serialise(value, &budget)?;
        let too_large = Unfit::TooLarge { bytes: payload.len(), max: stamp.max_bytes };
        if payload.len() > stamp.max_bytes {
            return Err(too_large);
        }
        self.prove(value, &payload, &budget, stamp.max_bytes)?;
        let mut header = Header {
            flags: if stamp.sign == Sign::Negative { envelope::NEGATIVE } else { 0 },
            codec: self.serial.id,
            created: stamp.created,
            expires: stamp.expires,
            len: u32::try_from(payload.len()).map_err(|_ignored| too_large)?,
            fingerprint: self.fingerprint,
            digest: *stamp.digest,
        };
        match stamp.compress.then(|| shrink(&payload)).flatten() {
            Some(block) => {
                header.flags |= envelope::COMPRESSED;
                header.enclose(&block, stamp.guard)
            }
            None => header.enclose(&payload, stamp.guard),
        }
    }

    fn decode(&self, bytes: &[u8], expected: &Expected<'_>) -> Result<Decoded<V>, Undecodable> {
        let overhead = if expected.guard.is_some() { GUARDED_BYTES } else { OVERHEAD_BYTES };
        if bytes.len() > expected.max_bytes.saturating_add(overhead) {
            return Err(Undecodable::TooLarge);
        }
        let (header, payload) = Header::disclose(bytes, expected.guard)?;
        if !serial::is_known(header.codec) {
            return Err(Undecodable::Codec);
        }
        if header.digest != *expected.digest {
            return Err(Undecodable::WrongKey);
        }
        if header.fingerprint != self.fingerprint || header.codec != self.serial.id {
            return Err(Undecodable::WrongType);
        }
        if header.len as usize > expected.max_bytes {
            return Err(Undecodable::TooLarge);
        }
        let Some(left) = left(&header, expected) else { return Ok(Decoded::Expired) };
        let payload = self.payload(&header, &payload)?;
        let budget = Budget::new(expected.max_bytes);
        let value = self.deserialise(&payload, &budget).ok_or_else(|| {
            budget.excess().map_or(Undecodable::Decode, |_excess| Undecodable::TooLarge)
        })?;
        Ok(Decoded::Live(Live {
            value,
            age: Duration::from_millis(
                expected.now.map_or(0, |now| now.saturating_sub(header.created)),
            ),
            left,
            created: header.created,
            expires: header.expires,
            sign: sign(&header),
        }))
    }
}

/// How far a stored date may lie in the future of this reader's tier before the clock that wrote
/// it is taken to have jumped. Generous to a fail-over, far below any life worth storing.
const SKEW: Duration = Duration::from_secs(5);

/// What is left of a value's life, by its own dates and by this build's `ttl`.
fn left(header: &Header, expected: &Expected<'_>) -> Option<Duration> {
    let Some(now) = expected.now else { return Some(Duration::MAX) };
    if header.created > now.saturating_add(millis(SKEW)) {
        return None;
    }
    let life = match sign(header) {
        Sign::Positive => expected.positive,
        Sign::Negative => expected.negative,
    };
    let ours = life.map_or(u64::MAX, |life| header.created.saturating_add(millis(life)));
    let left = ours.min(header.expires).saturating_sub(now);
    (left > 0).then(|| Duration::from_millis(left))
}

fn sign(header: &Header) -> Sign {
    if header.has(envelope::NEGATIVE) { Sign::Negative } else { Sign::Positive }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(feature = "compress")]
fn shrink(payload: &[u8]) -> Option<Vec<u8>> {
    super::compress::shrink(payload)
}

#[cfg(not(feature = "compress"))]
fn shrink(_: &[u8]) -> Option<Vec<u8>> {
    None
}

#[cfg(test)]
mod tests;
