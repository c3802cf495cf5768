//! Reads the values of options: words, texts, numbers, lengths of time, switches.

use std::time::Duration;

use quote::ToTokens as _;
use syn::{Expr, ExprLit, ExprUnary, Lit, LitStr, Path, UnOp};

use crate::ast::{Opt, Value};
use crate::errors::Errors;
use crate::plan::Life;

use super::elsewhere;
use super::known::{list, nearest};
use super::misused;

/// The longest life there is: ten years, which every tier can express.
const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// The shortest life there is: what is stored ends on a whole millisecond, and rounding up would
/// lengthen a life.
const SHORTEST: Duration = Duration::from_millis(1);

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
            let known = || elsewhere::word(&name.to_string(), &value);
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
pub(super) fn text(option: &Opt, example: &str, errors: &mut Errors) -> Option<LitStr> {
    match literal(option) {
        Some(text) if !text.value().is_empty() => Some(text.clone()),
        Some(text) => {
            errors.at(text, format!("`{}` is empty; write `{example}`", option.name));
            None
        }
        None => {
            let written = match &option.value {
                Value::Is(value) => last(value),
                _ => None,
            };
            let meant = written.map(|written| format!("{} = \"{written}\"", option.name));
            misused(option, meant.as_deref().unwrap_or(example), errors);
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
    if let Value::Is(Expr::Path(path)) = &option.value {
        return Some(path.path.clone());
    }
    let meant = literal(option).and_then(|text| text.parse::<Path>().ok());
    let meant = meant.map(|path| format!("{} = {}", option.name, path.to_token_stream()));
    misused(option, meant.as_deref().unwrap_or(example), errors);
    None
}

/// Any expression.
pub(super) fn expr(option: &Opt, example: &str, errors: &mut Errors) -> Option<Expr> {
    if let Value::Is(expr) = &option.value {
        return Some(expr.clone());
    }
    misused(option, example, errors);
    None
}

/// A function of a value: a closure, or a path to one.
pub(super) fn choice(option: &Opt, example: &str, errors: &mut Errors) -> Option<Expr> {
    let expr = expr(option, example, errors)?;
    if matches!(expr, Expr::Lit(_) | Expr::Unary(_)) {
        let name = &option.name;
        errors.at(&expr, format!("`{name}` asks the value; write `{example}`"));
        return None;
    }
    Some(expr)
}

/// A part of a whole, more than nothing and less than all of it.
pub(super) fn share(option: &Opt, example: &str, errors: &mut Errors) -> Option<Expr> {
    let expr = expr(option, example, errors)?;
    let fits = match &expr {
        Expr::Lit(ExprLit { lit: Lit::Float(lit), .. }) => {
            lit.base10_parse::<f64>().is_ok_and(|share| share > 0.0 && share < 1.0)
        }
        Expr::Lit(_) | Expr::Unary(_) => false,
        _ => true,
    };
    if !fits {
        let name = &option.name;
        errors.at(
            &expr,
            format!("`{name}` is a share, more than 0 and less than 1; write `{example}`"),
        );
    }
    fits.then_some(expr)
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
    let expr = expr(option, "version = 1", errors)?;
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
            // More seconds than can be counted are too many in any case.
            let seconds = lit.base10_parse().unwrap_or(u64::MAX);
            lit.suffix().is_empty().then_some(Duration::from_secs(seconds))
        }
        Expr::Lit(ExprLit { lit: Lit::Str(lit), .. }) => parse(&lit.value()),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), .. }) => {
            errors.at(expr, format!("`{name}` cannot be negative; {forms}"));
            return None;
        }
        Expr::Lit(_) => None,
        Expr::Binary(_) if is_number(expr) => {
            let written = expr.to_token_stream();
            let message = format!("`{name}` is calculated as a `Duration`");
            errors.at(expr, format!("{message}; write `{name} = Duration::from_secs({written})`"));
            return None;
        }
        _ => return Some(Life::Expr(Box::new(expr.clone()))),
    };
    match known {
        Some(known) if known < SHORTEST => {
            let is = if known.is_zero() { "zero" } else { "too short" };
            let message = format!("`{name}` is {is}: a millisecond is the least there is");
            errors.at(expr, format!("{message}; {forms}"));
            None
        }
        Some(known) if known > LONGEST => {
            errors
                .at(expr, format!("`{name}` is longer than ten years, the most there is; {forms}"));
            None
        }
        Some(known) => Some(Life::Known(known)),
        None => {
            let forms = meant(expr).map_or(forms, |meant| format!("write `{name} = {meant}`"));
            errors.at(expr, format!("`{name}` is no length of time that can be read; {forms}"));
            None
        }
    }
}

/// A literal that says how long, though not in a way that can be read: `5m`, `300u64`, `1.5`.
fn meant(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Int(lit), .. }) => {
            let (number, unit) = (lit.base10_digits(), lit.suffix());
            let united = format!("{number}{unit}");
            let known = unit.chars().all(char::is_alphabetic) && parse(&united).is_some();
            Some(if known { format!("\"{united}\"") } else { number.to_owned() })
        }
        Expr::Lit(ExprLit { lit: Lit::Float(lit), .. }) if lit.suffix().is_empty() => {
            let life = Duration::try_from_secs_f64(lit.base10_parse().ok()?).ok()?;
            (life <= LONGEST && life >= SHORTEST)
                .then(|| format!("\"{}\"", humantime::format_duration(life)))
        }
        _ => None,
    }
}

/// Whether an expression is a calculation with whole numbers.
fn is_number(expr: &Expr) -> bool {
    match expr {
        Expr::Binary(binary) => is_number(&binary.left) && is_number(&binary.right),
        Expr::Paren(paren) => is_number(&paren.expr),
        Expr::Lit(lit) => matches!(lit.lit, Lit::Int(_)),
        _ => false,
    }
}

fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    // A month to some, a minute to others.
    if text.contains('M') {
        return None;
    }
    match text.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => humantime::parse_duration(text).ok(),
    }
}
