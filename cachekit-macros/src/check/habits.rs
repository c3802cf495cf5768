//! Answers the options of other crates with what to write here.

use quote::ToTokens as _;
use syn::{Expr, ExprLit, Lit};

use crate::ast::{Opt, Value};

/// What an option of another crate is here.
enum Here {
    /// The same under another name; a value that fits, where the written one cannot be repeated.
    Name(&'static str, &'static str),
    /// The same with the number's unit in a text.
    Unit(&'static str),
    /// A word behind `mode`.
    Mode,
    /// Names in parentheses behind `skip`.
    Skip,
    /// Something else, in words.
    Words(&'static str),
}

use Here::{Mode, Name, Skip, Unit, Words};

const BOUNDED: Here = Name("max_size", "10_000");
const LIFE: Here = Name("ttl", "60");
const MADE: Here = Words(
    "the store is made for the function; bound it with `max_size` or `max_bytes`, and its entries' lives with `ttl`",
);
const HASHED: Here =
    Words("keys are compared in full, and how they are hashed is no option; remove it");
const SHARED: Here = Words("every thread shares one cache; remove it");
const ONCE: Here = Words("concurrent calls of one key always run the body once; remove it");
const CHOSEN: Here = Words("eviction is not chosen by function; write `max_size` to bound it");
const NAMED: Here = Words(
    "the function's name is part of its keys; write `name = \"..\"` to change it, or `namespace = \"..\"`",
);
const DIRECTORY: Here = Words(
    "choose `mode = \"strict\"` or `mode = \"degraded\"`, and set the directory with `Runtime::builder().disk(..)`",
);
const RUNTIME: Here = Words("name a runtime with `runtime = PATH`");
const LENGTHENED: Here = Words(
    "a hit does not lengthen a life; write `ttl` alone, since `refresh_on_hit` comes in a later version of cachekit",
);
const LATER: Here = Words("it comes in a later version of cachekit");
const RECOGNISED: Here = Words("an `async fn` is recognised by itself; remove it");

/// Options of cached, memoize, cachelito, moka and others.
const ELSEWHERE: &[(&str, Here)] = &[
    ("size", BOUNDED),
    ("capacity", BOUNDED),
    ("Capacity", BOUNDED),
    ("max_capacity", BOUNDED),
    ("max_entries", BOUNDED),
    ("limit", BOUNDED),
    ("time", LIFE),
    ("TimeToLive", LIFE),
    ("time_to_live", LIFE),
    ("max_age", LIFE),
    ("expire", LIFE),
    (
        "expires",
        Words(
            "one life for all is `ttl = 60`, a value's own is `ttl_of = |user: &User| user.life()`",
        ),
    ),
    ("expiry", LIFE),
    ("ttl_secs", LIFE),
    ("ttl_seconds", LIFE),
    // The nearest name would be `ttl`, whose plain number is seconds.
    ("ttl_ms", Unit("ms")),
    ("ttl_millis", Unit("ms")),
    ("time_to_idle", LENGTHENED),
    ("time_refresh", LENGTHENED),
    ("refresh", LENGTHENED),
    ("expire_after", Words("a value's own life is `ttl_of = |user: &User| user.life()`")),
    ("ignore", Skip),
    ("Ignore", Skip),
    ("exclude", Skip),
    (
        "result",
        Words(
            "a `Result` is recognised by its type, and only `Ok` is cached unless `cache_err` is written; remove it",
        ),
    ),
    (
        "option",
        Words(
            "an `Option` is recognised by its type, and only `Some` is cached unless `cache_none` is written; remove it",
        ),
    ),
    (
        "result_fallback",
        Words("it is `stale_if_error`, which comes in a later version of cachekit"),
    ),
    ("ty", MADE),
    ("type", MADE),
    ("create", MADE),
    ("unbound", MADE),
    ("initial_capacity", MADE),
    (
        "max_memory",
        Words(
            "write `max_bytes = 64 << 20`, and `weigh = |page: &Page| page.body.len()` beside it",
        ),
    ),
    ("weigher", Words("it is called `weigh` here; write `weigh = |page: &Page| page.body.len()`")),
    ("sync_writes", ONCE),
    ("single_flight", ONCE),
    ("sync_lock", ONCE),
    ("SharedCache", SHARED),
    ("scope", SHARED),
    ("thread_local", SHARED),
    ("CustomHasher", HASHED),
    ("HasherInit", HASHED),
    ("hasher", HASHED),
    (
        "with_cached_flag",
        Words("`detailed` of the function tells where a value came from; remove it"),
    ),
    (
        "map_error",
        Words(
            "a refusal becomes your error by `impl From<cachekit::Error> for AppError`; remove it",
        ),
    ),
    (
        "redis",
        Words(
            "choose `mode = \"strict\"` or `mode = \"degraded\"`, and set the server with `Runtime::builder().redis(..)`",
        ),
    ),
    ("disk", DIRECTORY),
    ("disk_dir", DIRECTORY),
    ("service", RUNTIME),
    ("client", RUNTIME),
    ("backend", RUNTIME),
    ("prefix", NAMED),
    ("cache_prefix_block", NAMED),
    (
        "secure",
        Words("it is called `encrypt` here; write `encrypt`, and give the runtime its `keys(..)`"),
    ),
    ("policy", CHOSEN),
    ("eviction_policy", CHOSEN),
    ("eviction_listener", Words("`stats` of the function counts what was evicted; remove it")),
    ("swr", LATER),
    ("events", LATER),
    ("dependencies", LATER),
    ("invalidate_on", LATER),
    ("serializer", Name("codec", "\"bincode\"")),
    ("local", Mode),
    ("strict", Mode),
    ("degraded", Mode),
    ("async", RECOGNISED),
    ("future", RECOGNISED),
];

/// What an option of another crate is here, for the value that was written.
pub(super) fn option(option: &Opt) -> Option<String> {
    let name = option.name.to_string();
    if name == "convert" {
        return Some(convert(option));
    }
    let (_, here) = ELSEWHERE.iter().find(|(other, _)| *other == name)?;
    let written = literal(option).map(|lit| lit.to_token_stream().to_string());
    Some(match here {
        Name(other, example) => {
            let value = written.as_deref().unwrap_or(example);
            format!("it is called `{other}` here; write `{other} = {value}`")
        }
        Unit(unit) => {
            let value = written.filter(|value| value.bytes().all(|b| b.is_ascii_digit()));
            format!("write `ttl = \"{}{unit}\"`", value.as_deref().unwrap_or("500"))
        }
        Mode => format!("it is a mode here; write `mode = \"{name}\"`"),
        Skip => {
            let parameter = match &option.value {
                Value::Is(Expr::Path(path)) => path.path.get_ident().map(ToString::to_string),
                _ => None,
            };
            let names = parameter.unwrap_or_else(|| "a, b".to_owned());
            format!("it is called `skip` here; write `skip({names})`")
        }
        Words(words) => (*words).to_owned(),
    })
}

/// Code in a text is the code itself here.
fn convert(option: &Opt) -> String {
    let code = match &option.value {
        Value::Is(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => text.value(),
        Value::Is(code) => code.to_token_stream().to_string().replace("! (", "!("),
        _ => String::new(),
    };
    let code = code.trim().trim_start_matches('{').trim_end_matches('}').trim();
    let code = if code.is_empty() || code.contains('\n') || code.len() > 60 { ".." } else { code };
    format!("the key is an expression here, not a text; write `key = {code}`")
}

fn literal(option: &Opt) -> Option<&Lit> {
    match &option.value {
        Value::Is(Expr::Lit(ExprLit { lit, .. })) => Some(lit),
        _ => None,
    }
}

/// Words for an option's value that mean one of ours, and what they mean.
const WORDS: &[(&str, &[&str], &str)] = &[
    (
        "mode",
        &["distributed", "redis", "shared", "remote", "global"],
        "with a shared tier, `\"strict\"` refuses while it is down, and `\"degraded\"` answers and says so",
    ),
    ("mode", &["memory", "process", "thread", "lru"], "in this process alone is `\"local\"`"),
    ("codec", &["json", "cbor"], "the one that describes itself is `\"msgpack\"`"),
    ("codec", &["messagepack", "rmp"], "write `codec = \"msgpack\"`"),
    ("l1", &["none", "no", "never"], "write `l1 = \"off\"`"),
    ("on_store_error", &["ignore", "log", "warn"], "write `on_store_error = \"return\"`"),
];

/// What was probably meant by a word that is none of an option's.
pub(super) fn word(option: &str, word: &str) -> Option<&'static str> {
    let known = |(other, words, _): &&(&str, &[&str], _)| {
        *other == option && words.iter().any(|known| known.eq_ignore_ascii_case(word))
    };
    WORDS.iter().find(known).map(|(_, _, meant)| *meant)
}

#[cfg(test)]
mod tests {
    use super::super::table::{LATER, row_of};
    use super::*;

    #[test]
    fn what_exists_here_is_no_habit_from_elsewhere() {
        assert!(ELSEWHERE.iter().all(|(name, _)| row_of(name).is_none() && !LATER.contains(name)));
    }
}
