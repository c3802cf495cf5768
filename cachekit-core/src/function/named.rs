//! Function: a cached function as programs name it, whatever its types.

use std::fmt;
use std::time::Duration;

use crate::function::site::Site;
use crate::observe::stats::Stats;
use crate::policy::Mode;
use crate::runtime::registered::Registered;

/// A cached function, as [`RuntimeBuilder::functions`](crate::RuntimeBuilder::functions) and
/// [`Runtime::functions`](crate::Runtime::functions) name it: the constant `SPEC` of its companion.
///
/// ```
/// use std::time::Duration;
/// use cachekit::{Invalidated, Mode, cached};
///
/// #[cached(ttl = 60, name = "prices")]
/// fn price(item: u64) -> u64 {
///     item * 3
/// }
///
/// assert_eq!((price::SPEC.name(), price::SPEC.mode()), ("prices", Mode::Local));
/// assert_eq!(price::SPEC.ttl(), Some(Duration::from_secs(60)));
/// assert_eq!(price::SPEC.invalidate_all().wait()?, Invalidated::LocalOnly);
/// # Ok::<(), cachekit::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Function(pub(crate) &'static Site);

impl Function {
    /// The function of a site.
    #[doc(hidden)]
    pub const fn new(site: &'static Site) -> Self {
        Self(site)
    }

    /// Its identity: its path, or `name = ..`.
    pub fn name(self) -> &'static str {
        self.0.spec().identity
    }

    /// Its mode.
    pub fn mode(self) -> Mode {
        self.0.spec().policy.mode
    }

    /// How long a value of it lives at most, within what the deployment allows.
    ///
    /// `None` where its values do not end, or only as they say themselves.
    pub fn ttl(self) -> Option<Duration> {
        // Its runtime is asked for what it allows, if it names one.
        self.0.register();
        self.0.policy().ttl
    }

    /// What its calls came to.
    pub fn stats(self) -> Stats {
        self.0.stats()
    }

    pub(crate) fn registered(self) -> &'static dyn Registered {
        self.0
    }

    /// Its site.
    #[doc(hidden)]
    #[inline]
    pub const fn site(self) -> &'static Site {
        self.0
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Function").field(&self.name()).finish()
    }
}
