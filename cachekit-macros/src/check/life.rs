//! Reads a length of time: a number of seconds, a text with units, or an expression.

use std::time::Duration;

use quote::ToTokens as _;
use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

use crate::ast::{Opt, Value};
use crate::errors::Errors;
use crate::plan::Life;

/// The longest life there is: ten years, which every tier can express.
const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// The shortest life there is: what is stored ends on a whole millisecond, and rounding up would
/// lengthen a life.
const SHORTEST: Duration = Duration::from_millis(1);

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
