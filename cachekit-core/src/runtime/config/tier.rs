//! The shared tier that a runtime is asked for: one of those that there are.

#[cfg(feature = "disk")]
use std::path::PathBuf;
#[cfg(feature = "l2")]
use std::sync::Arc;

use super::{MAX_VALUE_BYTES, RuntimeBuilder};
#[cfg(feature = "l2")]
use crate::error::Error;
#[cfg(feature = "l2")]
use crate::l2::Backend;

/// What the values in a directory may take.
#[cfg(feature = "disk")]
pub(crate) const DISK_MAX_BYTES: u64 = 2 << 30;

/// The least that they may take: room for a few values, without which every store evicts.
#[cfg(feature = "disk")]
const LEAST_DISK_BYTES: u64 = 64 << 10;

#[cfg(feature = "disk")]
const LAYERED: &str = "a directory cannot be a level before another L2: what other processes \
    invalidate there does not reach this node's directory, which would go on serving it; choose \
    one of redis(..), disk(..) and backend(..)";

/// What `CACHEKIT_L2` may be.
#[cfg(feature = "l2")]
const WAIVED: &str = "none";

/// The shared tier that was asked for.
#[derive(Default)]
pub(crate) enum Tier {
    #[default]
    None,
    /// There is none, and none is wanted.
    Waived,
    #[cfg(feature = "redis")]
    Redis(String),
    #[cfg(feature = "disk")]
    Disk(PathBuf),
    #[cfg(feature = "l2")]
    Custom(Arc<dyn Backend>),
    /// A directory and something else.
    #[cfg(feature = "disk")]
    Layered,
    /// More than one.
    #[cfg(feature = "l2")]
    Several,
    /// One, and none on purpose.
    #[cfg(feature = "l2")]
    Contradicted,
}

impl Tier {
    /// This tier and another: a runtime has one.
    fn beside(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, other) | (other, Self::None) => other,
            (Self::Waived, Self::Waived) => Self::Waived,
            #[cfg(feature = "l2")]
            (Self::Waived | Self::Contradicted, _) | (_, Self::Waived) => Self::Contradicted,
            #[cfg(feature = "disk")]
            (Self::Disk(_) | Self::Layered, _) | (_, Self::Disk(_)) => Self::Layered,
            #[cfg(feature = "l2")]
            _ => Self::Several,
        }
    }
}

impl RuntimeBuilder {
    /// A single Redis server as L2.
    ///
    /// `redis://[user][:password@]host[:port][/database]`, or
    /// `redis+unix:///path[?db=database][&user=user][&pass=password]`.
    #[cfg(feature = "redis")]
    pub fn redis(self, url: impl Into<String>) -> Self {
        self.tier(Tier::Redis(url.into()))
    }

    /// A directory as L2, which the processes of one host may share; made if it is not there.
    ///
    /// It must belong to the user that the process runs as, and lie on a local file system. A
    /// relative path counts from the current directory when the runtime is built.
    #[cfg(feature = "disk")]
    pub fn disk(self, directory: impl Into<PathBuf>) -> Self {
        self.tier(Tier::Disk(directory.into()))
    }

    /// What all values in the directory may take, in whole blocks of 4 KiB. 2 GiB unless set, and
    /// at least 64 KiB; a value that is larger than this alone is returned and not stored.
    #[cfg(feature = "disk")]
    pub fn disk_max_bytes(mut self, bytes: u64) -> Self {
        self.disk_max_bytes = Some(bytes);
        self
    }

    /// A tier of your own as L2.
    #[cfg(feature = "l2")]
    pub fn backend(self, backend: impl Backend) -> Self {
        self.tier(Tier::Custom(Arc::new(backend)))
    }

    /// No L2, on purpose, as on a developer's machine.
    ///
    /// Degraded functions are then local: they keep what they compute in L1, their answers are not
    /// marked, and a change of theirs says `LocalOnly`. Strict functions refuse every call with an
    /// error that is `is_config`. In a runtime that has no L2 and does not say so, degraded answers
    /// are marked, and changes are errors.
    ///
    /// Where nothing is installed, `CACHEKIT_L2=none` says the same.
    ///
    /// ```
    /// use cachekit::{Invalidated, Runtime, cached};
    ///
    /// #[cached(mode = "degraded", ttl = 60)]
    /// fn price(item: u64) -> u64 {
    ///     item * 3
    /// }
    ///
    /// # fn main() -> Result<(), cachekit::Error> {
    /// Runtime::builder().without_l2().install()?;
    /// assert!(!price::detailed(7).degraded);
    /// assert_eq!(price::invalidate(7)?, Invalidated::LocalOnly);
    /// # Ok(())
    /// # }
    /// ```
    pub fn without_l2(self) -> Self {
        self.tier(Tier::Waived)
    }

    fn tier(mut self, tier: Tier) -> Self {
        self.tier = self.tier.beside(tier);
        self
    }

    #[cfg(feature = "redis")]
    #[expect(clippy::unnecessary_wraps, reason = "its twin without the feature fails")]
    pub(super) fn redis_from_env(self, url: String) -> Result<Self, Error> {
        Ok(self.redis(url))
    }

    #[cfg(all(feature = "l2", not(feature = "redis")))]
    #[expect(clippy::unused_self, reason = "its twin with the feature takes the settings on")]
    pub(super) fn redis_from_env(self, _: String) -> Result<Self, Error> {
        Err(Error::config("CACHEKIT_REDIS_URL is set, and the Cargo feature `redis` is off"))
    }

    #[cfg(feature = "disk")]
    #[expect(clippy::unnecessary_wraps, reason = "its twin without the feature fails")]
    pub(super) fn disk_from_env(self, directory: String) -> Result<Self, Error> {
        Ok(self.disk(directory))
    }

    #[cfg(all(feature = "l2", not(feature = "disk")))]
    #[expect(clippy::unused_self, reason = "its twin with the feature takes the settings on")]
    pub(super) fn disk_from_env(self, _: String) -> Result<Self, Error> {
        Err(Error::config("CACHEKIT_DISK_DIR is set, and the Cargo feature `disk` is off"))
    }

    /// `CACHEKIT_L2`, which only ever says that there is none.
    #[cfg(feature = "l2")]
    pub(super) fn waived_from_env(self, value: &str) -> Result<Self, Error> {
        if value == WAIVED {
            return Ok(self.without_l2());
        }
        // It may be the address of a server, with its password, and is not repeated.
        Err(Error::config(
            "CACHEKIT_L2 has one value, `none`, which says that there is no L2 on purpose; to have \
             one, set CACHEKIT_REDIS_URL or CACHEKIT_DISK_DIR instead",
        ))
    }

    /// Whether the tier is one that others may use too; who makes one of his own knows.
    #[cfg(feature = "l2")]
    fn is_shared(&self) -> bool {
        !matches!(self.tier, Tier::None | Tier::Waived | Tier::Custom(_))
    }

    /// Checks that one tier was asked for, and with settings that it can have.
    #[cfg(feature = "l2")]
    pub(super) fn check_tier(&self) -> Result<(), Error> {
        #[cfg(feature = "disk")]
        if matches!(self.tier, Tier::Layered) {
            return Err(Error::config(LAYERED));
        }
        #[cfg(feature = "disk")]
        if self.disk_max_bytes.is_some_and(|bytes| bytes < LEAST_DISK_BYTES) {
            return Err(Error::config("disk_max_bytes must be at least 64 KiB"));
        }
        if matches!(self.tier, Tier::Contradicted) {
            return Err(Error::config(
                "without_l2(), or CACHEKIT_L2=none, says that there is no L2, and one is named \
                 beside it; take away one of the two",
            ));
        }
        if matches!(self.tier, Tier::Several) {
            return Err(Error::config(
                "a runtime has one L2; choose one of redis(..), disk(..) and backend(..)",
            ));
        }
        if self.is_shared() && self.namespace.is_none() {
            return Err(Error::config(
                "an L2 needs a namespace, or two services that use it share their entries; call \
                 namespace(\"shop\"), or set CACHEKIT_NAMESPACE",
            ));
        }
        Ok(())
    }

    /// The most bytes of a serialised value: as it was set, and no more than the tier can hold.
    pub(crate) fn most_value_bytes(&self) -> usize {
        let set = self.max_value_bytes.unwrap_or(MAX_VALUE_BYTES);
        #[cfg(feature = "disk")]
        if matches!(self.tier, Tier::Disk(_)) {
            // A file takes whole blocks, and an envelope is longer than its value.
            let most = self.disk_max_bytes.unwrap_or(DISK_MAX_BYTES) & !4095;
            let most = usize::try_from(most).unwrap_or(usize::MAX);
            return set.min(most.saturating_sub(crate::codec::envelope::OVERHEAD_BYTES));
        }
        set
    }
}
