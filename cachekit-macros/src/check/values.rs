//! Reads the values of options: words, texts, numbers, lengths of time, switches.

use std::time::Duration;

use syn::{Expr, ExprLit, ExprUnary, Lit, LitStr, Path, UnOp};

use crate::ast::{Opt, Value};
use crate::errors::Errors;
use crate::plan::Life;

use super::known::{list, nearest};
use super::misused;

/// The longest life there is: ten years, which every tier can express.
const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// One word of several.
pub(super) fn word<T: Copy>(option: &Opt, words: &[(&str, T)], errors: &mut Errors) -> Option<T> {
    let name = &option.name;
    let (first, _) = words.first()?;
    let Some(text) = literal(option) else {
        misused(option, &format!("{name} = \"{first}\""), errors);
        return None;
    };
    let value = text.value();
    if let Some((_, word)) = words.iter().find(|(word, _)| *word == value) {
        return Some(*word);
    }
    let all: Vec<_> = words.iter().map(|(word, _)| *word).collect();
    let meant = nearest(&value, all.iter().copied());
    let hint = meant.map_or(String::new(), |meant| format!("; did you mean `\"{meant}\"`?"));
    errors.at(text, format!("`{name}` is one of {}{hint}", list(&all)));
    None
}

/// A text.
pub(super) fn text(option: &Opt, example: &str, errors: &mut Errors) -> Option<LitStr> {
    match literal(option) {
        Some(text) if !text.value().is_empty() => Some(text.clone()),
        Some(text) => {
            errors.at(text, format!("`{}` is empty; write `{example}`", option.name));
            None
        }
        None => {
            misused(option, example, errors);
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
pub(super) fn path(option: &Opt, example: &str, errors: &mut Errors) -> Option<Path> {
    match &option.value {
        Value::Is(Expr::Path(path)) => Some(path.path.clone()),
        _ => {
            misused(option, example, errors);
            None
        }
    }
}

/// Any expression.
pub(super) fn expr(option: &Opt, example: &str, errors: &mut Errors) -> Option<Expr> {
    match &option.value {
        Value::Is(expr) => Some(expr.clone()),
        _ => {
            misused(option, example, errors);
            None
        }
    }
}

/// A number of things, at least one.
pub(super) fn count(option: &Opt, example: &str, errors: &mut Errors) -> Option<Expr> {
    let expr = expr(option, example, errors)?;
    let name = &option.name;
    match &expr {
        Expr::Lit(ExprLit { lit: Lit::Int(lit), .. }) => match lit.base10_parse::<usize>() {
            Ok(0) => {
                errors.at(lit, format!("`{name} = 0` would keep nothing; write `{example}`"));
                None
            }
            Ok(_) => Some(expr),
            Err(_) => {
                errors.at(lit, format!("`{name}` is a whole number; write `{example}`"));
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

/// A length of time: whole seconds, a text with a unit, or a const `Duration`.
pub(super) fn life(option: &Opt, errors: &mut Errors) -> Option<Life> {
    let name = option.name.to_string();
    let forms =
        format!("write `{name} = 300` (seconds), `{name} = \"500ms\"` or `{name} = \"5m\"`");
    let Value::Is(expr) = &option.value else {
        errors.at(&option.name, format!("`{name}` needs a length of time; {forms}"));
        return None;
    };
    let known = match expr {
        Expr::Lit(ExprLit { lit: Lit::Int(lit), .. }) => {
            lit.base10_parse().ok().filter(|_| lit.suffix().is_empty()).map(Duration::from_secs)
        }
        Expr::Lit(ExprLit { lit: Lit::Str(lit), .. }) => parse(&lit.value()),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), .. }) => {
            errors.at(expr, format!("`{name}` cannot be negative; {forms}"));
            return None;
        }
        Expr::Lit(_) => None,
        _ => return Some(Life::Expr(expr.clone())),
    };
    match known {
        Some(known) if known.is_zero() => {
            errors.at(expr, format!("`{name}` is zero, so that nothing would be kept; {forms}"));
            None
        }
        Some(known) if known > LONGEST => {
            errors
                .at(expr, format!("`{name}` is longer than ten years, the most there is; {forms}"));
            None
        }
        Some(known) => Some(Life::Known(known)),
        None => {
            errors.at(expr, format!("`{name}` is no length of time that can be read; {forms}"));
            None
        }
    }
}

fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    match text.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => humantime::parse_duration(text).ok(),
    }
}
