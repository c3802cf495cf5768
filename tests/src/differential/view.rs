//! What every tier has, whatever it is made of: the values that a call would be given, and the fills that would be stored.

use std::collections::{BTreeMap, BTreeSet};

use cachekit::testing::Kept;

use super::content::Content;
use super::scene::{Scene, Spot, spots, version};
use super::value::label;

/// What can be had of a tier.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct View {
    /// Values that are read, and not over.
    pub(super) values: BTreeMap<Spot, String>,
    /// Fillers whose commits would be stored.
    pub(super) fillers: BTreeSet<String>,
}

/// What a tier of keys has of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing, or nothing that says what it is.
    Nothing,
    /// It is read.
    Current,
    /// Its life is over.
    Over,
    /// Its generations are not those of now.
    Revoked,
}

impl View {
    /// What can be had of a tier of keys, where fillers were told these generations.
    pub(super) fn of(content: &Content, scene: Scene, told: &BTreeMap<String, String>) -> Self {
        let mut view = Self::default();
        for spot in spots() {
            let Some(Kept::Fields(fields)) = kept(content, &scene.entry(spot.entry)) else {
                continue;
            };
            if let Some(value) = fields.get(&format!("v:{}", version(spot.version)))
                && state(content, scene, spot) == State::Current
            {
                view.values.insert(spot, label(value));
            }
            let Some(current) = current(content, scene, spot.entry) else { continue };
            for field in fields.keys().filter_map(|field| field.strip_prefix("f:")) {
                if told.get(field).is_some_and(|generation| *generation == current) {
                    view.fillers.insert(field.to_owned());
                }
            }
        }
        view
    }
}

/// What a tier of keys has of a value.
pub(super) fn state(content: &Content, scene: Scene, spot: Spot) -> State {
    let Some(Kept::Fields(fields)) = kept(content, &scene.entry(spot.entry)) else {
        return State::Nothing;
    };
    let version = version(spot.version);
    let Some(mark) = fields.get(&format!("g:{version}")) else { return State::Nothing };
    let mark = String::from_utf8_lossy(mark);
    let Some((under, end)) = mark.rsplit_once('.') else { return State::Nothing };
    let Ok(end) = end.parse::<u64>() else { return State::Nothing };
    if !fields.contains_key(&format!("v:{version}")) {
        return State::Nothing;
    }
    let is_current = current(content, scene, spot.entry) == Some(format!("{under}."));
    match (is_current, end <= content.now) {
        (_, true) => State::Over,
        (true, false) => State::Current,
        (false, false) => State::Revoked,
    }
}

/// The generations of now that an entry is under, joined; `None` if one is missing.
fn current(content: &Content, scene: Scene, entry: usize) -> Option<String> {
    let mut joined = String::new();
    for key in scene.above(entry) {
        let Some(Kept::Text(text)) = kept(content, &key) else { return None };
        joined.push_str(str::from_utf8(text).ok()?);
        joined.push('.');
    }
    Some(joined)
}

fn kept<'a>(content: &'a Content, key: &str) -> Option<&'a Kept> {
    content.held.get(key).map(|held| &held.kept)
}
