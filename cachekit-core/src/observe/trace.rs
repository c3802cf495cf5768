//! Events and faults as tracing events; the only importer of tracing.

/// Raises an event on the security target, its JSON line as the message.
pub(crate) fn security(line: &str) {
    tracing::warn!(target: "cachekit.security", "{line}");
}

/// Tells of a stored entry that is no value.
pub(crate) fn rejected(function: &str, tier: &str, why: &str) {
    tracing::debug!(target: "cachekit", function, tier, why, "entry rejected");
}

/// Tells of an operation that a tier did not serve.
pub(crate) fn failed(backend: &str, operation: &str, fault: &str) {
    tracing::debug!(target: "cachekit", backend, operation, fault, "operation failed");
}
