//! What is in a tier of keys, told so that memory and a server can be compared word for word.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cachekit::testing::Kept;

use super::scene::{ENTRIES, Scene};
use super::value::label;

/// What is in a tier, and what time it is there.
#[derive(Debug, Clone, Default)]
pub(super) struct Content {
    /// Milliseconds since the Unix epoch.
    pub(super) now: u64,
    /// In the order of the keys.
    pub(super) held: BTreeMap<String, Held>,
}

/// What is at a key, and what is left of its life in milliseconds.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) kept: Kept,
    pub(super) left: Option<u64>,
}

/// How far two dates may be apart that are the same, in milliseconds: real time passes on a server as
/// a sequence is taken, and on the clock of the others it does not.
pub(super) const SLACK: u64 = 8_000;

/// The generations that a tier made, each by its number in the order in which they were seen: every
/// tier names its own at random.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<String, Vec<String>>);

impl Names {
    /// A name of the generations at some keys, joined as a tier joins them.
    pub(super) fn joined(&mut self, keys: &[String], joined: &str) -> String {
        let mut name = String::new();
        for (at, token) in joined.split_terminator('.').enumerate() {
            match keys.get(at) {
                Some(key) => name.push_str(&self.one(key, token)),
                None => name.push_str(token),
            }
            name.push('.');
        }
        name
    }

    fn one(&mut self, key: &str, token: &str) -> String {
        let is_token = token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_token {
            // Put there by hand, and the same in every tier.
            return token.to_owned();
        }
        let known = self.0.entry(key.to_owned()).or_default();
        let at = known.iter().position(|other| other == token).unwrap_or_else(|| {
            known.push(token.to_owned());
            known.len() - 1
        });
        format!("#{at}")
    }
}

/// A content as words and dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shape(BTreeMap<String, Row>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    words: String,
    /// Milliseconds from now, in the order in which the words have a `@`.
    dates: Vec<Option<i64>>,
}

impl Shape {
    pub(super) fn of(content: &Content, scene: Scene, names: &mut Names) -> Self {
        let mut rows = BTreeMap::new();
        for (key, held) in &content.held {
            let above = (0..ENTRIES).find(|entry| scene.entry(*entry) == *key);
            let above = above.map(|entry| scene.above(entry)).unwrap_or_default();
            let left = held.left.map(|left| i64::try_from(left).unwrap_or(i64::MAX));
            let mut row = Row { words: "@".to_owned(), dates: vec![left] };
            match &held.kept {
                Kept::Foreign => row.words.push_str(" another type"),
                Kept::Text(text) => {
                    let text = text.escape_ascii().to_string();
                    let name = names.joined(std::slice::from_ref(key), &text);
                    let _ = write!(row.words, " text {name}");
                }
                Kept::Fields(fields) if fields.len() > 100 => {
                    let _ = write!(row.words, " {} fields", fields.len());
                }
                Kept::Fields(fields) => {
                    for (field, bytes) in fields {
                        row.field(field, bytes, content.now, &above, names);
                    }
                }
            }
            rows.insert(key.clone(), row);
        }
        Self(rows)
    }

    /// The first key at which two contents differ, and what each has there.
    pub(super) fn differs(&self, other: &Self) -> Option<String> {
        let keys = self.0.keys().chain(other.0.keys());
        keys.into_iter().find_map(|key| match (self.0.get(key), other.0.get(key)) {
            (Some(one), Some(two)) if one.is(two) => None,
            (one, two) => Some(format!("at {key}\n  memory {one:?}\n  server {two:?}")),
        })
    }
}

impl Row {
    fn field(&mut self, field: &str, bytes: &[u8], now: u64, above: &[String], names: &mut Names) {
        // A name of a filler's is the same in every tier; a very long one need not be read.
        let name = &field[..field.len().min(60)];
        let text = bytes.escape_ascii().to_string();
        let dated = match field.get(..2) {
            Some("g:") => {
                text.rsplit_once('.').map_or((text.as_str(), ""), |(under, end)| (under, end))
            }
            Some("f:") => ("", text.as_str()),
            _ => {
                let _ = write!(self.words, " {name}={}", label(bytes));
                return;
            }
        };
        let under = names.joined(above, dated.0);
        match date(dated.1, now) {
            Some(date) => {
                let _ = write!(self.words, " {name}={under}@");
                self.dates.push(Some(date));
            }
            None => {
                let _ = write!(self.words, " {name}={under}{}", dated.1);
            }
        }
    }

    fn is(&self, other: &Self) -> bool {
        let near = |(one, two): (&Option<i64>, &Option<i64>)| match (one, two) {
            (Some(one), Some(two)) => one.abs_diff(*two) <= SLACK,
            (one, two) => one == two,
        };
        let dates = self.dates.iter().zip(&other.dates);
        self.words == other.words
            && self.dates.len() == other.dates.len()
            && dates.into_iter().all(near)
    }
}

/// A date of the tier's time, from now.
fn date(digits: &str, now: u64) -> Option<i64> {
    if digits.len() > 16 || digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let date: i64 = digits.parse().ok()?;
    date.checked_sub(i64::try_from(now).ok()?)
}
