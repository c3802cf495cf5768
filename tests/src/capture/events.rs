//! The events of one runtime, as the JSON lines that an operator sees.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cachekit::Event;

use crate::patience::until;

/// The events of a runtime, in the order they were raised.
///
/// ```
/// let events = cachekit_tests::Events::default();
/// let builder = cachekit::Runtime::builder().on_event(events.listener());
/// assert_eq!(events.count("BACKEND_RECOVERED"), 0);
/// # drop(builder);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Events(Arc<Mutex<Vec<String>>>);

impl Events {
    /// What `on_event` takes.
    pub fn listener(&self) -> impl Fn(&Event) + Send + Sync + 'static {
        let events = self.clone();
        move |event| events.lock().push(event.to_json())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every line so far.
    pub fn lines(&self) -> Vec<String> {
        self.lock().clone()
    }

    /// The names of the events so far.
    ///
    /// # Panics
    ///
    /// If a line is not JSON with a name.
    pub fn names(&self) -> Vec<String> {
        let name = |line: &String| Some(field(line, "event")?.as_str()?.to_owned());
        self.lines().iter().map(|line| name(line).expect("an event has a name")).collect()
    }

    /// How many events have this name.
    pub fn count(&self, name: &str) -> usize {
        self.names().iter().filter(|other| *other == name).count()
    }

    /// Waits for an event of this name.
    ///
    /// # Panics
    ///
    /// If none comes.
    pub fn wait_for(&self, name: &str) {
        until(&format!("{name} is raised"), || self.count(name) > 0);
    }
}

fn field(line: &str, name: &str) -> Option<serde_json::Value> {
    let object: serde_json::Value = serde_json::from_str(line).ok()?;
    object.get(name).cloned()
}
