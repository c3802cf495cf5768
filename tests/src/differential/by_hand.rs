//! The texts of what an operator or another program writes, the same for every tier of keys.

use super::scene::{Spot, version};
use super::step::{Litter, Mark, Strange};

/// A mark that cannot be read.
pub(super) const STAIN: &[u8] = b"?";

/// How far ahead or behind a date is that is written by hand, in milliseconds: as a filler's.
const HOUR: u64 = 3_600_000;

pub(super) fn value_field(spot: Spot) -> String {
    format!("v:{}", version(spot.version))
}

pub(super) fn mark_field(spot: Spot) -> String {
    format!("g:{}", version(spot.version))
}

/// What stands in a generation's place; `None` if it is no text.
pub(super) fn text(strange: Strange) -> Option<String> {
    match strange {
        Strange::List | Strange::Fields => None,
        Strange::Empty => Some(String::new()),
        Strange::Text => Some("no digits".to_owned()),
        Strange::Long => Some("a".repeat(65)),
        Strange::Sound => Some("0123456789abcdef".to_owned()),
    }
}

/// A value that another program writes where there is none.
pub(super) const FORGED: &[u8] = b"forged";

/// What stands for what a value is stored under, of an entry under so many generations, where this
/// stood before.
pub(super) fn mark(mark: Mark, above: usize, before: Option<&[u8]>, now: u64) -> Vec<u8> {
    let end = now + HOUR;
    match mark {
        Mark::Empty => String::new(),
        Mark::Endless => "aa.bb.".to_owned(),
        Mark::Digits => "aa.bb.12345678901234567".to_owned(),
        Mark::Long => format!("{}.{end}", "a".repeat(256)),
        Mark::Nothing => format!("{}{end}", ".".repeat(above)),
        Mark::Others => format!("aa.bb.{end}"),
        Mark::Past => {
            let before = String::from_utf8_lossy(before.unwrap_or_default()).into_owned();
            let under = before.rsplit_once('.').map_or("aa", |(under, _)| under);
            format!("{under}.{}", now - HOUR)
        }
    }
    .into_bytes()
}

/// A field that no build of ours writes; `None` for more of them than one.
pub(super) fn field(litter: Litter, now: u64) -> Option<(String, Vec<u8>)> {
    let (field, text) = match litter {
        Litter::Other => ("l".to_owned(), "text".to_owned()),
        Litter::Long => (format!("f:{}", "x".repeat(127)), (now + HOUR).to_string()),
        Litter::Undated => ("f:undated".to_owned(), "soon".to_owned()),
        Litter::Ahead => ("f:ahead".to_owned(), (now + 48 * HOUR).to_string()),
        Litter::Unmarked => ("v:00000000000000cc".to_owned(), "text".to_owned()),
        Litter::Crowd => return None,
    };
    Some((field, text.into_bytes()))
}
