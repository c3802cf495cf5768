//! Refuses options that do not exist, and says what was probably meant.

use crate::ast::{Opt, Value};
use crate::errors::Errors;
use crate::plan::Param;

use super::habits;
use super::signature::position;
use super::table::{self, LATER};

/// Reports options that do not exist here, and options written twice.
pub(super) fn check(options: &[Opt], params: &[Param], errors: &mut Errors) {
    for (index, option) in options.iter().enumerate() {
        let name = option.name.to_string();
        if options[..index].iter().any(|earlier| earlier.name == option.name) {
            errors.at(&option.name, format!("`{name}` is written twice; remove one"));
        } else if LATER.contains(&name.as_str()) {
            errors.at(
                &option.name,
                format!("`{name}` comes in a later version of cachekit; remove it for now"),
            );
        } else if table::row_of(&name).is_none() {
            errors.at(&option.name, unknown(option, params));
        }
    }
}

fn unknown(option: &Opt, params: &[Param]) -> String {
    let name = option.name.to_string();
    if let Some(meant) = habits::option(option) {
        return format!("there is no option `{name}`: {meant}");
    }
    if matches!(option.value, Value::Flag) && position(params, &option.name).is_some() {
        return format!(
            "there is no option `{name}`: every parameter is part of the key already; \
             write `key = {name}` if it alone is, or `skip({name})` if it is not"
        );
    }
    match nearest(&name, table::names().chain(LATER.iter().copied())) {
        Some(meant) if LATER.contains(&meant) => format!(
            "there is no option `{name}`; if you mean `{meant}`, it comes in a later version of cachekit"
        ),
        Some(meant) => format!("there is no option `{name}`; did you mean `{meant}`?"),
        None => format!(
            "there is no option `{name}`; there are {}",
            list(&table::names().collect::<Vec<_>>())
        ),
    }
}

/// The name that differs least, if it differs little; the first of several.
pub(super) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let (near, name) = (name.len() / 3 + 1, name.to_ascii_lowercase());
    names
        .map(|other| (distance(&name, other), other))
        .filter(|(distance, _)| *distance <= near)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, other)| other)
}

/// `a`, `b` and `c`.
pub(super) fn list(names: &[impl AsRef<str>]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
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
        assert_eq!(nearest("max_sise", table::names()), Some("max_size"));
        assert_eq!(nearest("tll", table::names()), Some("ttl"));
        assert_eq!(nearest("frobnicate", table::names()), None);
    }
}
