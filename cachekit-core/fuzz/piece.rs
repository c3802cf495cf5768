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
