//! Registry: the functions of a runtime, and the guard against two that claim one name.

use std::sync::{Arc, LazyLock, Mutex};

use crate::error::Error;
use crate::function::site::Site;
use crate::sync::plain;

/// The functions of one runtime.
#[derive(Clone, Default)]
pub(crate) struct Registry(Arc<Mutex<Vec<&'static Site>>>);

impl Registry {
    /// An empty registry.
    pub(crate) fn own() -> Self {
        Self::default()
    }

    /// The registry of functions that name no runtime, whichever runtime is theirs.
    ///
    /// A local function is listed here without one ever being built.
    pub(crate) fn common() -> Self {
        static COMMON: LazyLock<Registry> = LazyLock::new(Registry::default);
        COMMON.clone()
    }

    /// The functions of all registries.
    #[cfg(feature = "metrics")]
    pub(crate) fn everyone() -> Vec<&'static Site> {
        plain(&EVERYONE).clone()
    }

    /// Lists a function.
    ///
    /// # Errors
    ///
    /// If another function of the same identity is listed and both would share entries in L2.
    pub(crate) fn admit(&self, site: &'static Site) -> Result<(), Error> {
        let mut sites = plain(&self.0);
        if !sites.iter().any(|listed| std::ptr::eq(*listed, site)) {
            sites.push(site);
            #[cfg(feature = "metrics")]
            enlist(site);
        }
        let spec = site.spec();
        let twin = sites.iter().find(|other| {
            let theirs = other.spec();
            !std::ptr::eq(**other, site)
                && theirs.identity == spec.identity
                && theirs.namespace == spec.namespace
                && other.is_remote()
                && site.is_remote()
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

    pub(crate) fn sites(&self) -> Vec<&'static Site> {
        plain(&self.0).clone()
    }
}

/// Every function that is listed anywhere.
#[cfg(feature = "metrics")]
static EVERYONE: Mutex<Vec<&'static Site>> = Mutex::new(Vec::new());

#[cfg(feature = "metrics")]
fn enlist(site: &'static Site) {
    let mut everyone = plain(&EVERYONE);
    if !everyone.iter().any(|listed| std::ptr::eq(*listed, site)) {
        everyone.push(site);
    }
}
