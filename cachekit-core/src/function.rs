//! A cached function: its site, its stores, how generated code enters it, and its companion.

pub(crate) mod asked;
pub(crate) mod at;
mod binding;
pub(crate) mod companion;
pub(crate) mod constants;
#[cfg(feature = "l2")]
pub(crate) mod encoding;
pub(crate) mod handle;
mod install;
mod limits;
pub(crate) mod named;
mod reach;
mod shutdown;
pub(crate) mod site;
pub(crate) mod store;
