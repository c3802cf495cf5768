//! The context of one call or operation: what it is of, and the errors it is refused with.

use std::sync::Arc;

use crate::codec::{Guard, Stamp};
use crate::error::{At, Error, Kind, Operation, Reason};
use crate::flight::reentry;
use crate::key::digest::Digest;
use crate::l2::Fault;
use crate::policy::{Policy, Sign};

/// What one call is of.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// What the attribute says, within what the deployment allows.
    pub(crate) policy: Policy,
    /// The digest of the key, for functions whose values are stored as bytes.
    pub(crate) digest: Option<Digest>,
    /// What protects the entry, where more than a checksum does.
    pub(crate) guard: Option<Arc<dyn Guard>>,
    pub(crate) at: At,
}

impl Context {
    /// The digest of the key.
    ///
    /// # Panics
    ///
    /// In a function that stores no bytes; it has no digest and asks for none.
    pub(crate) fn digest(&self) -> &Digest {
        self.digest.as_ref().expect("a function that stores bytes has digests")
    }

    /// The function's identity, in messages.
    pub(crate) fn function(&self) -> &'static str {
        self.at.function.unwrap_or_default()
    }

    pub(crate) fn guard(&self) -> Option<&dyn Guard> {
        self.guard.as_deref()
    }

    /// The error of a refused call or operation.
    ///
    /// The bodies around it are marked: what they make of the refusal is not cached.
    pub(crate) fn refuse(&self, kind: Kind, operation: Operation) -> Error {
        reentry::mark_refusal();
        Error::new(kind, operation, self.at.clone())
    }

    /// As [`Context::refuse`], for a reason that has its own words.
    pub(crate) fn refuse_because(
        &self,
        kind: Kind,
        operation: Operation,
        cause: impl std::error::Error + Send + Sync + 'static,
    ) -> Error {
        reentry::mark_refusal();
        Error::because(kind, operation, self.at.clone(), cause)
    }

    /// As [`Context::refuse`], for an operation that the tier did not serve.
    pub(crate) fn fault(&self, operation: Operation, fault: Fault) -> Error {
        self.refuse_because(fault.meaning(), operation, fault)
    }

    /// As [`Context::refuse`], for a tier that cannot be had: by a mistake of the configuration, or
    /// because the runtime was shut down.
    pub(crate) fn broken(&self, operation: Operation, why: &Error) -> Error {
        let kind = if why.is_unavailable() { Kind::Unavailable } else { Kind::Config };
        self.refuse_because(kind, operation, Reason(why.reason()))
    }

    /// What a value that is stored says of itself.
    ///
    /// # Panics
    ///
    /// In a function that stores no bytes.
    pub(crate) fn stamp(
        &self,
        (created, expires): (u64, u64),
        sign: Sign,
        max_bytes: usize,
    ) -> Stamp<'_> {
        let (digest, guard) = (self.digest(), self.guard());
        let compress = self.policy.compress;
        Stamp { digest, created, expires, sign, compress, max_bytes, guard }
    }
}
