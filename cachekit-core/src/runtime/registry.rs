//! Registry: the functions of a runtime, and the guard against two that claim one name.

use std::sync::{Arc, LazyLock, Mutex};

use crate::call::fills::Fills;
use crate::error::Error;
use crate::runtime::registered::Registered;
use crate::sync::plain;
use crate::world::PerWorld;

/// The functions of one runtime.
#[derive(Clone, Default)]
pub(crate) struct Registry {
    functions: Arc<Mutex<Vec<&'static dyn Registered>>>,
    /// Whether they keep what they compute.
    pub(crate) fills: Fills,
}

impl Registry {
    /// An empty registry.
    pub(crate) fn own() -> Self {
        Self::default()
    }

    /// The registry of functions that name no runtime, whichever runtime is theirs.
    ///
    /// A local function is listed here without one ever being built.
    pub(crate) fn common() -> Self {
        COMMON.here().clone()
    }

    /// Whether it is that of functions that name no runtime.
    pub(crate) fn is_common(&self) -> bool {
        Arc::ptr_eq(&self.functions, &Self::common().functions)
    }

    /// The functions of all registries.
    #[cfg(feature = "metrics")]
    pub(crate) fn everyone() -> Vec<&'static dyn Registered> {
        plain(&EVERYONE).clone()
    }

    /// Lists a function.
    ///
    /// # Errors
    ///
    /// If another function of the same identity is listed and both would share entries in L2.
    pub(crate) fn admit(&self, function: &'static dyn Registered) -> Result<(), Error> {
        let mut functions = plain(&self.functions);
        if !functions.iter().any(|listed| std::ptr::addr_eq(*listed, function)) {
            functions.push(function);
            #[cfg(feature = "metrics")]
            enlist(function);
        }
        let spec = function.spec();
        let twin = functions.iter().find(|other| {
            let theirs = other.spec();
            !std::ptr::addr_eq(**other, function)
                && theirs.identity == spec.identity
                && theirs.namespace == spec.namespace
                && theirs.is_remote()
                && spec.is_remote()
        });
        match twin {
            None => Ok(()),
            Some(twin) if twin.spec().place == spec.place => Err(Error::config(format!(
                "{} is in this program twice, and both would share entries: where `lib.rs` and \
                 `main.rs` both say `mod ..;`, let the library say it, and `use` it in the program",
                spec.place
            ))),
            Some(twin) => Err(Error::config(format!(
                "two functions claim the name `{}` and would share entries: {} and {}; \
                 give one of them another `name = ..`",
                spec.identity,
                twin.spec().place,
                spec.place
            ))),
        }
    }

    /// Forgets the registry of a world that ends.
    #[cfg(feature = "testing")]
    pub(crate) fn end_world() {
        COMMON.end();
    }

    pub(crate) fn functions(&self) -> Vec<&'static dyn Registered> {
        plain(&self.functions).clone()
    }
}

static COMMON: LazyLock<PerWorld<Registry>> =
    LazyLock::new(|| PerWorld::new(Registry::default(), Registry::default));

/// Every function that is listed anywhere.
#[cfg(feature = "metrics")]
static EVERYONE: Mutex<Vec<&'static dyn Registered>> = Mutex::new(Vec::new());

#[cfg(feature = "metrics")]
fn enlist(function: &'static dyn Registered) {
    let mut everyone = plain(&EVERYONE);
    if !everyone.iter().any(|listed| std::ptr::addr_eq(*listed, function)) {
        everyone.push(function);
    }
}
