//! What a text is made of.

use std::collections::HashMap;
use std::fmt;

use cachekit::Fingerprint;
use serde::{Deserialize, Serialize};

/// What a text is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Fingerprint)]
pub(crate) struct Statistics {
    bytes: u64,
    lines: u64,
    words: u64,
    distinct: u64,
    longest_line: u64,
    /// Pairs of neighbouring lines by the sum of their edit distances: what makes it costly.
    changes: u64,
}

impl Statistics {
    pub(crate) fn of(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text);
        let mut words: HashMap<&str, u64> = HashMap::new();
        for word in text.split_whitespace() {
            *words.entry(word).or_default() += 1;
        }
        let lines: Vec<&str> = text.lines().collect();
        let neighbours = lines.windows(2).map(|pair| distance(pair[0], pair[1]));
        Self {
            bytes: text.len() as u64,
            lines: lines.len() as u64,
            words: words.values().sum(),
            distinct: words.len() as u64,
            longest_line: lines.iter().map(|line| line.len() as u64).max().unwrap_or(0),
            changes: neighbours.sum(),
        }
    }

    /// Adds another text's; distinct words of different texts are not compared.
    pub(crate) fn add(&mut self, other: &Self) {
        self.bytes += other.bytes;
        self.lines += other.lines;
        self.words += other.words;
        self.distinct += other.distinct;
        self.longest_line = self.longest_line.max(other.longest_line);
        self.changes += other.changes;
    }
}

/// The fewest bytes to insert, remove or replace to make one line of another (Levenshtein).
fn distance(one: &str, other: &str) -> u64 {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut row: Vec<u64> = (0..=other.len() as u64).collect();
    for (at, byte) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = at as u64 + 1;
        for (column, against) in other.iter().enumerate() {
            let replaced = diagonal + u64::from(byte != against);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

impl fmt::Display for Statistics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} bytes, {} lines, {} words, {} distinct in their files, longest line {}, {} changes \
             from line to line",
            self.bytes, self.lines, self.words, self.distinct, self.longest_line, self.changes
        )
    }
}
