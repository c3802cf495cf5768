//! Reads the values of options: words, texts, numbers, shares, switches.

use quote::ToTokens as _;
use syn::{Expr, ExprLit, Lit, LitStr, Path};

use crate::ast::{Opt, Value};
use crate::errors::Errors;
use crate::plan::{Set, Setting, Takes};

use super::context::Options;
use super::habits;
use super::known::{list, nearest};
use super::life::life;
use super::table::{self, Row};

/// What an option sets in the policy, if it is one that does and is written.
pub(super) fn setting(row: &Row, all: &Options<'_>, errors: &mut Errors) -> Option<Setting> {
    let (takes, option) = (row.takes?, all.get(row.name)?);
    let is_optional = match takes {
        Takes::Life { is_optional } | Takes::Count { is_optional } => is_optional,
        Takes::Share => true,
        Takes::Word(..) | Takes::Switch => false,
    };
    let set = match takes {
        Takes::Life { .. } => Set::Life(life(option, errors)?),
        Takes::Count { .. } => Set::Count(count(option, errors)?),
        Takes::Share => Set::Share(share(option, errors)?),
        Takes::Word(ty, words) => Set::Word(ty, word(option, words, errors)?),
        Takes::Switch => switch(option, errors).then_some(Set::On)?,
    };
    Some(Setting { option: row.name, set, is_optional })
}

/// The mistake of an option that comes without its value, or with one that it does not take; `meant`
/// is what it was probably to be.
pub(super) fn misused(option: &Opt, meant: Option<&str>, errors: &mut Errors) {
    let (name, example) = (&option.name, meant.unwrap_or_else(|| example(option)));
    match &option.value {
        Value::Parens => errors.at(name, format!("`=` stands behind `{name}`; write `{example}`")),
        Value::Is(value) => {
            errors.at(value, format!("`{name}` does not take this; write `{example}`"));
        }
        _ => errors.at(name, format!("`{name}` needs a value; write `{example}`")),
    }
}

fn example(option: &Opt) -> &'static str {
    table::example(&option.name.to_string())
}

/// One word of several.
pub(super) fn word<T: Copy>(option: &Opt, words: &[(&str, T)], errors: &mut Errors) -> Option<T> {
    let name = &option.name;
    let (first, _) = words.first()?;
    let all: Vec<_> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
    let all = format!("`{name}` is one of {}", list(&all));
    match (literal(option), &option.value) {
        (Some(text), _) => {
            let value = text.value();
            if let Some((_, word)) = words.iter().find(|(word, _)| *word == value) {
                return Some(*word);
            }
            // Of a type, its name.
            let word = value.split('<').next().unwrap_or_default();
            let meant = nearest(word, words.iter().map(|(word, _)| *word));
            let hint = meant.map(|meant| format!("; did you mean `\"{meant}\"`?"));
            let known = || habits::word(&name.to_string(), &value);
            let hint = hint.or_else(|| known().map(|meant| format!("; {meant}")));
            errors.at(text, format!("{all}{}", hint.unwrap_or_default()));
        }
        (None, Value::Is(other)) => {
            let meant = last(other).and_then(|word| nearest(&word, words.iter().map(|(w, _)| *w)));
            errors.at(other, format!("{all}; write `{name} = \"{}\"`", meant.unwrap_or(first)));
        }
        (None, _) => errors.at(name, format!("{all}; write `{name} = \"{first}\"`")),
    }
    None
}

/// The last word of a path, which was probably meant to be a text.
fn last(expr: &Expr) -> Option<String> {
    let Expr::Path(path) = expr else { return None };
    path.path.segments.last().map(|segment| segment.ident.to_string())
}

/// A text.
pub(super) fn text(option: &Opt, errors: &mut Errors) -> Option<LitStr> {
    match literal(option) {
        Some(text) if !text.value().is_empty() => Some(text.clone()),
        Some(text) => {
            let example = example(option);
            errors.at(text, format!("`{}` is empty; write `{example}`", option.name));
            None
        }
        None => {
            let written = match &option.value {
                Value::Is(value) => last(value),
                _ => None,
            };
            let meant = written.map(|written| format!("{} = \"{written}\"", option.name));
            misused(option, meant.as_deref(), errors);
            None
        }
    }
}

fn literal(option: &Opt) -> Option<&LitStr> {
    match &option.value {
        Value::Is(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => Some(text),
        _ => None,
    }
}

/// On, off, or on for standing there.
pub(super) fn switch(option: &Opt, errors: &mut Errors) -> bool {
    match &option.value {
        Value::Flag => true,
        Value::Is(Expr::Lit(ExprLit { lit: Lit::Bool(lit), .. })) => lit.value,
        _ => {
            let name = &option.name;
            errors.at(name, format!("`{name}` is a switch; write `{name}`, or `{name} = false`"));
            false
        }
    }
}

/// A path to an item.
pub(super) fn path(option: &Opt, errors: &mut Errors) -> Option<Path> {
    if let Value::Is(Expr::Path(path)) = &option.value {
        return Some(path.path.clone());
    }
    let meant = literal(option).and_then(|text| text.parse::<Path>().ok());
    let meant = meant.map(|path| format!("{} = {}", option.name, path.to_token_stream()));
    misused(option, meant.as_deref(), errors);
    None
}

/// Any expression.
pub(super) fn expr(option: &Opt, errors: &mut Errors) -> Option<Expr> {
    if let Value::Is(expr) = &option.value {
        return Some(expr.clone());
    }
    misused(option, None, errors);
    None
}

/// A function of a value: a closure, or a path to one.
pub(super) fn choice(option: &Opt, errors: &mut Errors) -> Option<Expr> {
    let expr = expr(option, errors)?;
    if matches!(expr, Expr::Lit(_) | Expr::Unary(_)) {
        let (name, example) = (&option.name, example(option));
        errors.at(&expr, format!("`{name}` asks the value; write `{example}`"));
        return None;
    }
    Some(expr)
}

/// A part of a whole, more than nothing and less than all of it.
pub(super) fn share(option: &Opt, errors: &mut Errors) -> Option<Expr> {
    let expr = expr(option, errors)?;
    let fits = match &expr {
        Expr::Lit(ExprLit { lit: Lit::Float(lit), .. }) => {
            lit.base10_parse::<f64>().is_ok_and(|share| share > 0.0 && share < 1.0)
        }
        Expr::Lit(_) | Expr::Unary(_) => false,
        _ => true,
    };
    if !fits {
        let (name, example) = (&option.name, example(option));
        errors.at(
            &expr,
            format!("`{name}` is a share, more than 0 and less than 1; write `{example}`"),
        );
    }
    fits.then_some(expr)
}

/// A number of things, at least one.
pub(super) fn count(option: &Opt, errors: &mut Errors) -> Option<Expr> {
    let expr = expr(option, errors)?;
    let (name, example) = (&option.name, example(option));
    match &expr {
        Expr::Lit(ExprLit { lit: Lit::Int(lit), .. }) => match lit.base10_parse::<usize>() {
            Ok(0) => {
                errors.at(lit, format!("`{name} = 0` would keep nothing; write `{example}`"));
                None
            }
            Ok(_) => Some(expr),
            Err(_) => {
                errors.at(lit, format!("`{name}` is more than can be counted; write `{example}`"));
                None
            }
        },
        Expr::Lit(_) | Expr::Unary(_) => {
            errors.at(&expr, format!("`{name}` is a whole number; write `{example}`"));
            None
        }
        _ => Some(expr),
    }
}

/// The version of what is stored: a number, or a const.
pub(super) fn version(option: &Opt, errors: &mut Errors) -> Option<Expr> {
    let expr = expr(option, errors)?;
    let fits = match &expr {
        Expr::Lit(ExprLit { lit: Lit::Int(lit), .. }) => lit.base10_parse::<u64>().is_ok(),
        Expr::Lit(_) | Expr::Unary(_) => false,
        _ => true,
    };
    if !fits {
        errors.at(&expr, "`version` is a whole number; write `version = 1`");
    }
    fits.then_some(expr)
}
