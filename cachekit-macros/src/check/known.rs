//! The options there are, the options there will be, and what was probably meant by any other.

use crate::ast::Opt;
use crate::errors::Errors;

/// Options of this version.
pub(super) const NOW: &[&str] = &[
    "mode",
    "ttl",
    "negative_ttl",
    "max_size",
    "key",
    "skip",
    "tenant",
    "name",
    "namespace",
    "version",
    "cache_err",
    "cache_none",
    "returns",
    "l1",
    "wait",
    "on_store_error",
    "compress",
    "codec",
    "runtime",
    "companion",
    "crate",
    "when",
];

/// Options that a later version will have.
const LATER: &[&str] = &[
    "ttl_of",
    "jitter",
    "max_bytes",
    "weigh",
    "tags",
    "cache_if",
    "force_refresh",
    "refresh_on_hit",
    "stale_while",
    "stale_if_error",
    "early",
    "timeout",
    "soft_timeout",
    "lease",
    "fence",
    "max_staleness",
    "encrypt",
    "mac",
    "on_tamper",
    "front",
];

/// What other crates call it, and what it is here.
const ELSEWHERE: &[(&str, &str)] = &[
    ("size", "it is called `max_size` here"),
    ("capacity", "it is called `max_size` here"),
    ("limit", "it is called `max_size` here"),
    ("time", "it is called `ttl` here; write `ttl = 60` or `ttl = \"1m\"`"),
    ("ttl_secs", "write `ttl = 60`"),
    ("ttl_millis", "write `ttl = \"500ms\"`"),
    ("time_to_live", "it is called `ttl` here; write `ttl = 60` or `ttl = \"1m\"`"),
    ("convert", "write the key itself: `key = expr`"),
    ("ignore", "it is called `skip` here; write `skip(a, b)`"),
    ("result", "only `Ok` is cached unless `cache_err` is written"),
    ("option", "only `Some` is cached unless `cache_none` is written"),
    ("sync_writes", "concurrent calls of one key always run the body once"),
    ("single_flight", "concurrent calls of one key always run the body once"),
    ("with_cached_flag", "`detailed` of the function tells where a value came from"),
    (
        "redis",
        "choose `mode = \"strict\"` or `mode = \"degraded\"`, and set the server with `Runtime::builder().redis(..)`",
    ),
    ("disk", "the disk tier comes in a later version"),
    ("service", "name a runtime with `runtime = PATH`"),
    ("client", "name a runtime with `runtime = PATH`"),
    ("prefix", "the function's name is part of its keys; write `name = \"..\"` to change it"),
    ("secure", "encryption comes in a later version"),
    ("policy", "eviction is not chosen by function; write `max_size` to bound it"),
];

/// Reports options that do not exist here, and options written twice.
pub(super) fn check(options: &[Opt], errors: &mut Errors) {
    for (index, option) in options.iter().enumerate() {
        let name = option.name.to_string();
        if options[..index].iter().any(|earlier| earlier.name == option.name) {
            errors.at(&option.name, format!("`{name}` is written twice; remove one"));
        } else if LATER.contains(&name.as_str()) {
            errors.at(
                &option.name,
                format!("`{name}` comes in a later version of cachekit; remove it for now"),
            );
        } else if !NOW.contains(&name.as_str()) {
            errors.at(&option.name, unknown(&name));
        }
    }
}

fn unknown(name: &str) -> String {
    if let Some((_, meant)) = ELSEWHERE.iter().find(|(other, _)| *other == name) {
        return format!("there is no option `{name}`: {meant}");
    }
    match nearest(name, NOW.iter().copied()) {
        Some(meant) => format!("there is no option `{name}`; did you mean `{meant}`?"),
        None => format!("there is no option `{name}`; there are {}", list(NOW)),
    }
}

/// The name that differs least, if it differs little.
pub(super) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = name.len() / 3 + 1;
    names
        .map(|other| (distance(name, other), other))
        .filter(|(distance, _)| *distance <= near)
        .min()
        .map(|(_, other)| other)
}

/// `a`, `b` and `c`.
pub(super) fn list(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// Insertions, deletions and substitutions between two words (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_option_is_recognised_and_a_strange_one_is_not() {
        assert_eq!(nearest("max_sise", NOW.iter().copied()), Some("max_size"));
        assert_eq!(nearest("tll", NOW.iter().copied()), Some("ttl"));
        assert_eq!(nearest("frobnicate", NOW.iter().copied()), None);
    }

    #[test]
    fn no_option_is_both_here_and_still_to_come() {
        assert!(NOW.iter().all(|name| !LATER.contains(name)));
        assert!(ELSEWHERE.iter().all(|(name, _)| !NOW.contains(name) && !LATER.contains(name)));
    }
}
