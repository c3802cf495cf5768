//! Conformance: runs every rule of a tier's contract over a tier, and names those that it breaks.

mod changes;
mod entries;
mod fence;
mod fills;
mod trial;

use std::error::Error as StdError;
use std::fmt;

use super::Backend;
use trial::{Trial, Verdict};

/// A rule of the contract, and how it is tried.
struct Rule {
    name: String,
    check: Box<dyn Fn(&Trial<'_>) -> Verdict>,
}

impl Rule {
    fn new(name: impl Into<String>, check: impl Fn(&Trial<'_>) -> Verdict + 'static) -> Self {
        Self { name: name.into(), check: Box::new(check) }
    }
}

/// The rules that a tier breaks, each with what it did instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken(Vec<(String, String)>);

impl Broken {
    /// The names of the rules.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(rule, _)| rule.as_str())
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the tier breaks its contract")?;
        self.0.iter().try_for_each(|(rule, what)| write!(f, "\n  {rule}: {what}"))
    }
}

impl StdError for Broken {}

/// Tries every rule of the contract of [`Backend`] on a tier.
///
/// Operations follow each other: whether a step is one step also where two ask at once, is for the
/// tier's own tests.
///
/// The tier must be there and have room, and its time must go on. It may be in use: each rule has a
/// function of its own in the namespace `conformance`, which nobody else names, and what is left of
/// it ends with its own life. Needs no ambient runtime, and takes less than a second over a tier
/// that is near.
///
/// ```
/// use cachekit::testing::{Memory, conformance};
///
/// # fn main() -> Result<(), cachekit::testing::Broken> {
/// conformance(&Memory::new())?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// The rules that it breaks.
pub fn conformance(tier: &dyn Backend) -> Result<(), Broken> {
    let rules = [entries::rules(), fills::rules(), changes::rules(), fence::rules()];
    let mut broken = Vec::new();
    for rule in rules.into_iter().flatten() {
        let tried = Trial::begin(tier).and_then(|trial| (rule.check)(&trial));
        if let Err(what) = tried {
            broken.push((rule.name, what));
        }
    }
    if broken.is_empty() { Ok(()) } else { Err(Broken(broken)) }
}
