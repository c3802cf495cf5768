//! One rule's own function on a tier: places and values of it, and every operation as a sentence.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::codec::envelope::Header;
use crate::key::digest::Digest;
use crate::l2::keys::Names;
use crate::l2::{
    Backend, Bid, Claim, Committed, Fault, Fill, Place, Read, Rejected, Replaced, Reply, Seen,
    Stored, Swapped,
};
use crate::random;
use crate::time::clock;
use crate::time::park::park_on;
use crate::time::timer;

/// What came of a rule: what the tier did instead, where it broke it.
pub(super) type Verdict = Result<(), String>;

/// How long one operation may take, over a tier that is far.
const PATIENCE: Duration = Duration::from_secs(10);

/// A life that ends within no rule, in milliseconds.
const LONG: u64 = 60_000;

/// The versions of two builds.
pub(super) const OLDER: &str = "00000000000000aa";
pub(super) const NEWER: &str = "00000000000000bb";

/// A function that nobody else names, on a tier.
pub(super) struct Trial<'a> {
    tier: &'a dyn Backend,
    token: String,
}

/// A value that a tier keeps, with its end.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub(super) bytes: Vec<u8>,
    pub(super) expires: u64,
}

/// Whether a commit takes everybody else's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Company {
    Beside,
    Sole,
}

impl<'a> Trial<'a> {
    pub(super) fn begin(tier: &'a dyn Backend) -> Result<Self, String> {
        let token = random::token().ok_or_else(|| Fault::random().to_string())?;
        let trial = Self { tier, token };
        wait("ping", tier.ping())?;
        Ok(trial)
    }

    /// The place of an entry of the rule's function, for the older build and the tenant `a`.
    pub(super) fn place(&self, entry: u64) -> Place {
        self.place_of("function", "a", entry)
    }

    /// The same of another function or tenant.
    pub(super) fn place_of(&self, function: &str, tenant: &str, entry: u64) -> Place {
        let identity = format!("{function}.{}", self.token);
        let names = Names::new(Arc::from("conformance"), &identity);
        let digest = Digest::key(&identity, "", &entry);
        names.place(&digest, OLDER, Some(tenant))
    }

    /// A value that outlives the rule, with these bytes and a zero in it.
    pub(super) fn value(&self, text: &str) -> Value {
        enclosed(text, self.now().saturating_add(LONG))
    }

    /// A value whose life is over.
    pub(super) fn ended(&self, text: &str) -> Value {
        enclosed(text, self.now().saturating_sub(1_000))
    }

    /// A value whose life is over after so many milliseconds.
    pub(super) fn brief(&self, text: &str, life: u64) -> Value {
        enclosed(text, self.now().saturating_add(life))
    }

    fn now(&self) -> u64 {
        self.tier.time().earliest
    }

    /// Waits until a value's life is over by the tier's time.
    pub(super) fn outlive(&self, value: &Value) -> Verdict {
        let last = clock::now() + PATIENCE;
        while self.now() <= value.expires {
            if clock::now() >= last {
                return Err("the tier's time does not go on".to_owned());
            }
            park_on(timer::sleep_until(clock::now() + Duration::from_millis(5)));
        }
        Ok(())
    }

    pub(super) fn tier(&self) -> &'a dyn Backend {
        self.tier
    }

    pub(super) fn read(&self, at: &Place) -> Result<Read, String> {
        wait("read", self.tier.read(at))
    }

    pub(super) fn claim(&self, at: &Place) -> Result<Claim, String> {
        let filler = random::token().ok_or_else(|| Fault::random().to_string())?;
        wait("claim", self.tier.claim(at, Bid { filler: &filler, until: in_time() }))
    }

    pub(super) fn commit(
        &self,
        at: &Place,
        claim: &Claim,
        value: &Value,
        company: Company,
    ) -> Result<Committed, String> {
        let sole = company == Company::Sole;
        let fill = Fill { claim, value: value.stored(), sole };
        wait("commit", self.tier.commit(at, fill))
    }

    pub(super) fn abort(&self, at: &Place, claim: &Claim) -> Result<bool, String> {
        wait("abort", self.tier.abort(at, claim))
    }

    pub(super) fn reject(&self, at: &Place, seen: Seen<'_>) -> Result<Rejected, String> {
        wait("reject", self.tier.reject(at, seen))
    }

    pub(super) fn shed(&self, at: &Place) -> Result<Rejected, String> {
        wait("shed", self.tier.shed(at))
    }

    pub(super) fn invalidate(&self, at: &Place) -> Verdict {
        wait("invalidate", self.tier.invalidate(at))
    }

    pub(super) fn invalidate_many(&self, at: &[Place]) -> Verdict {
        wait("invalidate_many", self.tier.invalidate_many(at))
    }

    pub(super) fn replace(&self, at: &Place, value: &Value) -> Result<Replaced, String> {
        wait("replace", self.tier.replace(at, value.stored(), in_time()))
    }

    pub(super) fn swap(&self, at: &Place, old: &Value, new: &Value) -> Result<Swapped, String> {
        wait("swap", self.tier.swap(at, &old.bytes, &new.bytes, in_time()))
    }

    pub(super) fn bump(&self, generations: &[String]) -> Verdict {
        wait("bump", self.tier.bump(generations))
    }

    /// Stores a value beside what is there.
    pub(super) fn store(&self, at: &Place, value: &Value) -> Verdict {
        let claim = self.claim(at)?;
        let committed = self.commit(at, &claim, value, Company::Beside)?;
        same("a commit of what was just claimed", &committed, &Committed::Stored)
    }

    /// What is read at a place is this value.
    pub(super) fn holds(&self, what: &str, at: &Place, value: &Value) -> Verdict {
        match self.read(at)? {
            Read::Bytes(bytes) if bytes == value.bytes => Ok(()),
            other => Err(format!("{what} is {} and should be there", brief(&other))),
        }
    }

    /// Nothing is read at a place.
    pub(super) fn lacks(&self, what: &str, at: &Place) -> Verdict {
        match self.read(at)? {
            Read::Absent => Ok(()),
            other => Err(format!("{what} is {} and should be absent", brief(&other))),
        }
    }
}

/// What an operation answers, where a failure breaks the rule.
fn wait<T>(name: &str, reply: Reply<'_, T>) -> Result<T, String> {
    answer(reply).map_err(|fault| format!("{name} failed: {fault}"))
}

/// What an operation answers, or that it does not.
pub(super) fn answer<T>(reply: Reply<'_, T>) -> Result<T, Fault> {
    let answer = park_on(timer::until(clock::now() + PATIENCE, reply));
    answer.unwrap_or(Err(Fault::unreachable("no answer in ten seconds")))
}

impl Value {
    pub(super) fn stored(&self) -> Stored<'_> {
        Stored { bytes: &self.bytes, expires: self.expires }
    }
}

/// The place of another build's value of the same entry.
pub(super) fn newer(at: &Place) -> Place {
    Place { version: NEWER.to_owned(), ..at.clone() }
}

/// A moment until which every operation is waited for.
pub(super) fn in_time() -> Instant {
    clock::now() + PATIENCE
}

/// Whether something is what the contract says.
pub(super) fn same<T: PartialEq + Debug>(what: &str, found: &T, expected: &T) -> Verdict {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what} is {found:?} and should be {expected:?}"))
}

/// What was read, without its bytes.
fn brief(read: &Read) -> String {
    match read {
        Read::Bytes(bytes) => format!("{} bytes", bytes.len()),
        Read::Absent => "absent".to_owned(),
        other => format!("{other:?}"),
    }
}

/// An envelope, as the cache stores them: a tier may read the dates in its header.
pub(super) fn enclosed(text: &str, expires: u64) -> Value {
    let payload = [text.as_bytes(), &[0, b'\r', b'\n', 0xff]].concat();
    let header = Header {
        flags: 0,
        codec: 0,
        created: expires.saturating_sub(LONG),
        expires,
        len: u32::try_from(payload.len()).unwrap_or(u32::MAX),
        fingerprint: 0xaa,
        digest: Digest::from_bytes([7; 32]),
    };
    // Only a seal can fail.
    let bytes = header.enclose(&payload, None).unwrap_or(payload);
    Value { bytes, expires }
}
