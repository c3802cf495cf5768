//! Every option, a row each: how it is written, what it is about, and where its value goes.
//!
//! A new option is a row here, a rule in `conflicts` if it has one, the field of the core's `Policy` that
//! it is, its tests, and its line in `docs/cached.md`.

use crate::plan::{OnStoreError, Takes};

/// An option.
pub(super) struct Row {
    pub(super) name: &'static str,
    /// How it is written, for messages.
    pub(super) example: &'static str,
    /// Whether it is about L2, which local functions do not have.
    pub(super) is_of_l2: bool,
    /// Whether it is one whatever features are on, and stands outside `when`.
    pub(super) is_outside_when: bool,
    pub(super) holds: Holds,
    /// What its value is, where that goes into the function's policy as it is.
    pub(super) takes: Option<Takes>,
}

/// What a value is one for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// One call: parameters may be named.
    Call,
    /// All calls.
    Type,
    /// All calls and instantiations: it is in a static.
    Function,
}

impl Row {
    const fn of_l2(mut self) -> Self {
        self.is_of_l2 = true;
        self
    }

    const fn outside_when(mut self) -> Self {
        self.is_outside_when = true;
        self
    }

    const fn one_for(mut self, holds: Holds) -> Self {
        self.holds = holds;
        self
    }

    /// A value of the function's policy, which is a static.
    const fn policy(mut self, takes: Takes) -> Self {
        self.takes = Some(takes);
        self.one_for(Holds::Function)
    }
}

const fn row(name: &'static str, example: &'static str) -> Row {
    let (is_of_l2, is_outside_when) = (false, false);
    Row { name, example, is_of_l2, is_outside_when, holds: Holds::Call, takes: None }
}

/// Options of this version, in the order in which messages list them.
pub(super) const ROWS: &[Row] = &[
    row("mode", "mode = \"strict\""),
    row("ttl", "ttl = 300").policy(Takes::Life { is_optional: true }),
    row("ttl_of", "ttl_of = |user: &User| user.life()"),
    row("negative_ttl", "negative_ttl = 10").policy(Takes::Life { is_optional: true }),
    row("jitter", "jitter = 0.1").policy(Takes::Share),
    row("max_size", "max_size = 10_000").policy(Takes::Count { is_optional: false }),
    row("max_bytes", "max_bytes = 64 << 20").policy(Takes::Count { is_optional: true }),
    row("weigh", "weigh = |page: &Page| page.len()"),
    row("key", "key = (id, name.as_str())"),
    row("skip", "skip(db)"),
    row("tenant", "tenant = account.as_str()"),
    row("tenant_max_size", "tenant_max_size = 1_000").policy(Takes::Count { is_optional: true }),
    row("name", "name = \"shop.user\""),
    row("namespace", "namespace = \"shop\""),
    row("version", "version = 1").one_for(Holds::Type),
    row("cache_if", "cache_if = |page| page.is_final()"),
    row("cache_err", "cache_err = |error: &AppError| error.is_permanent()"),
    row("cache_none", "cache_none"),
    row("force_refresh", "force_refresh = *fresh"),
    row("returns", "returns = \"result\"").outside_when(),
    row("l1", "l1 = \"encoded\""),
    row("wait", "wait = 5").policy(Takes::Life { is_optional: false }),
    row("on_store_error", "on_store_error = \"raise\"")
        .of_l2()
        .policy(Takes::Word(OnStoreError::TYPE, OnStoreError::VARIANTS)),
    row("compress", "compress").of_l2().policy(Takes::Switch),
    row("encrypt", "encrypt").of_l2(),
    row("mac", "mac").of_l2(),
    row("on_tamper", "on_tamper = \"raise\"").of_l2(),
    row("codec", "codec = \"postcard\"").of_l2(),
    row("runtime", "runtime = RUNTIME").one_for(Holds::Function),
    row("companion", "companion = UserCache").outside_when(),
    row("crate", "crate = ::reexporter::cachekit").outside_when(),
    row("when", "when(feature = \"distributed\", mode = \"strict\")").outside_when(),
];

/// Options that a later version will have.
pub(super) const LATER: &[&str] = &[
    "tags",
    "refresh_on_hit",
    "stale_while",
    "stale_if_error",
    "early",
    "timeout",
    "soft_timeout",
    "lease",
    "fence",
    "max_staleness",
    "front",
];

/// The row of an option; every option that is read has one.
pub(super) fn row_of(name: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.name == name)
}

/// How an option is written.
pub(super) fn example(name: &str) -> &'static str {
    row_of(name).map_or("", |row| row.example)
}

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    ROWS.iter().map(|row| row.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_option_is_there_twice_or_still_to_come() {
        for (at, row) in ROWS.iter().enumerate() {
            assert!(!LATER.contains(&row.name), "{}", row.name);
            assert!(ROWS[..at].iter().all(|other| other.name != row.name), "{}", row.name);
        }
    }

    #[test]
    fn an_example_is_of_its_own_option() {
        assert!(ROWS.iter().all(|row| row.example.starts_with(row.name)));
    }

    #[test]
    fn the_reference_has_a_line_for_each_option_in_any_order() {
        let reference = include_str!("../../docs/cached.md");
        for name in names() {
            let line = format!("| `{name}");
            assert!(reference.contains(&line), "docs/cached.md has no line for `{name}`");
        }
    }
}
