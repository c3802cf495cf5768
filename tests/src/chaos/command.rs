//! A command that passed the proxy, known by its own name or by its script's.

use std::collections::HashMap;

/// The comment that opens each of the cache's scripts; the script's name follows.
const SCRIPT_MARK: &str = "-- cachekit ";

/// A command that a client sent.
#[derive(Debug, Clone)]
pub struct Command {
    /// Its name in upper case, such as `HMGET`.
    pub name: String,
    /// The name of the script it runs, if it runs one that was seen before.
    pub script: Option<String>,
    /// What follows the name.
    pub arguments: Vec<Vec<u8>>,
}

/// The scripts whose text was seen, by their hash.
#[derive(Debug, Default)]
pub(super) struct Scripts(HashMap<Vec<u8>, String>);

impl Scripts {
    /// The command that these words are.
    pub(super) fn command(&mut self, words: &[Vec<u8>]) -> Command {
        let name = words.first().map(|name| String::from_utf8_lossy(name).to_uppercase());
        let name = name.unwrap_or_default();
        let arguments = words.get(1..).unwrap_or_default().to_vec();
        let script = match (name.as_str(), arguments.first()) {
            ("EVAL", Some(source)) => self.learn(source),
            ("EVALSHA", Some(hash)) => self.0.get(hash).cloned(),
            _ => None,
        };
        Command { name, script, arguments }
    }

    fn learn(&mut self, source: &[u8]) -> Option<String> {
        let text = String::from_utf8_lossy(source);
        let name = text.lines().next()?.strip_prefix(SCRIPT_MARK)?.to_owned();
        let hash = redis::Script::new(&text).get_hash().as_bytes().to_vec();
        self.0.insert(hash, name.clone());
        Some(name)
    }
}

impl Command {
    /// Whether it is called `what`: by its own name, or by its script's.
    pub fn is(&self, what: &str) -> bool {
        self.name.eq_ignore_ascii_case(what) || self.script.as_deref() == Some(what)
    }
}
