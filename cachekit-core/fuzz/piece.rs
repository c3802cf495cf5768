//! A value with something of everything that a codec writes.

use std::collections::BTreeMap;

use arbitrary::Arbitrary;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Arbitrary, Serialize, Deserialize)]
pub enum Piece {
    Nothing,
    Flag(bool, Option<char>),
    Text(String),
    Numbers { small: i8, wide: u128, real: u64 },
    Bytes(Vec<u8>),
    Many(Vec<(String, Option<i64>)>),
    Map(BTreeMap<String, Vec<u16>>),
}

/// A row that takes kilobytes, and one byte where it is absent.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Wide(pub [[u64; 32]; 32]);

/// A type of as many levels as somebody writes.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub enum List {
    End,
    More(Box<List>, Vec<List>),
}
